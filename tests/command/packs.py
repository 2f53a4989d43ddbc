# SPDX-License-Identifier: MIT
"""Packs made for a test: a .pdsc of our own, and our own loaders under any name."""
import pathlib
import xml.sax.saxutils
import zipfile

PDSC = "Stoker.Test_DFP.pdsc"


def element(tag, children=(), /, **attributes):
    """<tag key="value">children</tag>, without attributes that are None."""
    text = "".join(f" {key}={xml.sax.saxutils.quoteattr(str(value))}"
                   for key, value in attributes.items() if value is not None)
    return f"<{tag}{text}>{''.join(children)}</{tag}>" if children else f"<{tag}{text}/>"


def number(value):
    return value if value is None or isinstance(value, str) else f"0x{value:08X}"


def algorithm(name, start=0x08000000, size=0x20000, ram=(0x20000000, 0x8000), default=None, **more):
    return element("algorithm", name=name, start=number(start), size=number(size),
                   RAMstart=number(ram[0]) if ram else None,
                   RAMsize=number(ram[1]) if ram else None, default=default, **more)


def memory(name, start, size, access, default=None, **more):
    return element("memory", name=name, access=access, start=number(start), size=number(size),
                   default=default, **more)


SRAM = memory("SRAM", 0x20000000, 0x8000, "rwx", default=1)
FLASH = memory("Main_Flash", 0x08000000, 0x20000, "rx", default=1, startup=1)


def device(name, *children, tag="device", key="Dname"):
    return element(tag, [*children], **{key: name})


def variant(name, *children):
    return device(name, *children, tag="variant", key="Dvariant")


def family(*children, name="STM32G4 Series"):
    return element("family", [*children], Dfamily=name, Dvendor="STMicroelectronics:13")


def sub_family(name, *children):
    return device(name, *children, tag="subFamily", key="DsubFamily")


def package(*families, more="", before=""):
    return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + before +
            "<package schemaVersion=\"1.7.36\">\n<vendor>Stoker</vendor>\n<name>Test_DFP</name>\n"
            "<releases>\n<release version=\"1.2.0\">second</release>\n"
            "<release version=\"1.1.0\">first</release>\n</releases>\n"
            f"<devices>\n{chr(10).join(families)}\n</devices>\n{more}</package>\n")


def archive(path, files, method=zipfile.ZIP_DEFLATED):
    """A .pack of {name: bytes or text}, in that order; a list of pairs may repeat names."""
    pairs = files.items() if isinstance(files, dict) else files
    with zipfile.ZipFile(path, "w", method) as z:
        for name, data in pairs:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            z.writestr(info, data, compress_type=method)
    return str(path)


def folder(path, files):
    for name, data in files.items():
        where = pathlib.Path(path) / name
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(data.encode() if isinstance(data, str) else data)
    return str(path)
