/* SPDX-License-Identifier: MIT */
/* The module image/ihex; its driver alone can be linked into tests. */
#include "config.h"

#include "image.h"

STK_MODULE(image, ihex, PACKAGE_VERSION, "MIT",
	   .description = "Intel HEX firmware images",
	   .image = &image_ihex_driver);
