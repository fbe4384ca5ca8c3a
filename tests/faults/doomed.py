"""`lms` whose worker is killed in each phase of issuing: python doomed.py worker|serve|...

Each phase kills once: the file TEST_FOLDER/deaths/PHASE remembers it, with the credential in hand and the time. What
is run is the product's own code; only the points between its steps are marked. To save the tests' time, the next
worker is forked from a process that has loaded everything; the last murder takes that process along, so that the
supervisor has to start a new one.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lms_core import jobs
from lms_core.cli.__main__ import main
from lms_core.runtime import embedded
from lms_core.runtime.processes import die_with_parent
from lms_core.runtime.service import Restarts
from lms_core.services import credentials

DEATHS = Path(os.environ["TEST_FOLDER"]) / "deaths"
IN_HAND: list[int] = []
FOREBEAR = os.getpid()
LAST = "6-kept-not-acknowledged"


def die(phase: str) -> None:
    """Kill the worker, if nobody died in this phase yet."""
    note = DEATHS / f"{phase}.json"
    if note.exists():
        return
    draft = note.with_suffix(".draft")
    draft.write_text(json.dumps({"credential": IN_HAND[-1], "at": time.time()}))
    draft.rename(note)
    for victim in (*((FOREBEAR,) if phase == LAST else ()), os.getpid()):
        os.kill(victim, signal.SIGKILL)


def marked(step: Callable[..., Any], *, before: str = "", after: str = "") -> Callable[..., Any]:
    @functools.wraps(step)
    def run(*arguments: Any, **named: Any) -> Any:
        if before:
            die(before)
        result = step(*arguments, **named)
        if after:
            die(after)
        return result

    return run


def issue(step: Callable[[int], None]) -> Callable[[int], None]:
    whole = marked(step, after=LAST)

    @functools.wraps(step)
    def run(credential_id: int) -> None:
        IN_HAND.append(credential_id)
        whole(credential_id)

    return run


credentials.number = marked(credentials.number, before="1-nothing-done", after="2-number-not-committed")
credentials.to_sign = marked(credentials.to_sign, before="3-number-committed")
credentials.signed_document = marked(credentials.signed_document, after="4-signed-not-kept")
credentials.keep_signed = marked(credentials.keep_signed, after="5-kept-not-committed")
jobs.issue_credential = issue(jobs.issue_credential)

# The supervisor gives up a service that dies five times within a minute, which six murders are.
embedded.WORKER = (sys.executable, __file__, *embedded.WORKER[4:])
embedded.supervise = functools.partial(embedded.supervise, restarts=Restarts(limit=25, pause=0.1))


def work_again_and_again() -> None:
    """A worker after another, until one ends of itself."""
    signal.signal(signal.SIGTERM, lambda *_: os.kill(worker, signal.SIGTERM))
    while True:
        worker = os.fork()
        if not worker:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            die_with_parent(parent=FOREBEAR, sent=signal.SIGKILL)
            return main()
        _, status = os.waitpid(worker, 0)
        if os.WIFEXITED(status):
            sys.exit(os.WEXITSTATUS(status))


if __name__ == "__main__":
    DEATHS.mkdir(exist_ok=True)
    work_again_and_again() if "worker" in sys.argv else main()
