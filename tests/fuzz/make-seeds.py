#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Small files for the fuzzers to begin with: OUT/elf-image/..., one folder a target."""
import io
import json
import os
import pathlib
import struct
import sys
import zipfile


def ihex_record(kind, offset, data=b""):
    body = bytes([len(data)]) + struct.pack(">HB", offset, kind) + data
    return ":" + (body + bytes([-sum(body) & 0xFF])).hex().upper()


def ihex_seeds():
    data, end = ihex_record(0, 0x10, bytes(range(16))), ihex_record(1, 0)
    linear, segment = ihex_record(4, 0, b"\x08\x00"), ihex_record(2, 0, b"\xf0\x00")
    yield "plain", "\n".join([data, end, ""])
    yield "linear", "\r\n".join([linear, data, ihex_record(5, 0, b"\x08\x00\x01\x01"), end, ""])
    yield "segment", "\r".join([segment, ihex_record(0, 0xFFF8, bytes(16)),
                                ihex_record(3, 0, b"\x12\x34\x00\x05"), end])
    yield "twice", "\n".join([data, data, end, "", "text after the end"])
    longest = ihex_record(0, 0, bytes(range(255)))
    yield "longest", "\n".join([longest, end])
    yield "too-long", "\n".join([longest + "00", end])
    yield "recipe", (b"\x80" + b"\4\0\0\2\x08\0" + b"\0\0\x10\x04abcd" + b"\5\0\0\4\x08\0\1\1"
                     + b"\1\0\0\0")


def srec_record(kind, address, data=b""):
    size = {0: 2, 1: 2, 2: 3, 3: 4, 5: 2, 6: 3, 7: 4, 8: 3, 9: 2}[kind]
    body = address.to_bytes(size, "big") + data
    body = bytes([len(body) + 1]) + body
    return f"S{kind}" + (body + bytes([~sum(body) & 0xFF])).hex().upper()


def srec_seeds():
    yield "s19", "\n".join([srec_record(0, 0, b"seed"), srec_record(1, 0x10, bytes(range(16))),
                            srec_record(5, 1), srec_record(9, 0x101), ""])
    yield "s28", "\r\n".join([srec_record(2, 0x80010, b"abcd"), srec_record(6, 1),
                              srec_record(8, 0x80101), ""])
    yield "s37", "\n".join([srec_record(3, 0x08000000, b"abcd"),
                            srec_record(3, 0x90000000, b"efgh"), srec_record(7, 0x08000101)])
    longest = srec_record(1, 0, bytes(range(252)))
    yield "longest", "\n".join([longest, srec_record(9, 0)])
    yield "too-long", "\n".join([longest + "00", srec_record(9, 0)])
    yield "recipe", b"\x80" + b"\3\x08\x08\0\0\x10abcd" + b"\5\2\0\1" + b"\7\4\x08\0\1\1"


def elf(segments, entry=0, kind=2, machine=40, ident=b"\x01\x01\x01"):
    """A file with program headers only: (paddr, vaddr, bytes, memsz)."""
    head, body = 52 + 32 * len(segments), b""
    table = b""
    for paddr, vaddr, data, memsz in segments:
        table += struct.pack("<8I", 1, head + len(body), vaddr, paddr, len(data), memsz, 5, 4)
        body += data
    ident = b"\x7fELF" + ident + bytes(9)
    return ident + struct.pack("<HHIIIIIHHHHHH", kind, machine, 1, entry, 52, 0, 0x5000200, 52,
                               32, len(segments), 40, 0, 0) + table + body


def elf_seeds():
    code, data = (0x08000000, 0x08000000, b"code" * 4, 16), (0x08000010, 0x20000000, b"data", 64)
    yield "one", elf([code], 0x08000001)
    yield "copied-data", elf([code, data], 0x08000001)
    yield "two-memories", elf([code, (0x90000000, 0x90000000, b"more", 4)])
    yield "overlap", elf([code, (0x08000008, 0x08000008, b"code", 4)])
    yield "top", elf([(0xFFFFFFFC, 0xFFFFFFFC, b"last", 4)])
    yield "zero-filled", elf([(0x20000000, 0x20000000, b"", 64)])
    yield "shared-object", elf([code], kind=3)
    yield "object", elf([code], kind=1)
    yield "other-machine", elf([code], machine=243)
    yield "64-bit", elf([code], ident=b"\x02\x01\x01")
    yield "big-endian", elf([code], ident=b"\x01\x02\x01")


