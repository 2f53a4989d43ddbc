/* SPDX-License-Identifier: MIT */
/* The module image/bin; its driver alone can be linked into tests. */
#include "config.h"

#include "image.h"

STK_MODULE(image, bin, PACKAGE_VERSION, "MIT",
	   .description = "raw binary firmware images, placed with --base",
	   .image = &image_bin_driver);
