import signal
import subprocess
import sys
import time
from pathlib import Path

from lms_core.runtime.tick import ticking as beside
from tests.runtime.left import wait_until

TICKING = """
import sys, time
from pathlib import Path
from lms_core.runtime.tick import tick_forever
notes = Path(sys.argv[1])

def tick():
    with notes.open("a") as file:
        print("begins", file=file, flush=True)
        {body}
        print("ends", file=file)

tick_forever(tick, seconds={seconds})
"""


def ticking(notes: Path, *, body: str, seconds: float) -> subprocess.Popen[str]:
    code = TICKING.format(body=body, seconds=seconds)
    return subprocess.Popen([sys.executable, "-c", code, str(notes)], stderr=subprocess.PIPE, text=True)


def wait_for(notes: Path, count: int) -> None:
    wait_until(lambda: notes.exists() and notes.read_text().count("begins") >= count)


def test_it_ticks_at_once_and_stops_at_once_when_told(tmp_path: Path) -> None:
    with ticking(tmp_path / "notes", body="pass", seconds=60) as process:
        wait_for(tmp_path / "notes", 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    assert (tmp_path / "notes").read_text() == "begins\nends\n"


def test_it_ticks_again_and_a_failed_tick_is_logged_and_does_not_end_it(tmp_path: Path) -> None:
    with ticking(tmp_path / "notes", body="raise LookupError('no row')", seconds=0.05) as process:
        wait_for(tmp_path / "notes", 3)
        process.terminate()
        assert process.wait(5) == 0
        assert process.stderr
        assert process.stderr.read().count("LookupError: no row") >= 2


def test_a_tick_in_hand_is_finished(tmp_path: Path) -> None:
    with ticking(tmp_path / "notes", body="time.sleep(0.5)", seconds=60) as process:
        wait_for(tmp_path / "notes", 1)
        process.terminate()
        assert process.wait(5) == 0
    assert (tmp_path / "notes").read_text() == "begins\nends\n"


def test_beside_other_work_it_ticks_until_the_work_ends() -> None:
    ticks: list[int] = []

    def tick() -> None:
        ticks.append(len(ticks))
        if len(ticks) == 1:
            raise LookupError("no row")

    with beside(tick, seconds=0.01):
        wait_until(lambda: len(ticks) >= 3)
    seen = len(ticks)
    time.sleep(0.1)
    assert len(ticks) <= seen + 1
