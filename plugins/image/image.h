/* SPDX-License-Identifier: MIT */
/* image.h - the image drivers by name, for tests that link them directly */
#ifndef PLUGINS_IMAGE_H
#define PLUGINS_IMAGE_H

#include <stoker/module.h>

extern const struct stk_image_driver image_elf_driver;
extern const struct stk_image_driver image_ihex_driver;
extern const struct stk_image_driver image_srec_driver;
extern const struct stk_image_driver image_bin_driver;

#endif
