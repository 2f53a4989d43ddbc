#!/bin/bash
# Whole devices through real vendor loaders, unmodified: three seeds for
# internal flash, one for the 16 MiB of the external part.
set -eu
[ -n "$STOKER_CORPUS" ] || { echo "no corpus of vendor loaders"; exit 77; }
run=$top_builddir/tests/long/whole-device
pack=$STOKER_CORPUS/loaders/Open-CMSIS-Pack+STM32
"$run" "${pack}G4xx_DFP/CMSIS/Flash/STM32G43x-4x_128.FLM" stm32g431cb FLASH 1 2 3
"$run" "${pack}G4xx_DFP/CMSIS/Flash/STM32G4xx_128.FLM" stm32g431cb FLASH 1 2 3
"$run" "${pack}F4xx_DFP/CMSIS/Flash/STM32F4xx_512.FLM" stm32f407ve FLASH 1 2 3
"$run" "${pack}H7xx_DFP/CMSIS/Flash/STM32H7x_2048.FLM" stm32h743ii FLASH 1 2 3
"$run" "${pack}H7xx_DFP/CMSIS/Flash/STM32H7x_128k.FLM" stm32h750vb FLASH 1 2 3
"$run" "${pack}H7xx_DFP/CMSIS/Flash/STM32H7A-B3_Flash_1M.FLM" stm32h7a3zi FLASH 1 2 3
"$run" "$STOKER_CORPUS"/loaders/MubarakshinRuslan+*/h743_flash.stldr stm32h743ii NOR 1