def bin_seeds():
    yield "flash", struct.pack("<Q", 0x08000000) + b"\0\x10\0\x20\1\1\0\x08"
    yield "top", struct.pack("<Q", 0xFFFFFFFF) + b"x"
    yield "beyond", struct.pack("<Q", 1 << 32) + b"x"


def svd_seeds():
    """Small pieces, each with one thing; test-svd.c reads a whole device."""
    block = "<addressBlock><offset>0</offset><size>0x40</size></addressBlock>"
    register = "<register><name>CR</name><addressOffset>4</addressOffset>{}</register>"
    field = "<field><name>F</name><bitRange>[3:1]</bitRange></field>"
    fields = "<fields>" + field + "</fields>"

    def device(registers, more=""):
        return ("<device><name>D</name><size>32</size><peripherals><peripheral><name>P</name>"
                "<baseAddress>0x40000000</baseAddress>" + block + "<registers>" + registers
                + "</registers></peripheral>" + more + "</peripherals></device>")
    yield "register", device(register.format(""))
    yield "field", device(register.format(fields))
    yield "lsb", device(register.format(
        "<fields><field><name>F</name><lsb>1</lsb><msb>2</msb></field></fields>"))
    yield "array", device("<register><dim>3</dim><dimIncrement>4</dimIncrement><dimIndex>A,B,C"
                          "</dimIndex><name>R%s</name><addressOffset>0</addressOffset>"
                          "</register>")
    yield "cluster", device("<cluster><dim>2</dim><dimIncrement>0x10</dimIncrement><name>C[%s]"
                            "</name><addressOffset>8</addressOffset>"
                            + register.format(fields) + "</cluster>")
    yield "derived", device(register.format(fields) + "<register derivedFrom='P.CR'><name>R"
                            "</name><addressOffset>8</addressOffset></register>",
                            "<peripheral derivedFrom='P'><name>Q</name><baseAddress>0x50000000"
                            "</baseAddress></peripheral>")
    yield "loop", device("<register derivedFrom='R'><name>R</name></register>")
    yield "doctype", "<!DOCTYPE d [<!ENTITY a 'b'>]><device><name>&a;</name></device>"


def code_recipe(flags, symbols, *code):
    """What fuzz-code takes: symbols are (offset, size, kind)."""
    return (bytes([flags, len(symbols)]) + b"".join(struct.pack("<HHB", *s) for s in symbols)
            + struct.pack(f"<{len(code)}H", *code))


def code_seeds():
    init = (0, 0, 0)
    store = (0x4801, 0x4902, 0x6081, 0x4770, 0x2000, 0x4002, 0x0123, 0x4567)
    yield "store", code_recipe(0, [init], *store)
    yield "store-movable", code_recipe(2, [init], 0x4801, 0x4448, 0x6001, 0x4770, 4, 0)
    yield "read-only", code_recipe(1, [init], 0xa001, 0x6801, 0x600a, 0x4770, 0x2000, 0x4002)
    yield "calls", code_recipe(0, [init, (12, 4, 1)], 0xb510, 0x4803, 0xf000, 0xf801, 0xbd10,
                               0xbf00, 0x6000, 0x4770, 0x2000, 0x4002)
    yield "circle", code_recipe(0, [init], 0xb510, 0xf7ff, 0xfffd, 0xbd10)
    yield "byte-table", code_recipe(0, [init], 0x4904, 0x2802, 0xd806, 0xe8df, 0xf000, 0x0402,
                                    0x0006, 0x2201, 0xe001, 0x2201, 0x600a, 0x4770)
    yield "address-table", code_recipe(0, [init], 0x2802, 0xd208, 0xa101, 0xf851, 0xf020,
                                       0xbf00, 0x0019, 0x2000, 0x001d, 0x2000, 0xbf30, 0xe000,
                                       0xbf20, 0x4770)
    yield "if-then", code_recipe(0, [init], 0x4903, 0x2801, 0xbf0c, 0x2201, 0x2202, 0x600a,
                                 0x4770)
    yield "data-behind-call", code_recipe(0, [(0, 14, 0), (6, 0, 4), (10, 0, 3)], 0xb510,
                                          0xf000, 0xf805, 0xdede, 0xdede, 0xbf30, 0xbd10, 0,
                                          0x4770)
    yield "specials", code_recipe(0, [init], 0xbf30, 0xb662, 0xf380, 0x8810, 0xdf01, 0xbeab,
                                  0xee30, 0x0a81, 0xfb10, 0xf001, 0xde00)
    yield "erased", code_recipe(0, [init], *[0xffff] * 16)
    yield "odd", code_recipe(4, [init], *store)
    yield "in-elf", elf([(0x20000004, 0x20000004, struct.pack("<8H", *store), 16)], 0x20000005)


