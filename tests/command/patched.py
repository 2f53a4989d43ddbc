# SPDX-License-Identifier: MIT
"""Loaders whose functions were made to do something else."""
from elf32 import Elf


def with_code(path, symbol, code):
    """The bytes of the loader at @path, with @code (hexadecimal) where @symbol begins."""
    elf = Elf(path)
    at, data = elf.symbol(symbol).value & ~1, bytearray(elf.data)
    place, = [p.offset + at - p.vaddr for p in elf.loads() if p.vaddr <= at < p.vaddr + p.filesz]
    code = bytes.fromhex(code)
    data[place:place + len(code)] = code
    return bytes(data)
