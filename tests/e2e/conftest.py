"""A real Filar (`lms demo`: SQLite, queue, web, worker) and a real Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

EVERY_KIND = Path(__file__).parent / "every_kind"
PASSWORD = "filar-pokaz-2026"
CHROMIUM = os.environ.get("LMS_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    *("--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--no-first-run", "--disable-gpu"),
]


@dataclass(frozen=True)
class Demo:
    url: str
    process: subprocess.Popen[str]
    output: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def lms(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "lms_core.cli", *arguments]


def environment(**settings: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    return clean | settings


def start_demo(folder: Path, port: int | None = None, **settings: str) -> Demo:
    port, output = port or free_port(), folder / "output.txt"
    with output.open("w") as file:
        process = subprocess.Popen(
            lms("demo"),
            env=environment(LMS_DEMO_DATA_DIR=str(folder / "data"), LMS_PORT=str(port), **settings),
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    demo = Demo(f"http://127.0.0.1:{port}", process, output)
    deadline = time.monotonic() + 60
    while "Filar działa" not in output.read_text():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.1)
    return demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = start_demo(tmp_path_factory.mktemp("demo"))
    yield demo
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(20) == 0


@pytest.fixture(scope="session")
def every_kind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo with a program of nine questions beside the installed ones: one of every kind, and a case."""
    demo = start_demo(tmp_path_factory.mktemp("every-kind"), LMS_PROGRAM_PATH=str(EVERY_KIND))
    yield demo
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(20) == 0


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    if CHROMIUM is None:
        message = "no Chromium found: apt-get install chromium (or set LMS_CHROMIUM)"
        if os.environ.get("LMS_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": CHROMIUM, "args": [*QUIET, *root]}


@pytest.fixture
def desktop(browser: Browser) -> Iterator[Page]:
    with_context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="pl-PL")
    with_context.set_default_timeout(10_000)
    yield with_context.new_page()
    with_context.close()


def sign_in(page: Page, demo: Demo, who: str) -> None:
    """Sign in as one of the demo's people, or as whoever has this address and the demo's password."""
    email = who if "@" in who else f"{who}@demo.example"
    page.goto(f"{demo.url}/sign-in")
    page.get_by_label("Adres e-mail").fill(email)
    page.get_by_role("textbox", name="Hasło").fill(PASSWORD)
    page.get_by_role("button", name="Zaloguj się").click()


def stranger(browser: Browser) -> BrowserContext:
    return browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
