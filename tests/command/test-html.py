#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker inspect --html: the page as a file, and as Chromium shows it."""
import base64
import html.parser
import json
import os
import pathlib
import re
import struct
import tempfile
import unittest

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

import harness
import device_table
import packs
from harness import BUILD, DONE, G4, H7, INPUT, KIB, LOADERS, NO, USAGE, Case

CORPUS = os.environ.get("STOKER_CORPUS")
SHOTS = BUILD / "tests/screenshots"
WIDE, NARROW, PAPER = 1280, 360, 720
# What is looked at: both themes on a screen, and paper, which has no dark one.
VIEWS = (("light", "", WIDE), ("light", "", NARROW), ("dark", "", WIDE), ("dark", "", NARROW),
         ("dark", "print", PAPER))
# Of these the screenshots are kept, in both themes.
SHOWN = ("one-region", "several-regions", "4096-sectors", "odd-name", "several-files",
         "qualify-good", "qualify-bad", "qualify-all")

RAW_NAME = b"<script>alert(1)</script>\"'>&amp;\x1b[31m\x7f\xe2\x80\xae\xd7\x90 &lt;"
SHOWN_NAME = "<script>alert(1)</script>\"'>&amp;\\x1B[31m\\x7F\\u{202E}\u05d0 &lt;"


class Page(html.parser.HTMLParser):
    """Well-formed: what is opened is closed, in order, and ids are unique."""
    VOID = {"meta", "link", "br", "wbr", "hr", "img"}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.stack, self.faults, self.tags, self.ids, self.refs = [], [], [], [], []
        self.texts, self.headings, self.styles = [], [], []
        self.feed(text)
        self.close()
        if self.stack:
            self.faults.append(f"never closed: {self.stack}")

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"attribute twice in {self.get_starttag_text()}")
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if "id" in attrs:
            self.ids.append(attrs["id"])
        self.refs += attrs.get("aria-labelledby", "").split()
        self.refs += [attrs["href"][1:]] if attrs.get("href", "").startswith("#") else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        if not self.stack or self.stack[-1] != tag:
            self.faults.append(f"</{tag}> at {self.getpos()} in {self.stack}")
        else:
            self.stack.pop()

    def handle_data(self, data):
        (self.styles if self.stack[-1:] == ["style"] else self.texts).append(data)


