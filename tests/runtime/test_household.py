"""The whole embedded set, stopped and killed in every way: nothing may be left."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from lms_core.runtime import embedded_queue
from tests.runtime.left import assert_all_gone, is_alive, wait_until

HERE = Path(__file__).parent
SOON = 10.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Household:
    data: Path
    port: int
    process: subprocess.Popen[bytes]
    seen: list[psutil.Process] = field(default_factory=list)

    @property
    def family(self) -> list[psutil.Process]:
        family = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        self.seen.extend(family)
        return family

    def member(self, part: str) -> psutil.Process:
        """The direct child whose command line has `part`."""
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if part in " ".join(child.cmdline()))

    def web_worker(self) -> int | None:
        """The process that answers requests, if one does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=1) as answer:
                return int(answer.read())
        except OSError:
            return None

    def hold_a_job(self, path: Path) -> psutil.Process:
        with Redis.from_url(f"unix://{self.data}/queue/queue.sock") as client:
            Queue("filar", connection=client, serializer=JSONSerializer).enqueue("household.hold", str(path))
            wait_until(path.exists)
        return psutil.Process(int(path.read_text()))

    def hold_a_request(self, path: Path) -> socket.socket:
        caller = socket.create_connection(("127.0.0.1", self.port))
        caller.sendall(f"GET /hold?{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_until(path.exists)
        return caller


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    with living(tmp_path) as started:
        yield started


@contextmanager
def living(tmp_path: Path) -> Iterator[Household]:
    port = free_port()
    with (tmp_path / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "household.py"), str(tmp_path), str(port)],
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    started = Household(tmp_path, port, process)
    try:
        wait_until((tmp_path / "ready").exists)
        yield started
    finally:
        left = started.family if process.poll() is None else started.seen
        process.kill()
        process.wait()
        for one in filter(is_alive, left):
            one.kill()
        sys.stdout.write((tmp_path / "output").read_text())


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_requested_stop_is_exit_code_0_and_leaves_nothing(household: Household, stop: signal.Signals) -> None:
    wait_until((household.data / "ticked").exists)
    family = household.family
    assert len(family) == 6  # supervisor, queue, web and its worker, RQ worker, tick
    os.killpg(household.process.pid, stop)  # as a terminal does it: to the whole group, which must be us alone
    assert household.process.wait(SOON) == 0
    assert_all_gone(family)
    output = (household.data / "output").read_text()
    assert "Traceback" not in output
    assert "killed" not in output


def test_a_second_signal_ends_the_patience_with_jobs_and_requests_in_hand(household: Household, tmp_path: Path) -> None:
    job = household.hold_a_job(tmp_path / "job")
    with household.hold_a_request(tmp_path / "request"):
        family = household.family
        assert job in family
        tick = household.member("tick_forever")
        household.process.terminate()
        wait_until(lambda: not is_alive(tick))
        household.process.terminate()
        assert household.process.wait(SOON) == 0
        assert_all_gone(family)


def test_kill_9_of_the_supervisor_leaves_nothing(household: Household, tmp_path: Path) -> None:
    job = household.hold_a_job(tmp_path / "job")
    with household.hold_a_request(tmp_path / "request"):
        family = household.family
        assert job in family
        assert len(family) == 6  # supervisor, queue, web and its worker, RQ worker, tick
        household.process.kill()
        household.process.wait()
        assert_all_gone(family)


def test_kill_9_of_the_web_servers_main_process_brings_a_new_one(household: Household, tmp_path: Path) -> None:
    main = household.member("lms_core.runtime.wsgi")
    before = [main, *main.children()]
    with household.hold_a_request(tmp_path / "request"):
        main.kill()
        assert_all_gone(before)
    wait_until(lambda: household.web_worker() not in {None, *(one.pid for one in before)})
    assert [one for one in household.family if one.status() == psutil.STATUS_ZOMBIE] == []


def test_kill_9_of_the_web_servers_worker_brings_a_new_one(household: Household) -> None:
    worker = household.web_worker()
    assert worker
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: household.web_worker() not in {None, worker})


def test_kill_9_of_the_worker_takes_its_job_along_and_brings_a_new_worker(household: Household, tmp_path: Path) -> None:
    worker = household.hold_a_job(tmp_path / "job")
    assert worker == household.member("work(")
    worker.kill()
    assert_all_gone([worker])
    assert household.hold_a_job(tmp_path / "next") == household.member("work(")
    assert [one for one in household.family if one.status() == psutil.STATUS_ZOMBIE] == []


def test_kill_9_of_the_queue_brings_it_back_with_its_jobs(household: Household) -> None:
    address = f"unix://{household.data}/queue/queue.sock"
    with Redis.from_url(address) as client:
        client.set("kept", "yes")
    household.member("valkey-server").kill()
    with Redis.from_url(address) as client:
        wait_until(lambda: reads(client, "kept") == b"yes")


def test_spoilt_data_of_the_queue_do_not_keep_the_house_from_starting(tmp_path: Path) -> None:
    embedded_queue.start(tmp_path).stop()
    next((tmp_path / "queue" / "appendonlydir").glob("*.manifest")).write_text("spoilt")
    with living(tmp_path) as household:
        household.hold_a_job(tmp_path / "job")
    assert "are set aside" in (tmp_path / "output").read_text()


def reads(client: Redis, key: str) -> object:
    try:
        return client.get(key)
    except RedisError:
        return None
