/* SPDX-License-Identifier: MIT */
/* The module analysis/thumb; its driver alone can be linked into tests. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include "thumb.h"

STK_MODULE(analysis, thumb, PACKAGE_VERSION, "MIT",
	   .description =
		   "Thumb code of Cortex-M: functions, accesses, special instructions",
	   .analysis = &thumb_driver);