class Html(Case):
    def page(self, *files, options=(), code=DONE):
        out = self.folder / "page.html"
        self.stoker("inspect", "--html", out, *options, *files, code=code)
        return out

    def named(self, name=RAW_NAME):
        return self.file("named.FLM", device_table.flash_device(G4, name=name))

    def foreign(self):
        data = bytearray(pathlib.Path(G4).read_bytes())
        struct.pack_into("<H", data, 18, 243)	# EM_RISCV
        return self.file("riscv.FLM", bytes(data))

    def check_form(self, path):
        raw = path.read_bytes()
        text = raw.decode("utf-8")
        self.assertTrue(text.startswith("<!DOCTYPE html>\n"))
        self.assertEqual(re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e]",
                                    text.replace("\t", "")), [])
        page = Page(text)
        self.assertEqual(page.faults, [])
        self.assertEqual(len(page.ids), len(set(page.ids)))
        self.assertEqual(set(page.refs) - set(page.ids), set())
        self.assertEqual(page.headings.count(1), 1)
        for a, b in zip(page.headings, page.headings[1:]):
            self.assertLessEqual(b, a + 1, "a level of headings is left out")
        self.check_alone(page, text)
        return page

    def check_alone(self, page, text):
        """Nothing outside of the page, nothing that runs."""
        self.assertNotIn("<script", text)
        self.assertEqual([t for t, _ in page.tags
                          if t in ("script", "iframe", "object", "embed", "form", "base")], [])
        for tag, attrs in page.tags:
            for name, value in attrs.items():
                self.assertFalse(name.startswith("on"), tag)
                self.assertNotIn(name, ("src", "srcset", "style", "xlink:href"))
                if name == "href":
                    self.assertRegex(value, r"^(#|data:,$)")
        self.assertEqual(re.findall(r"url\(|@import|@font-face", "".join(page.styles)), [])
        policy, = [a["content"] for t, a in page.tags
                   if a.get("http-equiv") == "Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("script-src", policy)


class File(Html):
    """What needs no browser."""

    def test_form(self):
        empty = self.file("empty", b"")
        for files, code in (([G4], DONE), ([H7], DONE), ([G4, H7, self.named()], DONE),
                            ([empty], INPUT), (["missing"], INPUT), ([self.foreign()], INPUT),
                            ([G4, empty, "missing"], INPUT)):
            self.check_form(self.page(*files, code=code))

    def test_tables_have_headers(self):
        text = self.page(G4, H7).read_text()
        tables = re.findall(r"(?s)<table.*?</table>", text)
        self.assertGreaterEqual(len(tables), 8)
        for table in tables:
            self.assertRegex(table, r'<th scope="col"')
            self.assertRegex(table, r'<th scope="row"')

    def test_names_are_text(self):
        page = self.check_form(self.page(self.named()))
        self.assertIn(SHOWN_NAME, page.texts)
        for raw, shown in ((b"\xb5V \xff\x80", "\u00b5V \u00ff\\x80"),
                           ("\u00b5C \u00fc".encode(), "\u00b5C \u00fc"),
                           (b"\xed\xa0\x80", "\u00ed\u00a0\\x80"),	# half a surrogate pair
                           (b"\xc0\xaf", "\u00c0\u00af"),		# longer than need be
                           (b"\xf4\x90\x80\x80", "\u00f4\\x90\\x80\\x80"),
                           ("\U0001f600 \u200e\ufeff".encode(), "\U0001f600 \\u{200E}\\u{FEFF}"),
                           ("\ufdd0\U0001ffff".encode(), "\\u{FDD0}\\u{1FFFF}")):
            page = self.check_form(self.page(self.named(raw)))
            self.assertIn(shown, page.texts, raw)

    def test_paths_are_text(self):
        names = ["<b>\"x\"&'.FLM", "\u202ecod.FLM", "a\nb.FLM"]
        for name in names:
            self.file(name, pathlib.Path(G4).read_bytes())
        page = self.check_form(self.page(*names))
        for shown in ("<b>\"x\"&'.FLM", "\\u{202E}cod.FLM", "a\\x0Ab.FLM"):
            self.assertIn(shown, page.texts)
        self.check_form(self.page("<i>missing\"", code=INPUT))

    def test_no_folder_is_told(self):
        """People publish these pages: of the path, the file's name is enough."""
        (self.folder / "home-of-somebody").mkdir()
        for name, data, code in (("x.stldr", pathlib.Path(H7).read_bytes(), DONE),
                                 ("x.FLM", pathlib.Path(G4).read_bytes(), DONE),
                                 ("empty", b"", INPUT)):
            path = self.file("home-of-somebody/" + name, data)
            text = self.page(path, code=code).read_text()
            self.assertIn(name, text)
            self.assertNotIn("home-of-somebody", text)
        self.assertNotIn("home-of-somebody",
                         self.page(self.folder / "home-of-somebody/no", code=INPUT).read_text())

    def test_all_facts_are_there(self):
        for path in (G4, H7):
            d, = self.json("inspect", path)
            text = " ".join(self.check_form(self.page(path)).texts)
            for fact in (d["device"]["name"], d["device"]["type_name"], d["sha256"],
                         d["code_sha256"], d["table_sha256"], d["cpu"], d["compiler"],
                         *d["functions"], *(f["message"] for f in d["findings"]),
                         *(f["id"] for f in d["findings"])):
                self.assertIn(fact, text)

    def test_findings_are_explained(self):
        """Each once, however many files have it, and linked to."""
        path = device_table.storage_info(H7, [(2048, 4 * KIB)])
        files = [H7, self.file("a.stldr", path), self.file("b.stldr", path)]
        ids = {f["id"] for d in self.json("inspect", *files) for f in d["findings"]}
        self.assertGreater(len(ids), 1)
        page = self.check_form(self.page(*files))
        links = {a["href"][1:] for t, a in page.tags if a.get("href", "").startswith("#STK")}
        self.assertEqual(links, ids)
        self.assertEqual({i for i in page.ids if i.startswith("STK")}, ids)
        explained, _ = self.stoker("inspect", "--explain", *ids)
        text = "".join(page.texts)
        for line in explained.splitlines():
            if not re.match("#? |Level: |$", line):
                self.assertIn(line.removeprefix("## ").strip(), text)

    def test_functions_are_those_of_the_code(self):
        """Name, stack and registers as --functions gives them; --shallow leaves that out."""
        for path in (G4, H7):
            d, = self.json("inspect", "--functions", path)
            page = self.check_form(self.page(path))
            text = " ".join(page.texts)
            self.assertGreater(len(d["code"]["functions"]), 7)
            for f in d["code"]["functions"]:
                for name in [f["name"], *(r["name"] for r in f["registers"])]:
                    self.assertIn(name or "no name", text)
            svd = " ".join(self.check_form(self.page(path, options=[
                "--svd", harness.SOURCE / "tests/unit/small.svd"])).texts)
            self.assertIn("named as those of the SMALL1", svd)
            self.assertNotIn("called by hosts", " ".join(
                self.check_form(self.page(path, options=["--shallow"])).texts))

    def test_same_input_same_page(self):
        self.assertEqual(self.page(G4, H7).read_bytes(), self.page(G4, H7).read_bytes())

    def test_json_beside_it(self):
        d, = self.json("inspect", "--html", self.folder / "p.html", G4)
        self.assertEqual(d, self.json("inspect", "--map", G4)[0])
        self.assertTrue((self.folder / "p.html").exists())

    def test_exit_codes(self):
        self.page(G4, "missing", code=INPUT)
        self.page(H7, options=["--fail-on", "note"], code=harness.NO)


    def test_packs(self):
        """All loaders of a pack, packed or not, or one of them."""
        files = {packs.PDSC: packs.package(packs.family(packs.device(
            "STM32G431KB", packs.SRAM, packs.FLASH, packs.algorithm("Flash/A.FLM", default=1)))),
            "Flash/A.FLM": pathlib.Path(G4).read_bytes(), "B.FLM": self.named().read_bytes()}
        pack = packs.archive(self.folder / "x.pack", files)
        folder = packs.folder(self.folder / "unpacked", files)
        for path in (pack, folder):
            page = self.check_form(self.page(path))
            self.assertIn("2 loaders", page.texts)
            self.assertEqual({"A.FLM", "B.FLM"} - set(page.texts), set())
            documents = self.json("inspect", "--map", path)
            self.assertEqual([d["path"] for d in documents],
                             [f"{path}#B.FLM", f"{path}#Flash/A.FLM"])
            self.assertIn(SHOWN_NAME, self.check_form(self.page(f"{path}#B.FLM")).texts)
        pdsc, loader = f"{folder}/{packs.PDSC}", folder + "/Flash/A.FLM"
        for out, *read in ((pack, pack, folder), (folder + "/B.FLM", pack, folder),
                           (pack, f"{pack}#A.FLM"), (pdsc, folder), (pdsc, pdsc),
                           (loader, f"{folder}#A.FLM"), (loader, f"{pdsc}#A.FLM")):
            before = pathlib.Path(out).read_bytes()
            error = self.fails("inspect", "--html", out, *read, code=USAGE)
            self.assertEqual(error["cause"], "output-is-input")
            self.assertEqual(pathlib.Path(out).read_bytes(), before)

    def test_packs_that_cannot_be_read(self):
        empty = packs.archive(self.folder / "empty.pack", {
            packs.PDSC: packs.package(packs.family(packs.device("X", packs.SRAM)))})
        none = packs.archive(self.folder / "none.pack", {"a": "b"})
        for path, cause in ((empty, "pack-no-loaders"), (none, "pack-no-pdsc")):
            self.assertIn(cause, self.check_form(self.page(path, code=INPUT)).texts)
            document, = self.json("inspect", "--map", path, code=INPUT)
            self.assertEqual(document["error"]["cause"], cause)


class Writing(Html):
    def test_stdout(self):
        out, _ = self.stoker("inspect", "--html", "-", G4)
        self.assertEqual(out, self.page(G4).read_text())

    def test_replaced_as_a_whole(self):
        """A link stays one, the mode stays, and nothing is left beside it."""
        page = self.file("page.html", b"old")
        page.chmod(0o640)
        link = self.folder / "link.html"
        link.symlink_to("page.html")
        self.stoker("inspect", "--html", link, G4)
        self.assertTrue(link.is_symlink())
        self.assertEqual(page.stat().st_mode & 0o777, 0o640)
        self.assertIn(b"<!DOCTYPE html>", page.read_bytes())
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()),
                         ["link.html", "page.html"])

    def test_a_new_one_has_the_usual_mode(self):
        mask = os.umask(0o027)
        self.addCleanup(os.umask, mask)
        self.assertEqual(self.page(G4).stat().st_mode & 0o777, 0o640)

    def test_never_one_of_the_inputs(self):
        data = pathlib.Path(G4).read_bytes()
        path = self.file("a.FLM", data)
        hard, soft = self.folder / "hard.FLM", self.folder / "soft.FLM"
        os.link(path, hard)
        soft.symlink_to(path)
        for out in (path, hard, soft, "./a.FLM"):
            error = self.fails("inspect", "--html", out, path, code=USAGE)
            self.assertEqual(error["cause"], "output-is-input")
            self.assertEqual(path.read_bytes(), data)

    def test_never_the_svd_file(self):
        data = (harness.SOURCE / "tests/unit/small.svd").read_bytes()
        path = self.file("a.svd", data)
        error = self.fails("inspect", "--html", path, "--svd", path, G4, code=USAGE)
        self.assertEqual(error["cause"], "output-is-input")
        self.assertEqual(path.read_bytes(), data)

    def test_not_writable(self):
        error = self.fails("inspect", "--html", "no/such/folder.html", G4,
                           code=harness.INTERNAL)
        self.assertEqual(error["cause"], "output-failed")
        self.fails("inspect", "--html", "/dev/full", G4, code=harness.INTERNAL)

    def test_what_does_not_go_together(self):
        self.fails("inspect", "--html", "x", "-r", ".", code=USAGE)
        self.fails("inspect", "--html", "x", "--map", G4, code=USAGE)
        self.stoker("inspect", "--json", "--html", "-", G4, code=USAGE)
        self.assertEqual(list(self.folder.iterdir()), [])


