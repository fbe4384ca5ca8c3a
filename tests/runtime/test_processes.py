"""Children that cannot outlive their parent, also in the moments between."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.runtime.left import assert_all_gone, is_alive, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent ended")


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


def test_a_child_whose_parent_is_gone_already_exits_at_once() -> None:
    code = "from lms_core.runtime.processes import die_with_parent; die_with_parent(parent=1 << 22); print('survived')"
    ended = run(code)
    assert (ended.returncode, ended.stdout) == (128 + signal.SIGTERM, "")


def test_a_child_whose_parent_lives_goes_on() -> None:
    assert (
        run("from lms_core.runtime.processes import die_with_parent; die_with_parent(); print('on')").stdout == "on\n"
    )


FORKING = """
import os, sys, time
from pathlib import Path
from lms_core.runtime.processes import forks_die_with_us
forks_die_with_us()
if os.fork() == 0 and os.fork() == 0:
    Path(sys.argv[1]).write_text(f"{os.getpid()} {os.getppid()}")
time.sleep(60)
"""


def test_forks_die_with_us_and_theirs_with_them(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with subprocess.Popen([sys.executable, "-c", FORKING, str(pids)]) as process:
        wait_until(lambda: pids.exists() and pids.read_text())
        family = [psutil.Process(int(pid)) for pid in pids.read_text().split()]
        process.kill()
    assert_all_gone(family)


SPAWNING = """
import os, signal, sys
from lms_core.runtime.processes import child_process
child = child_process(["sleep", "60"], environ={}, sent=signal.Signals[sys.argv[1]])
print(child.pid, os.getsid(child.pid), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("sent", ["SIGTERM", "SIGKILL"])
def test_a_child_process_dies_with_its_starter_and_has_a_session_of_its_own(sent: str) -> None:
    pid, session = map(int, run(SPAWNING, sent).stdout.split())
    assert pid == session
    wait_until(lambda: not psutil.pid_exists(pid) or not is_alive(psutil.Process(pid)), seconds=5)


def test_a_child_gets_the_given_environment_only() -> None:
    code = (
        "from lms_core.runtime.processes import child_process;"
        "raise SystemExit(child_process(['/usr/bin/env'], environ={'ONLY': 'this'}).wait())"
    )
    assert run(code).stdout == "ONLY=this\n"
