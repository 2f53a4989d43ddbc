/* SPDX-License-Identifier: MIT */
/* The module image/srec; its driver alone can be linked into tests. */
#include "config.h"

#include "image.h"

STK_MODULE(image, srec, PACKAGE_VERSION, "MIT",
	   .description = "Motorola S-record firmware images",
	   .image = &image_srec_driver);