# All text that is shown, with its colour and what is behind it: the page is
# looked at as it is, not as the style sheet is meant.
CONTRAST = """
const rgba = s => { const n = s.match(/[\\d.]+/g).map(Number);
                    return n.length > 3 ? n : [...n, 1]; };
const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
const light = c => { const [r, g, b] = c.slice(0, 3).map(v => v / 255).map(
    v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05); };
/* The colours that may be behind an element: several where it has a gradient. */
const behind = e => {
  if (!e) return [[255, 255, 255, 1]];
  const s = getComputedStyle(e), c = rgba(s.backgroundColor);
  if (+s.opacity !== 1) throw 'opacity of ' + e.outerHTML;
  let found = c[3] === 1 ? [c] : behind(e.parentElement).map(b => over(c, b));
  if (s.backgroundImage !== 'none')
    found = found.concat(s.backgroundImage.match(/rgba?\\([^)]*\\)/g).map(rgba));
  return found;
};
const bad = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
let texts = 0;
while (walk.nextNode()) {
  const e = walk.currentNode.parentElement;
  if (!walk.currentNode.data.trim() || e.closest('svg') || !e.getClientRects().length)
    continue;
  texts++;
  const colour = rgba(getComputedStyle(e).color);
  const worst = Math.min(...behind(e).map(b => ratio(over(colour, b), b)));
  if (worst < 4.5)
    bad.push(worst.toFixed(2) + ' ' + walk.currentNode.data.trim().slice(0, 40));
}
for (const r of document.querySelectorAll('svg g > rect:first-child[data-n]'))
  for (const b of behind(r.closest('div')))
    if (ratio(rgba(getComputedStyle(r).fill), b) < 3)
      bad.push('cell ' + getComputedStyle(r).fill);
return [texts, bad];
"""

