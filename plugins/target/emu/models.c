/* SPDX-License-Identifier: GPL-2.0-only */
/* models.c - the models by name */
#include "models.h"

const struct emu_model *const emu_models[] = {
	&emu_model_words,
	&emu_model_iwdg,
	&emu_model_gpio,
	&emu_model_usart,
	&emu_model_syscfg,
	&emu_model_exti,
	&emu_model_dbgmcu,
	&emu_model_scs,
	&emu_model_dwt,
	&emu_model_octospi,
	&emu_model_quadspi,
	&emu_model_dlyb,
	&emu_model_flash_f4,
	&emu_model_flash_g4,
	&emu_model_flash_h7,
	&emu_model_flash_l0,
	&emu_model_rcc_g4,
	&emu_model_rcc_f4,
	&emu_model_rcc_h7,
	&emu_model_rcc_l4,
	&emu_model_rcc_g0,
	&emu_model_rcc_c0,
	&emu_model_rcc_u0,
	&emu_model_pwr_g4,
	&emu_model_pwr_f4,
	&emu_model_pwr_h7,
	&emu_model_rng,
	&emu_model_wwdg,
	NULL
};
