# SPDX-License-Identifier: MIT
"""Trees laid out like the installs of toolchains, made of our own loaders.

What lies where, as far as public sources show it:
 - STM32CubeIDE: PLUGINS/com.st.stm32cube.ide.mcu.externaltools.cubeprogrammer.OS_STAMP/tools/bin
   (logs of builds, scripts: "...cubeprogrammer.linux64_2.2.200.202503041107/tools/bin"), a
   .eclipseproduct with "id=com.st.stm32cube.ide.mcu.rcp.product" and "version=1.16.0" (seen by a
   user in C:\\ST\\STM32CubeIDE_1.16.0\\STM32CubeIDE), stm32cubeide.ini beside it, and Equinox's
   configuration/org.eclipse.equinox.simpleconfigurator/bundles.info, a line for each plug-in in
   use: name,version,location,start level,started. An install that its user may not write is
   updated into ~/.eclipse/PRODUCT_VERSION_HASH_OS_WS_ARCH.
 - STM32CubeProgrammer: bin/ExternalLoader, bin/FlashLoader, api/lib; newer ones have a text file
   bin/version (seen in the programmer of STM32CubeCLT 1.22.0); macOS: STM32CubeProgrammer.app/
   Contents/MacOs/bin or Contents/Resources/bin.
 - STM32CubeCLT: STM32CubeProgrammer, STLink-gdb-server, STM32CubeCLT_metadata.sh or .bat.
 - VS Code: stm32cube/bundles/programmer/VERSION/bin, stlink-gdbserver/VERSION/bin.
 - Packs: Vendor/Name/Version with a .pdsc (Open-CMSIS-Pack: pack.idx, .Web, .Download, .Local
   beside the vendors); cmsis-pack-manager: Vendor/Name/Version.pack, index.json, aliases.json.
"""
import contextlib
import os
import pathlib
import shutil
import sqlite3

import packs

PRODUCT = "com.st.stm32cube.ide.mcu.rcp.product"
PROGRAMMER = "com.st.stm32cube.ide.mcu.externaltools.cubeprogrammer"
GDB_SERVER = "com.st.stm32cube.ide.mcu.externaltools.stlink-gdb-server"
BUNDLES = "configuration/org.eclipse.equinox.simpleconfigurator/bundles.info"

# The cubeprogrammer plug-in of 1.8.0 is CubeProgrammer 2.9.0; that of 1.7.0 was not found.
STAMP_170 = "2.0.0.202105311346"
STAMP_180 = "2.0.100.202110141430"
STAMP_190 = "2.0.200.202202231230"

LOADERS = pathlib.Path(os.environ["top_builddir"]) / "tests/loaders/out"
CORPUS = os.environ.get("STOKER_CORPUS")

# A program that tells when it was run, which nothing here ever may be.
NEVER_RUN = '#!/bin/sh\n: > "$(dirname "$0")/WAS-RUN"\nexit 99\n'


def loader(name):
    return (LOADERS / name).read_bytes()


def write(path, data, mode=None):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    if mode is not None:
        path.chmod(mode)
    return path


def external_loaders():
    """What lies in bin/ExternalLoader: ours, and of the corpus a few where it is there."""
    found = {"W25Q128_STM32H743.stldr": loader("h743-w25q128.stldr"),
             "W25Q128_STM32H7B0.stldr": loader("h7b0-w25q128.stldr")}
    if CORPUS:
        for path in sorted((pathlib.Path(CORPUS) / "loaders").glob("kotetsuy+STLDR/*/*.stldr"))[:3]:
            found[path.name] = path.read_bytes()
    return found


def internal_loaders():
    """bin/FlashLoader has one for each device id; the bytes of another device do here."""
    return {"0x450.stldr": loader("h7b0-w25q128.stldr")}