SECTORS = """
return [...document.querySelectorAll('svg.sectors')].map(svg => ({
  declared: svg.dataset.sectors,
  label: svg.getAttribute('aria-label'),
  cells: [...svg.querySelectorAll('rect')].map(r => {
    const b = r.getBoundingClientRect();
    return [r.dataset.n || '0', r.querySelector('title').textContent, b.left, b.top, b.right,
            b.bottom];
  }),
  box: (b => [b.left, b.top, b.right, b.bottom])(svg.getBoundingClientRect()),
}));
"""

OVERFLOW = """
return [document.documentElement.scrollWidth, innerWidth,
        [...document.querySelectorAll('body *')].filter(
          e => !e.closest('.scroll') && !e.closest('.hide') &&
               e.getBoundingClientRect().right > innerWidth + 0.5)
          .map(e => e.outerHTML.slice(0, 80)).slice(0, 3)];
"""


def start_browser(folder):
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    options = webdriver.ChromeOptions()
    options.binary_location = os.environ["CHROMIUM"]
    for argument in ("--headless=new", "--disable-gpu", "--hide-scrollbars",
                     "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
                     "--disable-background-networking", "--disable-component-update",
                     "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder}"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(
        os.environ["CHROMEDRIVER"], env=dict(os.environ, HOME=folder)))
    driver.set_page_load_timeout(600)
    driver.set_script_timeout(600)
    return driver


