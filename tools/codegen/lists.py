# SPDX-License-Identifier: MIT
"""Lists that stand beside the chips of a module, and what checks all facts.

chips.py reads them from its TOML files:

[[signature]]               a constant whose sight in code means something
  value name source
  kind                      "flash-key", "option-key", "power-key", "watchdog-key",
                            "reset-key"
  families                  "STM32G4 STM32L4 ...", or "all"

[[series]]                  memory parts that differ in name and size alone
  page_size source
  erase                     what one command erases, ascending: "4K 32K 64K"
  parts                     table of names and sizes: { W25Q64 = "8M" }
  dies                      dies side by side that the numbers are for; left out: 1

[[kin]]                     chips as far as names of loaders tell them apart
  family core source
  names                     without "STM32": "F405 F407"
  fpu                       "none", "single", "double": the most that any has
  flash_start flash_kib     the largest; flash_kib 0: no internal flash
  flash_alias               where the same flash is seen again; left out: nowhere
  ram_start ram_kib         RAM from ram_start on, as much as the smallest has
  dev_ids                   DEV_ID field of DBGMCU_IDCODE
"""

KIB = 1024
TOP = 1 << 32
UNITS = {"K": KIB, "M": KIB * KIB}
SIGNATURES = {"flash-key": "STK_SIGNATURE_FLASH_KEY",
              "option-key": "STK_SIGNATURE_OPTION_KEY",
              "power-key": "STK_SIGNATURE_POWER_KEY",
              "watchdog-key": "STK_SIGNATURE_WATCHDOG_KEY",
              "reset-key": "STK_SIGNATURE_RESET_KEY"}
FPUS = {"none": "STK_FPU_NONE", "single": "STK_FPU_SINGLE", "double": "STK_FPU_DOUBLE"}


class Bad(Exception):
    """One sentence about a file that the build cannot use."""


def check_keys(what, table, needed, optional=()):
    for key in needed:
        if key not in table:
            raise Bad(f"{what} has no '{key}'")
    for key in table:
        if key not in needed and key not in optional:
            raise Bad(f"{what} has the unknown key '{key}'")
    if "source" in table and not table["source"].strip():
        raise Bad(f"{what} has an empty source")


def check_unique(what, names):
    seen = set()
    for name in names:
        if name in seen:
            raise Bad(f"{what} has '{name}' twice")
        seen.add(name)


def check_apart(what, extents):
    """@extents: (start, size, name)."""
    last = (0, 0, None)
    for start, size, name in sorted(extents):
        if size <= 0 or start + size > TOP:
            raise Bad(f"{what}: '{name}' is empty or runs past 4 GiB")
        if start < last[0] + last[1]:
            raise Bad(f"{what}: '{name}' at {start:#x} overlaps '{last[2]}'")
        last = (start, size, name)


def choose(what, choices, word):
    if word not in choices:
        raise Bad(f"{what}: '{word}' is none of {', '.join(choices)}")
    return choices[word]


def parse_size(what, text):
    if text[-1:] not in UNITS or not text[:-1].isdigit():
        raise Bad(f"{what}: '{text}' is not a number with K or M")
    return int(text[:-1]) * UNITS[text[-1]]


# ---- signatures -----------------------------------------------------------

def read_signature(path, row):
    what = f"{path}: [[signature]] {row.get('name', '?')}"
    check_keys(what, row, ("value", "kind", "name", "families", "source"))
    if not 0 < row["value"] < TOP:
        raise Bad(f"{what}: the value is not a word")
    return (row["value"], choose(what, SIGNATURES, row["kind"]), row["name"],
            " ".join(row["families"].split()), row["source"])


def read_signatures(path, rows):
    found = [read_signature(path, row) for row in rows]
    check_unique(f"{path}: signatures", [f"{s[0]:#x}" for s in found])
    return found


# ---- memory parts ---------------------------------------------------------

def read_series(path, row):
    """(name, size, page size, erase sizes, dies, source) of each part."""
    what = f"{path}: [[series]] {next(iter(row.get('parts', '?')), '?')}"
    check_keys(what, row, ("page_size", "erase", "parts", "source"), ("dies",))
    erase = tuple(parse_size(what, text) for text in row["erase"].split())
    if not erase or list(erase) != sorted(set(erase)):
        raise Bad(f"{what}: the erase sizes do not ascend")
    found = []
    for name, text in row["parts"].items():
        size = parse_size(what, text)
        if not name.isalnum() or name != name.upper():
            raise Bad(f"{what}: '{name}' is not in capitals and digits alone")
        if any(size % unit for unit in erase + (row["page_size"],)):
            raise Bad(f"{what}: '{name}' is no multiple of what erases and programs it")
        found.append((name, size, row["page_size"], erase, row.get("dies", 1),
                      row["source"]))
    return found


