/* SPDX-License-Identifier: MIT */
/* The module image/elf; its driver alone can be linked into tests. */
#include "config.h"

#include "image.h"

STK_MODULE(image, elf, PACKAGE_VERSION, "MIT",
	   .description = "ELF firmware images, by physical address",
	   .image = &image_elf_driver);