def pdsc_seeds():
    """Each with one thing that matters; names are short, for they get in the way."""
    ram, flash = ('<memory name="S" access="rwx" start="0x20000000" size="0x8000" default="1"/>',
                  '<memory id="IROM1" start="0x8000000" size="0x20000" default="1"/>')
    loader = '<algorithm name="a.FLM" start="0x8000000" size="0x20000" default="1"/>'
    placed = '<algorithm name="b\\c.FLM" start="1" size="9" RAMstart="0x20000000" RAMsize="0xF"/>'
    head = "<package><vendor>V</vendor><name>N</name><releases><release version='1'/></releases>"

    def devices(inner):
        return f"{head}<devices><family Dfamily='F' Dvendor='V:1'>{inner}</family></devices></package>"

    yield "device", devices(f"<device Dname='STM32G4'>{ram}{flash}{loader}</device>")
    yield "inherited", devices(f"{ram}{loader}<subFamily DsubFamily='S'>{flash}{placed}"
                               f"<device Dname='STM32G4x'>{loader}</device></subFamily>")
    yield "variants", devices(f"<device Dname='D'>{loader}{ram}<variant Dvariant='DT6'>{placed}"
                              "</variant><variant Dname='DT7'/></device>")
    each = [loader.replace("/>", f" Pname='{name}'/>") for name in "AB"]
    yield "processors", devices(f"<device Dname='D'>{''.join(each)}</device>")
    yield "defaults", devices(f"<device Dname='D'>{flash}{loader}{loader.replace('a.', 'b.')}"
                              "<algorithm name='c.x' style='IAR' start='0' size='8'/></device>")
    yield "board", f"{head}<boards><board name='B'>{placed}</board></boards></package>"
    yield "amiss", devices("<algorithm name='../x' start='0' size='1'/><algorithm start='1'/>"
                           "<memory start='x'/><device>&amp;<algorithm name='x'/></device>")
    yield "dtd", "<!DOCTYPE package [<!ENTITY a 'b'>]>" + devices("<device Dname='&a;'/>")
    yield "utf-16", devices("<device Dname='D'/>").encode("utf-16")


def pack_seeds():
    pdsc = dict(pdsc_seeds())
    for seed, method in (("device", zipfile.ZIP_DEFLATED), ("inherited", zipfile.ZIP_STORED)):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method) as z:
            for name, data in (("x.pdsc", pdsc[seed]), ("a.FLM", b"\x7fELF"), ("b/", b""),
                               ("b/c.FLM", bytes(300))):
                z.writestr(zipfile.ZipInfo(name), data, method)
        yield seed, file.getvalue()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as z:
        with z.open(zipfile.ZipInfo("d/x.pdsc"), "w", force_zip64=True) as f:
            f.write(pdsc["board"].encode())
    yield "zip64", file.getvalue()


