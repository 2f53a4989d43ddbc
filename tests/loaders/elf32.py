# SPDX-License-Identifier: MIT
"""The little of 32-bit little-endian ELF that the checks of this folder need."""
import struct
from collections import namedtuple

Section = namedtuple("Section", "name type flags addr offset size link info")
Segment = namedtuple("Segment", "type offset vaddr paddr filesz memsz flags")
Symbol = namedtuple("Symbol", "name value size kind bind section")
Reloc = namedtuple("Reloc", "offset type symbol section")

SHT_SYMTAB, SHT_RELA, SHT_NOBITS, SHT_REL = 2, 4, 8, 9
SHF_ALLOC = 2
PT_LOAD = 1
ET_REL, ET_EXEC = 1, 2
EM_ARM = 40


class Elf:
    def __init__(self, path):
        with open(path, "rb") as f:
            self.data = f.read()
        if self.data[:6] != b"\x7fELF\x01\x01":
            raise ValueError(f"{path}: not a 32-bit little-endian ELF file")
        (self.type, self.machine, _, self.entry, phoff, shoff, self.flags, _,
         phsize, phnum, shsize, shnum, shstr) = struct.unpack_from("<HHIIIIIHHHHHH", self.data, 16)
        self.segments = []
        for i in range(phnum):
            p = struct.unpack_from("<8I", self.data, phoff + i * phsize)
            self.segments.append(Segment(p[0], p[1], p[2], p[3], p[4], p[5], p[6]))
        raw = [struct.unpack_from("<10I", self.data, shoff + i * shsize) for i in range(shnum)]
        names = raw[shstr][4]
        self.sections = [Section(self._string(names + s[0]), *s[1:8]) for s in raw]
        self.symbols = [s for table in self.sections if table.type == SHT_SYMTAB
                        for s in self._symbols(table)]

    def _string(self, at):
        return self.data[at:self.data.index(b"\0", at)].decode()

    def _symbols(self, table):
        strings = self.sections[table.link].offset
        for at in range(table.offset, table.offset + table.size, 16):
            name, value, size, info, _, section = struct.unpack_from("<IIIBBH", self.data, at)
            yield Symbol(self._string(strings + name), value, size, info & 15, info >> 4, section)

    def relocations(self):
        """Those in sections that reach the target."""
        for s in self.sections:
            if s.type not in (SHT_REL, SHT_RELA) or not self.sections[s.info].flags & SHF_ALLOC:
                continue
            step = 8 if s.type == SHT_REL else 12
            for at in range(s.offset, s.offset + s.size, step):
                offset, info = struct.unpack_from("<II", self.data, at)
                yield Reloc(offset, info & 0xFF, self.symbols[info >> 8], self.sections[s.info])

    def loads(self):
        return [p for p in self.segments if p.type == PT_LOAD]

    def symbol(self, name):
        found = [s for s in self.symbols if s.name == name and s.section]
        if len(found) != 1:
            raise ValueError(f"{len(found)} symbols named {name}")
        return found[0]

    def section(self, name):
        found = [s for s in self.sections if s.name == name]
        return found[0] if len(found) == 1 else None

    def bytes_at(self, addr, size):
        """File bytes of the segment that holds them all."""
        for p in self.loads():
            if p.vaddr <= addr and addr + size <= p.vaddr + p.filesz:
                return self.data[p.offset + addr - p.vaddr:][:size]
        raise ValueError(f"no file bytes at 0x{addr:08x}")
