#!/bin/bash
# Whole devices through real vendor loaders, unmodified: three seeds for
# internal flash, one for the 16 MiB of the external part.
set -eu
[ -n "$STOKER_CORPUS" ] || { echo "no corpus of vendor loaders"; exit 77; }
run=$top_builddir/tests/long/whole-device
pack=$STOKER_CORPUS/loaders/Open-CMSIS-Pack+STM32
"$run" "${pack}G4xx_DFP/CMSIS/Flash/STM32G43x-4x_128.FLM" stm32g431cb FLASH 1 2 3
"$run" "${pack}G4xx_DFP/CMSIS/Flash/STM32G4xx_128.FLM" stm32g431cb FLASH 1 2 3
# Each generation that takes the same flash interface; one bank, two, and a gap.
"$run" "${pack}G4xx_DFP/CMSIS/Flash/STM32G47x-8x_512.FLM" stm32g474re FLASH 1
"$run" "${pack}G4xx_DFP/CMSIS/Flash/STM32G4xx_256.FLM" \
	stm32g474rc,opt.OPTR=0xffaff8aa FLASH 1
"$run" "${pack}G4xx_DFP/CMSIS/Flash/STM32G49x-Ax_512.FLM" stm32g491re FLASH 1
"$run" "${pack}G0xx_DFP/CMSIS/Flash/STM32G0xx_128.FLM" stm32g071cb FLASH 1
"$run" "${pack}G0xx_DFP/CMSIS/Flash/STM32G0Bx_256.FLM" stm32g0b1cc FLASH 1
"$run" "${pack}L4xx_DFP/CMSIS/Flash/STM32L4xx_256.FLM" stm32l431cc FLASH 1
"$run" "${pack}L4xx_DFP/CMSIS/Flash/STM32L4xx_1024.FLM" stm32l475vg FLASH 1
"$run" "${pack}L4xx_DFP/CMSIS/Flash/STM32L4Rx_1024_Dual.FLM" stm32l4r5zg FLASH 1
"$run" "${pack}C0xx_DFP/CMSIS/Flash/STM32C0x_256.FLM" stm32c092rc FLASH 1
"$run" "${pack}U0xx_DFP/CMSIS/Flash/STM32U0xx_64k.FLM" stm32u031c8 FLASH 1
"$run" "${pack}WBxx_DFP/CMSIS/Flash/STM32WB_M4.FLM" stm32wb55rg FLASH 1
"$run" "${pack}WLxx_DFP/CMSIS/Flash/STM32WLExx_128.FLM" stm32wle5cb FLASH 1
"$run" "${pack}F4xx_DFP/CMSIS/Flash/STM32F4xx_512.FLM" stm32f407ve FLASH 1 2 3
"$run" "${pack}H7xx_DFP/CMSIS/Flash/STM32H7x_2048.FLM" stm32h743ii FLASH 1 2 3
"$run" "${pack}H7xx_DFP/CMSIS/Flash/STM32H7x_128k.FLM" stm32h750vb FLASH 1 2 3
"$run" "${pack}H7xx_DFP/CMSIS/Flash/STM32H7A-B3_Flash_1M.FLM" stm32h7a3zi FLASH 1 2 3
"$run" "$STOKER_CORPUS"/loaders/MubarakshinRuslan+*/h743_flash.stldr stm32h743ii NOR 1