def install_seeds():
    """The files that fuzz-install.c names, in its order, each ended by 0xfe."""
    plugin = "com.st.stm32cube.ide.mcu.externaltools."
    product = "version=1.8.0\nid=com.st.stm32cube.ide.mcu.rcp.product\n"
    bundles = "".join(f"{plugin}{name}.linux64,{stamp},plugins/x/,4,false\n" for name, stamp in (
        ("cubeprogrammer", "2.0.100.202110141430"), ("stlink-gdb-server", "2.0.100.202109301221")))
    pdsc = "<!-- <releases> --><releases>\n<release version='1.3.0'>x</release></releases>"
    tools = "[UV2]\r\nRTEPATH=\"C:\\\\x\"\r\n[ARM]\r\nVERSION=5.38a\r\n"
    whole = [product, bundles, "2.9.0\n", pdsc, tools]

    def joined(*parts):
        return b"\xfe".join(p.encode() if isinstance(p, str) else p for p in parts)

    yield "whole", joined(*whole)
    yield "none", b""
    yield "another-product", joined("id=org.eclipse.platform\nversion=4.20\n")
    yield "updated", joined(product, bundles.replace("2.0.100.202110141430", "2.0.200.202202231230"))
    yield "elsewhere", joined(product, f"{plugin}cubeprogrammer.linux64,9.9.9,file:/x/,4,false\n")
    yield "cut", joined("version", f"{plugin}cubeprogrammer.linux64", "v", "<releases><release", "[ARM]")
    yield "commas", joined("=\n==\nversion=\n", f"{plugin}cubeprogrammer.,,,\n,,\n", "v\n",
                           "<releases><release version=\"'/>", "VERSION=\n")
    yield "bytes", joined(b"version=\xff\xfd\nid=\0", b"\0" + bundles.encode(), b"\xef\xbb\xbf2.9.0",
                          b"<releases \xff><release\0version='1'>", b"RTEPATH=\xc3\n")


def advisory_seeds():
    """The target takes them for STK-0000-0001.json, and for a document of toolchains."""
    package = {"ecosystem": "stm32-toolchain", "name": "cubeprogrammer"}
    digest = "0123456789abcdef" * 4
    least = {"schema_version": "1.6.0", "id": "STK-0000-0001", "summary": "s", "details": "d",
             "published": "2026-01-01T00:00:00Z", "modified": "2026-01-01T00:00:00Z",
             "affected": [{"package": package}], "database_specific": {"basis": "observed"}}

    def own(**members):
        return dict(least, database_specific=dict(least["database_specific"], **members))

    def affected(**members):
        return dict(least, affected=[dict(least["affected"][0], **members)])
    seeds = {
        "least": least,
        "ranges": affected(versions=["2.9.0-RC01"], ranges=[{"type": "ECOSYSTEM", "events": [
            {"introduced": "0"}, {"fixed": "2.7.0"}, {"introduced": "2.10.0+st.1"},
            {"last_affected": "2.13.0"}, {"introduced": "2.20.0"}]}]),
        "devices": affected(ecosystem_specific={"devices": ["STM32G431xB", "STM32L4"],
                                                "option_state": "DBANK=1"}),
        "pack": dict(least, affected=[{"package": {"ecosystem": "cmsis-pack", "name": "A.B"}},
                                      {"package": {"ecosystem": "github", "name": "a/b.c"}}]),
        "marks": own(marks=[{"file_sha256": digest, "name": "x.FLM"}, {"code_sha256": digest},
                            {"table_sha256": digest, "load_address": "0x20000020"},
                            {"finding": "STK-L202", "text": "t"}, {"load_address": 536870944}]),
        "words": own(disputed="x", source_notes="n", symptoms=[{"text": "t", "tool": "pyocd",
                                                                 "cause": "c"}],
                     instead=[{"text": "i", "tool": "cubeide", "version": "1.7.0",
                               "name": "x", "code_sha256": digest}]),
        "references": dict(least, withdrawn="2026-02-01T00:00:00Z",
                           references=[{"type": "FIX", "url": "https://x", "title": "t"}]),
        "toolchains": {"tool": {"a": {"title": "A", "order": "cubeide", "source": "s",
                                      "basis": "manual", "place": [
                                          {"os": "linux", "path": "~/a_*", "source": "s",
                                           "basis": "manual"}]}},
                       "release": [{"tool": "a", "version": "1.2", "plugin": "1.1.0.201910081157",
                                    "programmer": "2.2.0", "source": "s", "basis": "observed"}]},
    }
    for name, seed in seeds.items():
        yield name, json.dumps(seed)
    yield "backwards", json.dumps(seeds["ranges"]).replace('"introduced": "0"', '"fixed": "1"')
    yield "deep", "[" * 40 + "]" * 40
    yield "cut", json.dumps(seeds["marks"])[:-9]
    yield "twice", '{"id": 1, "id": 2}'
    yield "no-utf-8", b'{"id": "\xff\xfe"}'