def programmer(folder, loaders=None, version=None, flash=None):
    """The folder that holds bin. @version: what bin/version says; None: an old one without."""
    folder = pathlib.Path(folder)
    for name in ("STM32_Programmer_CLI", "STM32_Programmer.sh"):
        write(folder / "bin" / name, NEVER_RUN, 0o755)
    for name, data in (external_loaders() if loaders is None else loaders).items():
        write(folder / "bin/ExternalLoader" / name, data)
    for name, data in (internal_loaders() if flash is None else flash).items():
        write(folder / "bin/FlashLoader" / name, data)
    (folder / "bin/ExternalLoader").mkdir(exist_ok=True)
    if version is not None:
        write(folder / "bin/version", f"{version}\n")
    return folder


def plugin(name, stamp, system="linux64"):
    return f"{name}.{system}_{stamp}"


def bundles_info(ide, in_use, system="linux64", gdb=None):
    """Tell the IDE which plug-ins it uses: what an update rewrites."""
    lines = ["#encoding=UTF-8", "#version=1",
             "org.eclipse.osgi,3.16.300.v20210525-1715,plugins/org.eclipse.osgi_3.16.300.jar,-1,true"]
    for name, stamp in ((PROGRAMMER, in_use), (GDB_SERVER, gdb)):
        if stamp:
            lines.append(f"{name}.{system},{stamp},plugins/{plugin(name, stamp, system)}/,4,false")
    return write(pathlib.Path(ide) / BUNDLES, "\n".join(lines) + "\n")


def add_plugin(ide, stamp, system="linux64", **how):
    """One more cubeprogrammer plug-in; returns its programmer, the folder that holds bin."""
    return programmer(pathlib.Path(ide) / "plugins" / plugin(PROGRAMMER, stamp, system) / "tools",
                      **how)


def cubeide(folder, version, stamp, system="linux64", gdb=None, product=True, **how):
    """An STM32CubeIDE at @folder; returns it. product=False: it does not say its version."""
    ide = pathlib.Path(folder)
    if product:
        write(ide / ".eclipseproduct", "#Eclipse Product File\n#Fri Nov 26 08:15:00 CET 2021\n"
              f"version={version}\nname=STM32CubeIDE\nid={PRODUCT}\n")
    write(ide / "stm32cubeide", NEVER_RUN, 0o755)
    write(ide / "stm32cubeide.ini", "-startup\nplugins/org.eclipse.equinox.launcher_1.6.200.jar\n")
    write(ide / "configuration/config.ini", f"eclipse.product={PRODUCT}\n")
    write(ide / "plugins/org.eclipse.osgi_3.16.300.jar", "not looked into")
    add_plugin(ide, stamp, system, **how)
    if gdb:
        write(ide / "plugins" / plugin(GDB_SERVER, gdb, system) / "tools/bin/ST-LINK_gdbserver",
              NEVER_RUN, 0o755)
    bundles_info(ide, stamp, system, gdb)
    return ide


def update(ide, stamp, version=None, keep_old=True, **how):
    """What an update of the IDE does: a newer plug-in beside the old one, and that one is used."""
    new = add_plugin(ide, stamp, **how)
    if not keep_old:
        for old in (pathlib.Path(ide) / "plugins").glob(PROGRAMMER + ".*"):
            if old != new.parent:
                shutil.rmtree(old)
    if version:
        write(pathlib.Path(ide) / ".eclipseproduct",
              f"version={version}\nname=STM32CubeIDE\nid={PRODUCT}\n")
    bundles_info(ide, stamp)
    return new


def cubeclt(folder, **how):
    """STM32CubeCLT; its own version is nowhere but in the folder's name."""
    clt = pathlib.Path(folder)
    programmer(clt / "STM32CubeProgrammer", **how)
    write(clt / "STLink-gdb-server/bin/ST-LINK_gdbserver", NEVER_RUN, 0o755)
    write(clt / "STM32CubeCLT_metadata.sh", NEVER_RUN, 0o755)
    return clt


def vscode(folder, versions=("2.22.0+st.1", "2.23.0"), gdb=("7.13.0+st.3",), **how):
    """@folder: .../stm32cube/bundles; returns it."""
    bundles = pathlib.Path(folder)
    for version in versions:
        programmer(bundles / "programmer" / version, **how)
    for version in gdb:
        write(bundles / "stlink-gdbserver" / version / "bin/ST-LINK_gdbserver", NEVER_RUN, 0o755)
    return bundles


