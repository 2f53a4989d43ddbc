/* SPDX-License-Identifier: GPL-2.0-only */
/* models.h - all peripheral models; one line here, in models.c and in emu.mk each */
#ifndef EMU_MODELS_H
#define EMU_MODELS_H

#include "emu.h"

extern const struct emu_model emu_model_words;
extern const struct emu_model emu_model_iwdg;
extern const struct emu_model emu_model_gpio;
extern const struct emu_model emu_model_usart;
extern const struct emu_model emu_model_syscfg;
extern const struct emu_model emu_model_exti;
extern const struct emu_model emu_model_dbgmcu;
extern const struct emu_model emu_model_scs;
extern const struct emu_model emu_model_dwt;
extern const struct emu_model emu_model_octospi;
extern const struct emu_model emu_model_quadspi;
extern const struct emu_model emu_model_dlyb;
extern const struct emu_model emu_model_flash_f4;
extern const struct emu_model emu_model_flash_g4;
extern const struct emu_model emu_model_flash_h7;
extern const struct emu_model emu_model_flash_l0;
extern const struct emu_model emu_model_pwr_f4;
extern const struct emu_model emu_model_pwr_g4;
extern const struct emu_model emu_model_pwr_h7;
extern const struct emu_model emu_model_rcc_c0;
extern const struct emu_model emu_model_rcc_f4;
extern const struct emu_model emu_model_rcc_g0;
extern const struct emu_model emu_model_rcc_g4;
extern const struct emu_model emu_model_rcc_h7;
extern const struct emu_model emu_model_rcc_l4;
extern const struct emu_model emu_model_rcc_u0;
extern const struct emu_model emu_model_rng;
extern const struct emu_model emu_model_wwdg;

#endif
