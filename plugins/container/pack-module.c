/* SPDX-License-Identifier: MIT */
/* The module container-pack. */
#include "source.h"

STK_MODULE(container, pack, PACKAGE_VERSION, "MIT",
	   .description = "CMSIS-Packs: .pack files, unpacked ones, and their .pdsc",
	   .container = &pack_driver);