class Chromium(Html):
    """One browser for all of it."""
    browser = None

    @classmethod
    def setUpClass(cls):
        if not Chromium.browser:
            folder = tempfile.TemporaryDirectory(prefix="stoker-chromium-",
                                                 ignore_cleanup_errors=True)
            unittest.addModuleCleanup(folder.cleanup)
            Chromium.browser = start_browser(folder.name)
            unittest.addModuleCleanup(Chromium.browser.quit)
        SHOTS.mkdir(parents=True, exist_ok=True)

    def cdp(self, command, **arguments):
        return self.browser.execute_cdp_cmd(command, arguments)

    def view(self, theme="light", media="", width=WIDE, height=900):
        self.cdp("Emulation.setEmulatedMedia", media=media,
                 features=[{"name": "prefers-color-scheme", "value": theme}])
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height,
                 deviceScaleFactor=1, mobile=False)

    def open(self, path):
        self.view()
        self.browser.get_log("browser")
        self.browser.get_log("performance")
        self.browser.get(path.as_uri())
        self.assertEqual(self.browser.execute_script("return document.readyState"), "complete")

    def check_quiet(self, path):
        """No message, and no request but for the page itself."""
        self.assertEqual(self.browser.get_log("browser"), [])
        asked = [json.loads(e["message"])["message"]
                 for e in self.browser.get_log("performance")]
        asked = [m["params"]["request"]["url"] for m in asked
                 if m["method"] == "Network.requestWillBeSent"]
        self.assertIn(path.as_uri(), asked)
        self.assertEqual(set(asked) - {path.as_uri(), "data:,"}, set())

    def check_looks(self, name):
        for theme, media, width in VIEWS:
            with self.subTest(page=name, theme=theme, media=media, width=width):
                self.view(theme, media, width)
                texts, bad = self.browser.execute_script(CONTRAST)
                self.assertEqual(bad, [])
                self.assertGreater(texts, 5)
                wide, inner, what = self.browser.execute_script(OVERFLOW)
                self.assertEqual(inner, width)
                self.assertLessEqual(wide, width, what)
                self.assertEqual(what, [])
                if name in SHOWN and not media:
                    self.shoot(f"{name}-{theme}-{width}")
        self.view()

    def shoot(self, name):
        """The first screens are enough: a page of 100 loaders has 100,000 lines."""
        height = self.browser.execute_script("return document.documentElement.scrollHeight")
        shot = self.cdp("Page.captureScreenshot", captureBeyondViewport=True, format="png",
                        clip={"x": 0, "y": 0, "scale": 1, "height": min(height, 4000),
                              "width": self.browser.execute_script("return innerWidth")})
        data = base64.b64decode(shot["data"])
        self.assertEqual(data[:8], b"\x89PNG\r\n\x1a\n")
        (SHOTS / f"{name}.png").write_bytes(data)

    def check_sectors(self, documents):
        """Every sector of every table, once, in order, inside of its drawing."""
        found = self.browser.execute_script(SECTORS)
        devices = [d for d in (d.get("device") or d.get("recovered") for d in documents) if d]
        self.assertEqual(len(found), len(devices))
        for svg, device in zip(found, devices):
            want = sum(r["count"] for r in device["regions"])
            self.assertEqual(int(svg["declared"]), want)
            self.assertEqual(sum(int(n) for n, *_ in svg["cells"]), want)
            self.assertTrue(svg["label"].startswith(f"{want} sector"))
            self.check_cells(svg)

    def check_cells(self, svg):
        at, last = 0, (0, 0)
        left, top, right, bottom = svg["box"]
        for n, title, x, y, end, low in svg["cells"]:
            self.assertGreater(end, x)
            self.assertTrue(left - 1 <= x and end <= right + 1 and top - 1 <= y and
                            low <= bottom + 1, title)
            self.assertGreater((round(y), x), last)
            last = (round(y), x)
            first, to = (title.split(": ", 1)[0] + " to ").split(" to ")[:2]
            if n == "0":
                self.assertTrue(title.startswith("no sector: "))
                continue
            self.assertEqual(int(first.split()[1]), at)
            at += int(n)
            self.assertEqual(int(to) if to else int(first.split()[1]), at - 1)

    def look(self, name, *files, options=(), code=DONE):
        documents = self.json("inspect", *options, *files, code=code)
        path = self.page(*files, options=options, code=code)
        self.open(path)
        self.check_sectors(documents)
        self.check_looks(name)
        self.check_quiet(path)
        return documents

    def text(self, selector):
        return self.browser.execute_script(
            "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)",
            selector)