# ---- packs ---------------------------------------------------------------

DFP_VENDOR, DFP = "Keil", "STM32G4xx_DFP"
FLM = "CMSIS/Flash/STM32G4xx_128.FLM"


def pdsc(version, older=(), vendor=DFP_VENDOR, name=DFP, algorithm=FLM):
    """A .pdsc of that version: the newest <release> comes first."""
    releases = [packs.element("release", ["as it was"], version=v) for v in (version, *older)]
    device = packs.device("STM32G431KBTx", packs.SRAM, packs.FLASH,
                          packs.algorithm(algorithm, default=1))
    return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<!-- <releases><release version=\"9.9.9\"/></releases> -->\n"
            "<package schemaVersion=\"1.7.2\">\n"
            f"<vendor>{vendor}</vendor>\n<name>{name}</name>\n"
            "<releases>\n" + "\n".join(releases) + "\n</releases>\n"
            f"<devices>{packs.family(device)}</devices>\n</package>\n")


def dfp_files(version, flm, older=(), **how):
    """What STM32G4xx_DFP of that version holds."""
    vendor, name = how.get("vendor", DFP_VENDOR), how.get("name", DFP)
    return {f"{vendor}.{name}.pdsc": pdsc(version, older, **how), FLM: flm,
            "Device/Include/stm32g4xx.h": "/* not a loader */\n"}


def good_flm():
    return loader("g431.FLM")


def bad_flm():
    """As 1.3.0 does: takes the part for one with two banks."""
    return loader("b/g431-dual-bank.FLM")


def unpacked(root, version, flm, vendor=DFP_VENDOR, name=DFP, folder=None, **how):
    """An unpacked pack in a pack root; returns its folder."""
    where = pathlib.Path(root) / vendor / name / (folder or version)
    packs.folder(where, dfp_files(version, flm, vendor=vendor, name=name, **how))
    return where


def keil(folder):
    """A pack root with two versions of the G4's pack; returns it."""
    root = pathlib.Path(folder)
    for name in (".Web", ".Download", ".Local"):
        (root / name).mkdir(parents=True)
    write(root / "pack.idx", "")
    write(root / ".Web/index.pidx", "<index/>")
    unpacked(root, "1.2.0", good_flm())
    unpacked(root, "1.3.0", bad_flm(), older=("1.2.0",))
    return root


def pyocd(folder):
    """What cmsis-pack-manager keeps for pyOCD: archives, never unpacked; returns the folder."""
    root = pathlib.Path(folder)
    for version, flm in (("1.2.0", good_flm()), ("1.3.0", bad_flm())):
        where = root / DFP_VENDOR / DFP
        where.mkdir(parents=True, exist_ok=True)
        packs.archive(where / f"{version}.pack", dfp_files(version, flm))
        write(root / f"{DFP_VENDOR}.{DFP}.{version}.pdsc", pdsc(version))
    write(root / "index.json", "{}")
    write(root / "aliases.json", "{}")
    return root


# ---- all of it -----------------------------------------------------------

class Tree:
    """Every kind of install below one folder, as on a machine where much was tried."""

    def __init__(self, folder):
        top = self.top = pathlib.Path(folder)
        self.ide_170 = cubeide(top / "opt/st/stm32cubeide_1.7.0", "1.7.0", STAMP_170)
        self.ide_180 = cubeide(top / "opt/st/stm32cubeide_1.8.0", "1.8.0", STAMP_180,
                               gdb="2.0.100.202109301221")
        self.programmer = programmer(
            top / "home/STMicroelectronics/STM32Cube/STM32CubeProgrammer", version="2.21.0")
        self.clt = cubeclt(top / "opt/st/stm32cubeclt_1.18.0")
        self.vscode = vscode(top / "home/.local/share/stm32cube/bundles")
        self.keil = keil(top / "home/AppData/Local/Arm/Packs")
        self.pyocd = pyocd(top / "home/.local/share/cmsis-pack-manager")

    def was_run(self):
        """Programs of the installs that somebody ran."""
        return sorted(map(str, self.top.rglob("WAS-RUN")))

    @staticmethod
    def tools(ide):
        """The programmer folders of an IDE, by plug-in stamp."""
        found = (pathlib.Path(ide) / "plugins").glob(PROGRAMMER + ".*/tools")
        return {path.parent.name.rsplit("_", 1)[1]: path for path in found}


