/* SPDX-License-Identifier: MIT */
/* The module format/stldr; its driver alone can be linked into tests. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include "format.h"

STK_MODULE(format, stldr, PACKAGE_VERSION, "MIT",
	   .description = "CubeProgrammer loaders (.stldr)",
	   .format = &stldr_driver);