class Shown(Chromium):
    def test_one_region(self):
        self.look("one-region", G4, options=["--chip", "stm32g431cb"])
        self.assertEqual(self.text("h1"), ["g431.FLM"])
        self.assertEqual(self.browser.title, "g431.FLM - stoker inspect")

    def test_several_regions(self):
        path = self.file("f4.FLM", device_table.f4(G4, name=b"STM32F4xx Flash"))
        self.look("several-regions", path)
        cells = self.browser.execute_script(SECTORS)[0]["cells"]
        self.assertEqual([int(c[0]) for c in cells], [1] * device_table.F4_SECTORS)
        wide = [c[4] - c[2] for c in cells]
        for i, of_16k in enumerate([1] * 4 + [4] + [8] * 7):
            self.assertAlmostEqual(wide[i] / wide[0], of_16k, delta=0.2)
        fills = self.browser.execute_script(
            "return [...document.querySelectorAll('svg rect')]"
            ".map(r => getComputedStyle(r).fill)")
        self.assertEqual(len(set(fills)), 3)

    def test_4096_sectors(self):
        self.look("4096-sectors", H7)

    def test_as_many_as_there_are(self):
        for name, data in (
                ("one-sector.FLM", device_table.flash_device(G4, [(128 * KIB, 0)])),
                ("no-sector.FLM", device_table.flash_device(G4, [])),
                ("1024-sectors.stldr", device_table.storage_info(H7, [(1024, 16 * KIB)])),
                ("1025-sectors.stldr", device_table.storage_info(H7, [(1025, 16 * KIB)])),
                ("65536-sectors.stldr", device_table.storage_info(H7, [(65536, 4 * KIB)],
                                                                  size=256 << 20)),
                ("nine-runs.stldr", device_table.storage_info(
                    H7, [(3, 512 << i) for i in range(9)])),
                ("huge.stldr", device_table.storage_info(H7, [(0xFFFFFFFF, 0xFFFFFFFF)])),
                ("half.stldr", device_table.storage_info(H7, [(2048, 4 * KIB)]))):
            self.look(name.split(".")[0], self.file(name, data))

    def test_names_do_nothing(self):
        self.look("odd-name", self.named())
        self.assertIn(SHOWN_NAME, self.text("dd bdi"))
        self.assertEqual(self.text("script"), [])

    def test_unusable(self):
        foreign, empty = self.foreign(), self.file("empty", b"")
        self.look("foreign", foreign, code=INPUT)
        self.assertIn("No host can use it", self.text(".alert strong"))
        self.look("no-elf", empty, code=INPUT)
        self.look("missing", "missing.FLM", code=INPUT)

    def test_several_files(self):
        files = [G4, "missing.FLM", H7, self.foreign(), self.named()]
        self.look("several-files", *files, code=INPUT)
        self.assertEqual(self.text("h1"), ["5 loaders"])
        self.assertEqual(len(self.text("h2.title")), 5)
        link = self.browser.find_elements("css selector", "nav a")[2]
        link.click()
        self.assertEqual(self.browser.execute_script("return location.hash"), "#file-3")

    def test_ram_is_that_of_the_layouts(self):
        for options, path in ((["--chip", "stm32h743zi"], H7), ([], self.named(b"any")),
                              (["--ram", "0x24000000+512K"], H7)):
            documents = self.json("inspect", "--map", *options, path)
            self.open(self.page(path, options=options))
            for layout in documents[0]["layouts"]:
                if "error" in layout:
                    sentence = layout["error"]["message"].replace(
                        str(path), pathlib.Path(path).name)
                    self.assertTrue(any(sentence in t for t in self.text(".hosts .alert")))
                    continue
                rows = self.browser.execute_script(
                    "return [...document.querySelectorAll('table[data-host=' + arguments[0] +"
                    "'] tbody tr:not(.end)')].map(r => [r.cells[0].textContent,"
                    "(r.querySelector('strong') || {textContent: ''}).textContent])",
                    layout["host"])
                self.assertEqual([(int(at.lstrip("+"), 16), part) for at, part in rows if part],
                                 [(p["start"], p["part"]) for p in layout["parts"]])

    def test_by_keyboard(self):
        """What scrolls can be reached, shows that it was, and says what it is."""
        self.open(self.page(G4))
        ActionChains(self.browser).send_keys(Keys.TAB).perform()
        focus = self.browser.execute_script(
            "const e = document.activeElement;"
            "return [e.getAttribute('role'), e.getAttribute('aria-label'),"
            "getComputedStyle(e).outlineStyle]")
        self.assertEqual(focus, ["region", "Runs of equal sectors", "solid"])
        names = self.browser.execute_script(
            "return [...document.querySelectorAll('[tabindex], svg, nav, section.card')].map("
            "e => e.getAttribute('aria-label') || document.getElementById("
            "e.getAttribute('aria-labelledby')).textContent)")
        self.assertTrue(all(names) and len(names) > 6)

    def test_printed(self):
        self.open(self.page(G4, H7))
        self.view(theme="dark")
        pdf = base64.b64decode(self.cdp("Page.printToPDF")["data"])
        self.assertEqual(pdf[:5], b"%PDF-")
        self.assertGreaterEqual(len(re.findall(rb"/Type\s*/Page\b", pdf)), 2)


