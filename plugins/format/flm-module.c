/* SPDX-License-Identifier: MIT */
/* The module format/flm; its driver alone can be linked into tests. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include "format.h"

STK_MODULE(format, flm, PACKAGE_VERSION, "MIT",
	   .description = "CMSIS-Pack flash algorithms (.FLM)",
	   .format = &flm_driver);
