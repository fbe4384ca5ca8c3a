"""The supervisor's own rules, with small services in its care."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runtime.left import wait_until

# A program that supervises `services` and writes "ready" when told so.
SUPERVISOR = """
import sys
from pathlib import Path
from lms_core.runtime.service import Restarts, Service
from lms_core.runtime.supervisor import supervise

data = Path(sys.argv[1])

def python(name, code, **rest):
    return Service(name, (sys.executable, "-c", code, str(data)), {}, **rest)

def noting(name, before="", **rest):
    return python(name, NOTING.format(name=name, before=before), **rest)

NOTING = '''
import signal, sys, time
from pathlib import Path
data = Path(sys.argv[1])
def note(what):
    with (data / "notes").open("a") as notes:
        notes.write(what + "\\\\n")
def stop(*_):
    note("{name} stops")
    sys.exit()
signal.signal(signal.SIGTERM, stop)
note("{name} starts")
{before}
(data / "{name}").touch()
while True:
    time.sleep(60)
'''
"""
RUN = """
sys.exit(supervise(services, ready_url=None, on_ready=(data / "ready").touch, restarts=Restarts(pause=0.02), grace=0.3))
"""


def supervised(data: Path, services: str) -> subprocess.Popen[str]:
    code = f"{SUPERVISOR}\nservices = [{services}]\n{RUN}"
    return subprocess.Popen([sys.executable, "-c", code, str(data)], stderr=subprocess.PIPE, text=True)


def notes(data: Path) -> list[str]:
    return (data / "notes").read_text().splitlines()


def test_services_start_in_order_and_stop_in_reverse(tmp_path: Path) -> None:
    with supervised(tmp_path, 'noting("a", ready=(data / "a").exists), noting("b")') as process:
        wait_until((tmp_path / "b").exists)
        assert (tmp_path / "ready").exists()
        process.terminate()
        assert process.wait(10) == 0
    assert notes(tmp_path) == ["a starts", "b starts", "b stops", "a stops"]


def test_a_service_waits_until_the_one_before_is_ready(tmp_path: Path) -> None:
    with supervised(tmp_path, 'noting("a", ready=(data / "go").exists), noting("b")') as process:
        wait_until((tmp_path / "a").exists)
        assert not (tmp_path / "ready").exists()
        assert notes(tmp_path) == ["a starts"]
        (tmp_path / "go").touch()
        wait_until((tmp_path / "b").exists)
        process.terminate()
        assert process.wait(10) == 0


def test_a_service_that_dies_at_once_ends_in_one_line_and_exit_code_1(tmp_path: Path) -> None:
    with supervised(tmp_path, 'noting("a"), python("b", "raise SystemExit(3)", log=data / "b.log")') as process:
        assert process.wait(10) == 1
        assert process.stderr
        lines = process.stderr.read().splitlines()
    assert lines[-1] == f"b ended (exit code 3) 5 times within 60 s, giving up; see {tmp_path / 'b.log'}"
    assert [line for line in lines if "starting it again in" in line] == lines[:-1]
    assert len(lines) == 5
    assert notes(tmp_path) in (["a starts", "a stops"], ["a starts"], [])  # "a" may still have been on its way


def test_a_command_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with supervised(tmp_path, 'Service("b", ("/nowhere/b",), {})') as process:
        assert process.wait(10) == 1
        assert process.stderr
        assert process.stderr.read() == "b cannot be started: No such file or directory: /nowhere/b\n"


def test_a_service_that_does_not_stop_is_killed_after_the_grace(tmp_path: Path) -> None:
    stubborn = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    with supervised(tmp_path, f'noting("a", before={stubborn!r})') as process:
        wait_until((tmp_path / "a").exists)
        process.terminate()
        assert process.wait(10) == 0
        assert process.stderr
        assert process.stderr.read() == "a did not stop in time and is killed\n"


def test_what_a_service_leaves_in_its_group_is_cleared_before_the_next_start(tmp_path: Path) -> None:
    leave = "import subprocess; left = subprocess.Popen(['sleep', '60']); (data / 'left').write_text(str(left.pid))"
    with supervised(tmp_path, f'noting("a", before={leave!r})') as process:
        wait_until((tmp_path / "a").exists)
        left = int((tmp_path / "left").read_text())
        (tmp_path / "a").unlink()
        os.kill(parent_of(left), signal.SIGKILL)
        wait_until((tmp_path / "a").exists)
        wait_until(lambda: not Path(f"/proc/{left}").exists())  # reaped as well: nobody else is there to do it
        process.terminate()
        assert process.wait(10) == 0


def parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def test_a_hang_up_ignored_before_stays_ignored(tmp_path: Path) -> None:
    code = f'{SUPERVISOR}\nservices = [noting("a")]\n{RUN}'
    with subprocess.Popen(["nohup", sys.executable, "-c", code, str(tmp_path)], stderr=subprocess.DEVNULL) as process:
        wait_until((tmp_path / "a").exists)
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        process.terminate()
        assert process.wait(10) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="a process namespace needs root")
def test_as_process_1_of_a_container_it_works_alike(tmp_path: Path) -> None:
    command = ["unshare", "--pid", "--fork", "--kill-child"]
    if subprocess.run([*command, "true"], stderr=subprocess.DEVNULL, check=False).returncode:
        pytest.skip("process namespaces are not allowed here")
    code = f'{SUPERVISOR}\nimport os\nassert os.getpid() == 1\nservices = [noting("a")]\n{RUN}'
    with subprocess.Popen([*command, sys.executable, "-c", code, str(tmp_path)]) as process:
        wait_until((tmp_path / "a").exists)
        inside = int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text())
        os.kill(inside, signal.SIGTERM)
        assert process.wait(10) == 0
    assert notes(tmp_path) == ["a starts", "a stops"]