HEAT = """
return [...document.querySelectorAll('svg.heat')].map(s => {
  const b = s.getBoundingClientRect();
  return {declared: +s.dataset.sectors, cells: [...s.querySelectorAll('rect')].map(r => {
    const c = r.getBoundingClientRect();
    return {n: +r.dataset.n, kind: r.getAttribute('class'), fill: getComputedStyle(r).fill,
            title: r.querySelector('title').textContent,
            inside: c.left >= b.left - 1 && c.right <= b.right + 1 && c.top >= b.top - 1 &&
                    c.bottom <= b.bottom + 1 && c.width > 3 && c.height > 3}; })}; });
"""


class Qualified(Chromium):
    """The page of qualify --html."""

    def qualified(self, *args, code=DONE):
        out = self.folder / "qualify.html"
        self.stoker("qualify", "--html", out, *args, code=code)
        self.check_form(out)
        self.open(out)
        self.check_quiet(out)
        return out

    def heat(self, sectors, maps=2):
        found = self.browser.execute_script(HEAT)
        self.assertEqual(len(found), maps)
        for svg in found:
            self.assertEqual((svg["declared"], sum(c["n"] for c in svg["cells"])),
                             (sectors, sectors))
            self.assertTrue(all(c["inside"] and c["title"] for c in svg["cells"]))
        return found

    def test_good(self):
        self.qualified("-t", "emu:stm32g431cb", G4)
        self.check_looks("qualify-good")
        self.assertEqual(self.text(".pills .good")[0], "good")
        self.assertEqual(self.text("#failing-1"), [])
        erase, _ = self.heat(64)
        self.assertRegex(erase["cells"][0]["title"],
                         r"^0x08000000\.\.0x08000800: erased in 2\d\.\d+ ms$")

    def test_bad(self):
        """What is wrong, with the traffic of the call; and which sectors are."""
        args = ["-t", "emu:stm32g431cb", LOADERS / "g431-dual-bank.FLM"]
        loader, = self.json("qualify", *args, code=NO)["loaders"]
        first = next(c for c in loader["checks"] if c["result"] == "fail")
        self.qualified(*args, code=NO)
        self.check_looks("qualify-bad")
        self.assertIn(first["id"], self.text(".card-failing .level"))
        self.assertEqual(self.text(".card-failing tbody th"),
                         [a["name"] or f"0x{a['address']:08X}" for a in first["call"]["traffic"]])
        self.assertEqual(self.text(".card-checks tbody th"), [c["id"] for c in loader["checks"]])
        erase, _ = self.heat(64)
        bad = [i for i, c in enumerate(erase["cells"]) if c["kind"] == "bad"]
        self.assertEqual(bad, [i for i, s in enumerate(loader["sectors"])
                               if s["erase"] and not s["erase"]["good"]])
        self.assertEqual(bad[0], 32)
        self.assertNotEqual(erase["cells"][31]["fill"], erase["cells"][32]["fill"])

    def test_of_very_many_sectors_some_share_a_cell(self):
        self.qualified("--check", "erase", H7)
        erase, = self.heat(4096, maps=1)
        self.assertLessEqual(len(erase["cells"]), 512)
        self.assertIn("hole", {c["kind"] for c in erase["cells"]})
        self.check_looks("qualify-4096-sectors")

    def test_several(self):
        self.qualified("-t", "emu:stm32g431cb", "--check", "stack", G4, "missing", self.named(),
                       code=INPUT)
        self.assertEqual(self.text("h1"), ["3 loaders"])
        self.assertEqual(len(self.text("h2.title")), 3)
        self.check_looks("qualify-several")

    def test_all_that_a_report_can_have(self):
        """Hosts, hypotheses, foreign modules, and names that are no names."""
        page = self.folder / "shown.html"
        with open(page, "wb") as out, self.start(
                "html", executable=str(BUILD / "tests/command/show-report"), stdout=out) as p:
            self.assertEqual(p.wait(), 0)
        self.check_form(page)
        self.open(page)
        self.check_quiet(page)
        self.check_looks("qualify-all")
        self.assertEqual(self.text(".card-hosts tbody th"),
                         ["stoker"] + 3 * ["cubeprogrammer"] + ["openocd"])
        self.assertIn("hangs", self.text(".card-hosts .level"))
        self.assertEqual(len(self.text(".card-hypotheses li")), 1)
        self.heat(64)


class Corpus(Chromium):
    """One of each kind of sector table, the longest tables first."""

    def test_vendor_loaders(self):
        if not CORPUS:
            self.skipTest("no corpus of vendor loaders")
        found = sorted(pathlib.Path(CORPUS, "loaders").rglob("*.[sF][tL][lM]*"))
        self.assertGreater(len(found), 100)
        kinds = {}
        for d in self.json("inspect", "--shallow", *found, code=INPUT):
            device = d.get("device") or d.get("recovered")
            if device:
                kinds.setdefault(tuple((r["count"], r["size"]) for r in device["regions"]),
                                 d["path"])
        files = [kinds[k] for k in sorted(kinds, key=lambda k: (-len(k), k))[:12]]
        self.look("corpus", *files)


if __name__ == "__main__":
    harness.main()