def explain_seeds():
    """The logs of public threads, and the ways in which bytes of a log can differ."""
    folder = pathlib.Path(__file__).parent.parent / "explain"
    for path in sorted(folder.glob("*.log")):
        yield path.stem, path.read_bytes()
    text = ("STM32CubeProgrammer v2.9.0\nErasing external memory sectors [0 3]\n"
            "Error: failed to download Segment[0]\n")
    yield "utf-16", text.encode("utf-16")
    yield "big-endian", b"\xfe\xff" + text.encode("utf-16-be")
    yield "crlf", text.replace("\n", "\r\n")
    yield "progress", text.replace("\n", "\r10%\r20%\n")
    yield "colours", text.replace("Error", "\x1b[31mError\x1b[0m") + "\x1b]0;title\x07\x9b2J"
    yield "one-line", text.replace("\n", " ") * 20
    yield "report", ('{"stoker_json": 1, "ok": false, "error": {"cause": "never-returns", "message":'
                     ' "m", "evidence": [{"what": "pc", "value": "0x20000004"}]}}')


def gdb_packet(payload, start=b"$"):
    return start + payload + b"#%02x" % (sum(payload) & 0xFF)


def gdb_client_seeds():
    """The first byte: 1 checksums count, 2 a short limit."""
    yield "replies", b"\1+" + gdb_packet(b"OK") + b"+" + gdb_packet(b"") + gdb_packet(b"E01")
    yield "stops", b"\1" + gdb_packet(b"T05thread:01;") + gdb_packet(b"Stop:T05", b"%")
    yield "runs", b"\1" + gdb_packet(b"0* 1*~~}]*!") + gdb_packet(b"0*~* ") + gdb_packet(b"* ")
    yield "escapes", b"\1" + gdb_packet(b"}\3}\4}]}\n") + gdb_packet(b"a}") + gdb_packet(b"}*!")
    yield "damaged", b"\1$OK#9b-" + gdb_packet(b"OK") + b"$O" + gdb_packet(b"OK") + b"$OK#9z"
    yield "no-ack", b"\0$OK#00$OK#zz%x#00"
    yield "too-long", b"\3" + gdb_packet(b"0*~") + gdb_packet(bytes(65)) + gdb_packet(b"OK")


def gdb_server_seeds():
    yield "requests", b"\1" + b"+".join(gdb_packet(p) for p in (
        b"qSupported:multiprocess+;swbreak+", b"?", b"g", b"m8000000,40", b"Hg0", b"vCont;c"))
    yield "binary", b"\1" + gdb_packet(b"X20000000,4:}\3*}]\3") + b"\3" + gdb_packet(b"x0,4")
    yield "flash", b"\1" + gdb_packet(b"vFlashErase:08000000,00000800") + gdb_packet(
        b"vFlashWrite:8000000:" + bytes(range(32))) + gdb_packet(b"vFlashDone")
    yield "interrupts", b"\1\3\3$\3#03\3"
    yield "no-ack", b"\0$OK#00\3$OK#zz"
    yield "too-long", b"\3" + gdb_packet(bytes(65)) + gdb_packet(b"?")


def gdb_exchange_seeds():
    """Steps: what is done, how many bytes come before, those."""
    def steps(*pairs):
        return b"".join(bytes([what, len(text)]) + text for what, text in pairs)
    send, wake, settle, no_ack, receive = 0, 2, 3, 4, 5
    ok = gdb_packet(b"OK")
    yield "answered", steps((send, b""), (receive, b"+" + ok), (settle, b""), (send, b""))
    yield "damaged", steps((send, b""), (receive, b"+$OK#9b"), (receive, b"$OK#9b"),
                           (receive, b"$OK#9b"), (send, b""))
    yield "refused", steps((send, b""), (receive, b"-"), (receive, b"-"), (receive, b"-"))
    yield "stray", steps((send, b""), (receive, b"+" + ok + ok), (settle, b""), (send, ok[:3]),
                         (receive, ok[3:] + ok))
    yield "owed", steps((wake, b""), (send, b"+" + ok), (receive, b"+" + ok), (receive, b""))
    yield "no-ack", steps((no_ack, b""), (send, b""), (receive, b"$OK#00"), (receive, b"$a}#00"))
    yield "too-long", steps((send, b""), (receive, gdb_packet(b"0*~0*~0*~")), (receive, ok))
    yield "notified", steps((send, b""), (receive, gdb_packet(b"Stop:T05", b"%")), (receive, ok))


