/* SPDX-License-Identifier: MIT */
/* Chips out of CMSIS-SVD files; mapped when a file is opened. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include "svd.h"

STK_MODULE_ON_DEMAND(chip, svd, PACKAGE_VERSION, "MIT",
		     .description = "names of peripherals, registers and fields out of "
				    "CMSIS-SVD files",
		     .chip = &svd_chips);