def windows(disk):
    """A disk of Windows, as another system mounts it: the install's path below it to its tool."""
    top = pathlib.Path(disk)
    local = top / "Users/me/AppData/Local"
    few = {"loaders": {"a.stldr": b"a"}, "flash": {}}
    ides = (("ST/STM32CubeIDE_1.18.1", "1.18.1", "2.2.100.202412061334"),
            ("Program Files/ST/STM32CubeIDE_2.0.0", "2.0.0", "2.2.300.202508131133"))
    found = {cubeide(top / f"{where}/STM32CubeIDE", version, stamp, system="win32", **few): "cubeide"
             for where, version, stamp in ides}
    found[programmer(top / "Program Files/STMicroelectronics/STM32Cube/STM32CubeProgrammer",
                     version="2.19.0", **few)] = "cubeprogrammer"
    clt = top / "ST/STM32CubeCLT_1.19.0"
    found[cubeclt(clt, **few)] = "cubeclt"
    (clt / "STM32CubeCLT_metadata.sh").rename(clt / "STM32CubeCLT_metadata.bat")
    found[vscode(local / "stm32cube/bundles", ("2.23.0",), **few)] = "cube-vscode"
    found[keil(local / "Arm/Packs")] = "keil"
    found[pyocd(local / "cmsis-pack-manager/cmsis-pack-manager")] = "pyocd"
    mdk = write(top / "Keil_v5/TOOLS.INI", "[ARM]\r\nVERSION=5.38a\r\n").parent
    write(mdk / "ARM/Flash/STM32F4xx_1024.FLM", b"a")
    found[mdk] = "keil"
    return {str(path.relative_to(top)): tool for path, tool in found.items()}


def macos(disk):
    """The same of macOS."""
    top = pathlib.Path(disk)
    support = top / "Users/me/Library/Application Support"
    few = {"loaders": {"a.stldr": b"a"}, "flash": {}}
    app = "Applications/STMicroelectronics/STM32Cube/STM32CubeProgrammer/STM32CubeProgrammer.app"
    found = {
        cubeide(top / "Applications/STM32CubeIDE.app/Contents/Eclipse", "1.6.0",
                "1.6.0.202101291314", system="macos64", **few): "cubeide",
        programmer(top / app / "Contents/MacOs", version="2.5.0", **few): "cubeprogrammer",
        cubeclt(top / "opt/ST/STM32CubeCLT_1.18.0", **few): "cubeclt",
        vscode(support / "stm32cube/bundles", ("2.22.0+st.1",), **few): "cube-vscode",
        pyocd(support / "cmsis-pack-manager"): "pyocd",
        keil(top / "Users/me/.cache/arm/packs"): "cpackget"}
    return {str(path.relative_to(top)): tool for path, tool in found.items()}


def many(programmer_folder, files, loaders):
    """Fill it up to @files files, @loaders of them called as loaders, all with the same bytes."""
    first = write(programmer_folder / "bin/ExternalLoader/0.stldr", loader("h743-w25q128.stldr"))
    for i in range(1, files):
        name = f"ExternalLoader/{i}.stldr" if i < loaders else f"doc/{i % 7}/{i}.html"
        path = programmer_folder / "bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(first, path)


# ---- what a database says of them ----------------------------------------

def pin(database, tool, device, build, name=None, version_range="", why="it works"):
    """A pin as 'stoker pin' writes it, for tests of what comes after."""
    with contextlib.closing(sqlite3.connect(database)) as db, db:
        db.execute("INSERT INTO pin (tool, range, device, build, name, why, made)"
                   " SELECT ?, ?, ?, id, ?, ?, 1 FROM build WHERE name = ?",
                   (tool, version_range, device, name, why, build))