def gdb_xml_seeds():
    memory = "<memory type='{}' start='0x8000000' length='2048'{}"
    block = "><property name='blocksize'>0x800</property></memory>"
    dtd = '<?xml version="1.0"?><!DOCTYPE {} SYSTEM "gdb-target.dtd">'
    reg = "<reg name='r0' bitsize='32' regnum='{}'/>"
    yield "flash", "<memory-map>" + memory.format("flash", block) + "</memory-map>"
    yield "ram", dtd.format("memory-map") + "<memory-map>" + memory.format("ram", "/>") + \
        "<memory type='rom' start='0' length='1'/></memory-map>"
    yield "overlap", "<memory-map>" + memory.format("ram", "/>") * 2 + "</memory-map>"
    target = dtd.format("target") + "<target><feature name='f'>{}</feature></target>"
    yield "registers", target.format(reg.format(3) + "<reg name='XPSR' bitsize='1'/>")
    yield "twice", target.format(reg.format(1) * 2)
    yield "includes", b"\xfe".join(t.encode() for t in (
        "<target><xi:include href='a'/><xi:include href='b'/></target>",
        dtd.format("feature") + "<feature>" + reg.format(7) + "</feature>",
        "<feature xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='c'/></feature>",
        "<feature>" + reg.format("0x9") + "</feature>"))
    yield "circle", "<target><xi:include href='target.xml'/></target>"
    yield "entity", "<!DOCTYPE target [<!ENTITY a 'b'>]><target>&a;</target>"
    yield "defaults", "<!DOCTYPE target [<!ATTLIST reg regnum (1|2) '1'>]><target/>"
    yield "utf-16", target.format(reg.format(1)).encode("utf-16")


def gdb_stub_seeds():
    """A line is a packet; 3 interrupts, 4 has the core stop by itself."""
    def monitor(text):
        return b"qRcmd," + text.hex().encode()

    def lines(*packets):
        return b"\n".join(packets)

    yield "debug", lines(b"qSupported:swbreak+;hwbreak+", b"?", b"g", b"m20000000,10",
                         b"Z0,20000000,2", b"vCont;c", b"\3", b"z0,20000000,2", b"s", b"D")
    yield "flash", lines(b"vFlashErase:8000000,1000", b"vFlashErase:8004000,2000",
                         b"vFlashWrite:8000000:12345678", b"vFlashWrite:8000008:xxxx",
                         b"vFlashErase:8000000,800", b"vFlashWrite:8000000:zz", b"vFlashDone",
                         monitor(b"why"), b"qCRC:8000000,800")
    yield "call", lines(monitor(b"call EraseSector 1"), b"c", b"\4", monitor(b"reg pc=1"), b"k",
                        b"R", b"vKill;1")
    yield "documents", lines(b"qXfer:memory-map:read::0,1000", b"qXfer:features:read:target.xml:0,9")
    yield "memory", lines(b"M20000000,2:abcd", b"X20000000,2:ab", b"x20000000,8", b"P0=00000000",
                          b"G0000000000000001xxxxxxxx", b"p1", b"m50000000,4", b"H0", b"T1")


def main():
    out = sys.argv[1]
    for name, seeds in (("elf-image", elf_seeds), ("ihex-image", ihex_seeds),
                        ("srec-image", srec_seeds), ("bin-image", bin_seeds),
                        ("loader", elf_seeds), ("svd", svd_seeds), ("code", code_seeds),
                        ("pdsc", pdsc_seeds), ("pack", pack_seeds),
                        ("install", install_seeds), ("advisory", advisory_seeds),
                        ("explain", explain_seeds), ("gdb-client", gdb_client_seeds),
                        ("gdb-server", gdb_server_seeds), ("gdb-exchange", gdb_exchange_seeds),
                        ("gdb-xml", gdb_xml_seeds), ("gdb-stub", gdb_stub_seeds)):
        os.makedirs(f"{out}/{name}", exist_ok=True)
        for seed, content in seeds():
            with open(f"{out}/{name}/{seed}", "wb") as f:
                f.write(content.encode() if isinstance(content, str) else content)


if __name__ == "__main__":
    main()
