#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""demo-installs.py FOLDER: STM32CubeIDE 1.7.0 and 1.8.0 as they lie there, with our loaders."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "command"))
import installs

for version, stamp in ("1.7.0", installs.STAMP_170), ("1.8.0", installs.STAMP_180):
    ide = installs.cubeide(pathlib.Path(sys.argv[1]) / f"stm32cubeide_{version}", version, stamp,
                           loaders={"board-w25q128.stldr": installs.loader("host-hal-tick.stldr")})
    installs.write(installs.Tree.tools(ide)[stamp] / "bin/release", version)
