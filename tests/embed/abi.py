# SPDX-License-Identifier: MIT
"""Today's headers keep what those of this ABI had: what the rules on top of module.h promise.

Each tests/embed/abi-ABI[.LEVEL]/stoker has the two headers as they were when that level was
given out. A C file says what they had (places, types, values, functions), and today's headers
have to compile with it. Nothing is run.
"""
import contextlib
import os
import pathlib
import re
import subprocess
import tempfile

SOURCE = pathlib.Path(os.environ["top_srcdir"])

# What the core alone makes, one at a time: these grow at their end without a size.
THE_CORES = {
    "stk_abi_call", "stk_abi_result", "stk_request",			# of a call
    "stk_elf_header", "stk_elf_symbol",					# of a file
    "stk_loader_info", "stk_code_info", "stk_diff_info", "stk_image_info", "stk_pack_info",
    "stk_pack_choice", "stk_layout_info", "stk_host_info", "stk_module_info", "stk_target_info",
    "stk_event", "stk_board_event", "stk_plan_info", "stk_report", "stk_call_report",
    "stk_qualify_report", "stk_behaviour_report", "stk_diff_line", "stk_diagnosis",
}

HEAD = r"""#include <stoker/module.h>
#define same_type(a, b) __builtin_types_compatible_p(__typeof__(a), __typeof__(b))
"""


class Header:
    """What the two headers of a folder declare."""

    def __init__(self, folder):
        text = "".join((folder / "stoker" / name).read_text() for name in ("stoker.h", "module.h"))
        text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S).replace("\\\n", " ")
        self.constants = dict(re.findall(r"(?m)^#define (STK_\w+)[ \t]+(\w+)$", text))
        text = re.sub(r"(?m)^#.*$", "", text)
        text = re.sub(r"(?s)static const struct \{.*?\n\}", "", text)	# of a macro
        self.structs = dict(re.findall(r"(?m)^struct (\w+) \{\n(.*?)^\};", text, flags=re.S))
        self.enums = {name: re.findall(r"\b(STK_\w+)\s*(?:=[^,}]*)?(?:,|\Z)", body.strip())
                      for name, body in re.findall(r"(?m)^enum (\w+) \{\n(.*?)^\};", text,
                                                   flags=re.S)}
        self.enum_text = dict(re.findall(r"(?m)^(enum \w+) (\{\n.*?^\});", text, flags=re.S))
        self.typedefs = re.findall(r"(?m)^typedef [^;]*?\(\*(\w+)\)[^;]*;", text)
        self.functions = dict((name, whole) for whole, name in re.findall(
            r"\b(stk_export\s[^;{}()]*?\b(stk_\w+)\s*\([^;{}]*;)", text))
        self.order = re.findall(r"(?m)^(?:struct|enum) (\w+) \{$", text)
        self.typedef_text = re.findall(r"(?m)^typedef [^;]*;", text)

    def number(self, key):
        return int(self.constants[f"STK_MODULE_{key}"])

    def members(self, struct):
        """Their names, in order."""
        names = []
        for declaration in re.split(r";", self.structs[struct]):
            if pointer := re.search(r"\(\*(\w+)\)\s*\(", declaration):
                names.append(pointer[1])
            else:
                names += re.findall(r"(\w+)\s*(?:\[\w+\])?\s*(?=,|\Z)", declaration.strip())
        return names

    def all_names(self):
        return ({f"{s}.{m}" for s in self.structs for m in self.members(s)}
                | {e for values in self.enums.values() for e in values
                   if not e.endswith("_COUNT")} | set(self.functions))


def renamed(text):
    """As it was, beside today's."""
    text = re.sub(r"\b(struct|enum) stk_", r"\1 was_", text)
    return re.sub(r"\bSTK_", "WAS_", re.sub(r"\bstk_observer\b", "was_observer", text))


def grows(was, struct):
    return struct in THE_CORES or was.members(struct)[0] == "size"


def struct_checks(was, struct):
    old = struct.replace("stk_", "was_", 1)
    yield f"struct types_of_{struct} {{ {was.structs[struct]} }};"
    for m in was.members(struct):
        place = f"struct {struct} has another place for {m}"
        kind = f"struct {struct} has another type for {m}"
        yield (f"_Static_assert(offsetof(struct {struct}, {m}) == offsetof(struct {old}, {m}), "
               f'"{place}");')
        yield (f"_Static_assert(same_type(((struct {struct} *)0)->{m}, "
               f'((struct types_of_{struct} *)0)->{m}), "{kind}");')
    if grows(was, struct):
        yield (f"_Static_assert(sizeof(struct {struct}) >= sizeof(struct {old}), "
               f'"struct {struct} has lost something");')
    else:
        yield (f"_Static_assert(sizeof(struct {struct}) == sizeof(struct {old}), "
               f'"struct {struct} may not grow: modules have arrays of it, or make it");')


def program(was):
    yield HEAD
    for name in was.functions:	# before they are declared once more
        yield f"extern __typeof__({name}) *there_is_{name};"
    yield from was.functions.values()
    for name, value in was.constants.items():
        if not name.startswith("STK_MODULE_"):
            yield f"#define {renamed(name)} {value}"
            yield f'_Static_assert({name} == {renamed(name)}, "{name} has another value");'
    for tag, body in was.enum_text.items():
        yield renamed(f"{tag} {body};")
    for values in was.enums.values():
        for e in values:
            same = ">=" if e.endswith("_COUNT") else "=="
            yield (f"_Static_assert((int){e} {same} (int){renamed(e)}, "
                   f'"{e} has another value");')
    yield from (f"struct was_{s[4:]};" for s in was.structs)
    yield from map(renamed, was.typedef_text)
    for s in was.order:
        if s in was.structs:
            yield renamed(f"struct {s} {{ {was.structs[s]} }};")
    for s in was.structs:
        yield from struct_checks(was, s)


def complaints(frozen, today):
    """What of the headers in @frozen is not as it was in those in @today."""
    with tempfile.NamedTemporaryFile("w", suffix=".c") as source:
        source.write("\n".join(program(Header(frozen))) + "\n")
        source.flush()
        done = subprocess.run(["cc", "-fsyntax-only", "-w", "-std=gnu11", f"-I{today}",
                               source.name], capture_output=True, text=True, check=False)
    said = [re.sub(r"^.*?error: ", "", line) for line in done.stderr.splitlines()
            if "error:" in line]
    return said or [done.stderr] if done.returncode else []


def level_complaints(frozen, today):
    """What was added to the newest of @frozen; nothing where the level was raised."""
    now, newest = Header(today), max(map(Header, frozen), key=lambda h: h.number("LEVEL"))
    added = now.all_names() - newest.all_names()
    if not added or not now.number("ABI") or now.number("LEVEL") > newest.number("LEVEL"):
        return []
    return [f"new since level {newest.number('LEVEL')}, so raise STK_MODULE_LEVEL: "
            + ", ".join(sorted(added))]


def kept(today):
    """The folders with headers of the same ABI number."""
    number = Header(today).number("ABI")
    return [f for f in sorted((SOURCE / "tests/embed").glob("abi-*"))
            if Header(f).number("ABI") == number]


@contextlib.contextmanager
def copy_of(folder):
    with tempfile.TemporaryDirectory() as to:
        copy = pathlib.Path(to) / "stoker"
        copy.mkdir()
        for header in ("stoker.h", "module.h"):	# not their modes: they may be read-only
            (copy / header).write_text((folder / "stoker" / header).read_text())
        yield pathlib.Path(to)


def copy_of_today():
    return copy_of(SOURCE / "core/include")
