"""`./run screenshots`: the README's pictures, of a demo of their own in a real browser."""

from __future__ import annotations

import io
import os
import re
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.e2e.conftest import CHROMIUM, QUIET, Demo, sign_in, start_demo

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
DESKTOP, PHONE = {"width": 1280, "height": 1000}, {"width": 360, "height": 720}
COLOURS = 128
PAPER_SCALE = 1.25
PORT = 8091
"""It stands on the picture of the certificate, which should not change with each renewal for that alone."""
LARGEST = 250 * 1000
"""Bytes: a page with four of them still opens quickly."""


@dataclass(frozen=True)
class Picture:
    """What `who` sees, signed in; `take` goes there and returns it as PNG."""

    name: str
    who: str
    take: Callable[[Page, Demo], bytes]
    phone: bool = False


def seen(page: Page) -> bytes:
    page.wait_for_load_state("networkidle")
    return page.screenshot(animations="disabled")


def scrolled_to(part: Locator, *, above: int) -> None:
    """Let the part stand `above` pixels below the top."""
    part.evaluate("(one, above) => scrollTo(0, one.getBoundingClientRect().top + scrollY - above)", above)


def open_unit(page: Page, demo: Demo, unit: str) -> None:
    """Open the unit of the program that the person joined last."""
    page.goto(f"{demo.url}/my")
    learn = page.locator("main a[href^='/learn/']").first.get_attribute("href") or ""
    page.goto(demo.url + re.sub(r"[^/]+$", unit, learn))


def lesson(page: Page, demo: Demo) -> bytes:
    """The drawing of a lesson."""
    open_unit(page, demo, "kto-i-kiedy")
    scrolled_to(page.locator("article figure").first, above=190)
    return seen(page)


def exam(page: Page, demo: Demo) -> bytes:
    page.goto(f"{demo.url}/my")
    page.locator("main a[href^='/attempts/']").first.click()
    return seen(page)


def result(page: Page, demo: Demo) -> bytes:
    open_unit(page, demo, "egzamin-koncowy")
    page.locator("main a[href$='/result']").first.click()
    return seen(page)


def coordination(page: Page, demo: Demo) -> bytes:
    """Whose certificate ends first comes first."""
    page.goto(f"{demo.url}/organisation")
    page.goto(f"{page.url}?order=certificate")
    return seen(page)


def statistics(page: Page, demo: Demo) -> bytes:
    page.goto(f"{demo.url}/trainer")
    page.locator("main a", has_text="72 godziny").first.click()
    scrolled_to(page.locator("table[role=table]").first, above=330)
    return seen(page)


def code_of(page: Page, demo: Demo) -> str:
    """Return the code of the person's certificate."""
    page.goto(f"{demo.url}/certificates")
    page.locator("main a[href^='/certificates/']").first.click()
    return page.url.rsplit("/", 1)[1]


def paper(page: Page, demo: Demo) -> bytes:
    pdf = page.context.request.get(f"{demo.url}/certificates/{code_of(page, demo)}.pdf").body()
    picture = io.BytesIO()
    pypdfium2.PdfDocument(pdf)[0].render(scale=PAPER_SCALE).to_pil().save(picture, "PNG")
    return picture.getvalue()


def verification(page: Page, demo: Demo) -> bytes:
    """As a stranger sees it who scanned the code."""
    code = code_of(page, demo)
    page.context.clear_cookies()
    page.goto(f"{demo.url}/c/{code}")
    return seen(page)


PICTURES = (
    Picture("lekcja", "wojt", lesson),
    Picture("egzamin", "sekretarz", exam),
    Picture("wynik", "agnieszka", result),
    Picture("organizacja", "koordynator", coordination),
    Picture("pytania", "trener", statistics),
    Picture("zaswiadczenie", "zaneta", paper),
    Picture("sprawdzenie", "zaneta", verification),
    Picture("egzamin-telefon", "renata", exam, phone=True),
)


@contextmanager
def signed_in(browser: Browser, demo: Demo, picture: Picture) -> Iterator[Page]:
    context = browser.new_context(
        viewport=PHONE if picture.phone else DESKTOP,
        locale="pl-PL",
        timezone_id="Europe/Warsaw",
        reduced_motion="reduce",
        color_scheme="light",
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    sign_in(page, demo, picture.who)
    yield page
    context.close()


def compressed(png: bytes) -> bytes:
    """Return the picture with a palette: text stays sharp, the file is a third."""
    palette = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    kept = io.BytesIO()
    palette.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def take(browser: Browser, demo: Demo, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES:
        with signed_in(browser, demo, picture) as page:
            content = compressed(picture.take(page, demo))
        if len(content) > LARGEST:
            sys.exit(f"{picture.name}.png has {len(content)} bytes, more than {LARGEST}")
        (folder / f"{picture.name}.png").write_bytes(content)
        sys.stdout.write(f"{folder / picture.name}.png: {len(content) // 1000} kB\n")


def main(folder: Path) -> None:
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="filar-screenshots-") as place, sync_playwright() as playwright:
        demo = start_demo(Path(place), PORT)
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *root])
            take(browser, demo, folder)
            browser.close()
        finally:
            demo.process.send_signal(signal.SIGINT)
            demo.process.wait(20)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER)