def read_parts(path, rows):
    found = [part for row in rows for part in read_series(path, row)]
    check_unique(f"{path}: parts", [p[0] for p in found])
    return found


# ---- kin ------------------------------------------------------------------

def read_kin(path, row):
    what = f"{path}: [[kin]] {row.get('names', '?')}"
    check_keys(what, row, ("family", "names", "core", "fpu", "flash_start", "flash_kib",
                           "ram_start", "ram_kib", "dev_ids", "source"), ("flash_alias",))
    for key in ("flash_start", "flash_kib", "ram_start", "ram_kib", "flash_alias"):
        if not 0 <= row.get(key, 0) < TOP:
            raise Bad(f"{what}: '{key}' is not a word")
    if any(not 0 < dev_id < 0x1000 for dev_id in row["dev_ids"]):
        raise Bad(f"{what}: a DEV_ID has 12 bits")
    return (row["family"], " ".join(row["names"].split()), row["core"],
            choose(what, FPUS, row["fpu"]), row["flash_start"], row.get("flash_alias", 0),
            row["flash_kib"], row["ram_start"], row["ram_kib"], tuple(row["dev_ids"]),
            row["source"])


def read_all_kin(path, rows):
    found = [read_kin(path, row) for row in rows]
    check_unique(f"{path}: names", [n for k in found for n in k[1].split()])
    return found


# ---- writing C ------------------------------------------------------------

def c_string(text):
    if text is None:
        return "NULL"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def c_u64(value):
    return f"{value:#x}" if value > 9 else str(value)


class Numbers:
    """Arrays of numbers, each distinct one written once."""

    def __init__(self, ctype, prefix):
        self.ctype, self.prefix, self.out, self.seen = ctype, prefix, [], {}

    def array(self, values):
        if not values:
            return "NULL, 0"
        if values not in self.seen:
            self.seen[values] = f"{self.prefix}_{len(self.seen)}"
            items = ", ".join(f"{v:#x}" for v in values)
            self.out.append(f"static const {self.ctype} {self.seen[values]}[] ="
                            f" {{ {items} }};")
        return f"{self.seen[values]}, {len(values)}"


def c_signature(row):
    value, kind, name, families, source = row
    return (f"{value:#010x}, {kind}, {c_string(name)}, {c_string(families)},"
            f" {c_string(source)}")


def c_part(row, erase):
    name, size, page, sizes, dies, source = row
    return (f"{c_string(name)}, {size:#x}, {page}, {erase.array(sizes)},"
            f" {c_string(source)}, {dies}")


def c_kin(row, ids):
    family, names, core, fpu, flash, alias, kib, ram, ram_kib, dev_ids, source = row
    return (f"{c_string(family)}, {c_string(names)}, {c_string(core)}, {fpu}, {flash:#x},"
            f" {alias:#x}, {kib}, {ram:#x}, {ram_kib}, {ids.array(dev_ids)},"
            f" {c_string(source)}")


def c_table(ctype, name, lines):
    if not lines:
        return []
    return ([f"\nstatic const struct {ctype} {name}[] = {{"]
            + [f"\t{{ {line} }}," for line in lines] + ["};"])


class Lists:
    """What the files of one module hold beside chips."""

    KEYS = ("signature", "series", "kin")

    def __init__(self):
        self.signatures, self.parts, self.kin = [], [], []

    def add(self, path, doc):
        self.signatures += read_signatures(path, doc.get("signature", []))
        self.parts += read_parts(path, doc.get("series", []))
        self.kin += read_all_kin(path, doc.get("kin", []))

    def tables(self):
        """The C text of the tables, to stand before the driver."""
        erase, ids = Numbers("uint32_t", "erase"), Numbers("uint16_t", "dev_ids")
        parts = [c_part(row, erase) for row in self.parts]
        kin = [c_kin(row, ids) for row in self.kin]
        lines = erase.out + ids.out
        lines += c_table("stk_signature", "signatures",
                         [c_signature(row) for row in self.signatures])
        lines += c_table("stk_part", "parts", parts) + c_table("stk_kin", "kin", kin)
        return "\n".join(lines) + "\n"

    def fields(self):
        """Their rows of the driver."""
        text = ""
        for name in ("signatures", "parts", "kin"):
            count = len(getattr(self, name))
            if count:
                text += f"\t.{name} = {name},\n\t.n_{name} = {count},\n"
        return text
