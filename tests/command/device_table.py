# SPDX-License-Identifier: MIT
"""Our own loaders with another device table, as files."""
import pathlib
import struct

from elf32 import Elf


def _table(path, symbol):
    elf = Elf(path)
    at = elf.symbol(symbol).value
    for p in elf.loads():
        if p.vaddr <= at < p.vaddr + p.filesz:
            return bytearray(elf.data), p.offset + at - p.vaddr
    raise ValueError(f"{path}: no bytes of {symbol}")


def _name(data, at, room, name):
    data[at:at + room] = name[:room - 1].ljust(room, b"\0")


def flash_device(path, sectors=None, start=None, size=None, name=None, page=None):
    """The bytes of an FLM; @sectors: (size, address) a table entry."""
    data, at = _table(path, "FlashDevice")
    for offset, value in ((132, start), (136, size), (140, page)):
        if value is not None:
            struct.pack_into("<I", data, at + offset, value)
    if name is not None:
        _name(data, at + 2, 128, name)
    if sectors is not None:
        for i, entry in enumerate([*sectors, (0xFFFFFFFF, 0xFFFFFFFF)]):
            struct.pack_into("<II", data, at + 160 + 8 * i, *entry)
    return bytes(data)


def storage_info(path, sectors=None, start=None, size=None, name=None):
    """The bytes of a stldr; @sectors: (count, size) a table entry."""
    data, at = _table(path, "StorageInfo")
    for offset, value in ((104, start), (108, size)):
        if value is not None:
            struct.pack_into("<I", data, at + offset, value)
    if name is not None:
        _name(data, at, 100, name)
    if sectors is not None:
        for i, entry in enumerate([*sectors, (0, 0)]):
            struct.pack_into("<II", data, at + 120 + 8 * i, *entry)
    return bytes(data)


KIB = 1024
# STM32F407VG and its like, RM0090 table 5: 4 x 16, 1 x 64, 7 x 128 KiB.
F4 = [(16 * KIB, 0), (64 * KIB, 0x10000), (128 * KIB, 0x20000)]
F4_SECTORS, F4_SIZE = 12, 1024 * KIB


def f4(path, **how):
    return flash_device(path, F4, size=F4_SIZE, **how)
