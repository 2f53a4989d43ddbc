/* SPDX-License-Identifier: MIT */
/* STM32 chips: no code, the facts of facts/ as chips.py writes them. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include <stoker/module.h>

extern const struct stk_chip_driver stm32_chips;

STK_MODULE(chip, stm32, PACKAGE_VERSION, "MIT",
	   .description =
		   "memory maps, flash geometry, registers and identity of STM32 chips",
	   .chip = &stm32_chips);
