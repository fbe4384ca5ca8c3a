"""Where the web process spends its time: py-spy's samples, summed by layer."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.cpu import Household
from bench.installation import Installation
from bench.journey import TO_THE_EXAM, Act, Learner

RATE = 250
LAYERS = (
    ("rate limits (flask-limiter, redis)", r"/(flask_limiter|limits|redis)/"),
    ("SQLite or psycopg", r"/(pysqlite3|psycopg|psycopg_binary)/|^do_(execute|executemany|commit|rollback) "),
    ("SQLAlchemy", r"/(sqlalchemy|flask_sqlalchemy)/"),
    ("Markdown of prompts (markdown-it, nh3)", r"/(markdown_it|mdurl|nh3)/|lms_core/content/markdown"),
    ("templates (Jinja, markupsafe)", r"/(jinja2|markupsafe)/|<template>|\.html:"),
    ("forms and session (CSRF, itsdangerous)", r"/(flask_wtf|wtforms|itsdangerous)/|flask/(sessions|json/tag)"),
    ("JSON bodies (marshmallow)", r"/(marshmallow)/"),
    ("Flask and Werkzeug", r"/(flask|werkzeug|blinker|click)/"),
    ("Filar's services and domain", r"lms_core/(services|domain|transaction|database|installation|models|content)"),
    ("Filar's web", r"lms_core/"),
    ("server (granian, gunicorn)", r"/(granian|gunicorn)/"),
)
REST = "standard library called from no layer"
FRAME = re.compile(r"^(?P<name>.*) \((?P<place>[^()]*)\)$")


class NoProfile(Exception):
    """The process may not be looked into (ptrace), or the recorder is missing; ``str()`` says which."""


def layer_of(stack: Sequence[str]) -> str:
    """Return the layer of the innermost frame that has one; frames are "function (file:line)", outermost first."""
    for frame in reversed(stack):
        for name, pattern in LAYERS:
            if re.search(pattern, frame):
                return name
    return REST


def shares(lines: Iterable[str]) -> dict[str, float]:
    """Return the share of each layer in py-spy's raw output ("frame;frame;frame COUNT"), largest first."""
    samples: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.strip().rpartition(" ")
        if stack:
            samples[layer_of(stack.split(";"))] += int(count)
    total = samples.total() or 1
    return {name: count / total for name, count in samples.most_common()}


def record(
    site: Installation, household: Household, people: Sequence[Learner], *, act: Act, seconds: int
) -> dict[str, float]:
    """Record the web process while signed-in people repeat an act; return the shares of its layers.

    Only threads that hold the interpreter's lock count: the others wait, or work outside Python. Raises `NoProfile`.
    """
    raw = site.folder / "stacks.txt"
    command = [
        *(str(Path(sys.executable).with_name("py-spy")), "record", "--pid", str(household.busiest("web"))),
        *(
            "--duration",
            str(seconds),
            "--rate",
            str(RATE),
            "--format",
            "raw",
            "--full-filenames",
            "--gil",
            "--output",
            str(raw),
        ),
    ]
    try:
        recorder = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    except OSError as error:
        raise NoProfile(f"py-spy: {error}") from error
    with recorder:
        _repeat(people, act, until=time.monotonic() + seconds + 1, most=200)
        _, errors = recorder.communicate()
    if recorder.returncode:
        raise NoProfile(f"py-spy: {errors.decode()}")
    return shares(raw.read_text().splitlines())


def enter(people: Sequence[Learner]) -> None:
    """Bring everybody to the open exam."""
    with ThreadPoolExecutor(4) as pool:
        for act in TO_THE_EXAM.values():
            list(pool.map(act, people))


def _repeat(people: Sequence[Learner], act: Act, *, until: float, most: int) -> None:
    """`most`: how often one person may, before a limit per person and minute is reached."""

    def keep_on(learner: Learner) -> None:
        for _ in range(most):
            if time.monotonic() > until:
                return
            act(learner)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(keep_on, people))
