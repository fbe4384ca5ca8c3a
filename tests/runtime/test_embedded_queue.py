"""The embedded queue: starts, answers, keeps its data, and says why when it cannot."""

import os
import signal
import socket
import stat
from pathlib import Path

import pytest
from redis import Redis

from lms_core.runtime import embedded_queue
from lms_core.runtime.embedded_queue import claim, start
from lms_core.runtime.refusal import StartRefused


def test_it_works_on_a_private_unix_socket_and_on_no_port(tmp_path: Path) -> None:
    running = start(tmp_path)
    try:
        with Redis.from_url(running.url) as client:
            assert client.ping()
            settings = client.config_get("*")
        assert running.url == f"unix://{tmp_path}/queue/queue.sock"
        assert stat.S_IMODE((tmp_path / "queue" / "queue.sock").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "queue").stat().st_mode) == 0o700
        assert {name: settings[name] for name in ("port", "appendonly", "save", "maxmemory-policy")} == {
            "port": "0",
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
    finally:
        running.stop()
    assert running.process.returncode == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_what_was_acknowledged_is_there_after_the_server_died(tmp_path: Path, how: signal.Signals) -> None:
    running = start(tmp_path)
    with Redis.from_url(running.url) as client:
        for number in range(100):
            client.rpush("list", number)
        running.process.send_signal(how)
        running.process.wait()
    running.stop()
    again = start(tmp_path)
    try:
        with Redis.from_url(again.url) as client:
            assert client.llen("list") == 100
    finally:
        again.stop()


def test_a_data_directory_whose_name_is_too_long_for_a_socket_works(tmp_path: Path) -> None:
    data = tmp_path / ("ł" * 60) / ("d" * 100)
    running = start(data)
    try:
        path = running.queue.socket
        with Redis.from_url(running.url) as client:
            assert client.ping()
        assert len(os.fsencode(path)) <= 107
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert claim_again(data) == f"another Filar is running with the data directory {data}"
    finally:
        running.stop()
        path.parent.rmdir()


def claim_again(data: Path) -> str:
    with pytest.raises(StartRefused) as refused:
        claim(data, handover=0.05)
    return str(refused.value)


def test_a_socket_directory_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    data = tmp_path / ("d" * 120)
    queue = claim(data)
    queue.release()
    queue.socket.parent.chmod(0o755)
    try:
        assert "belongs to somebody else" in claim_again(data)
    finally:
        queue.socket.parent.rmdir()


def test_nowhere_short_enough_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_queue.tempfile, "tempdir", str(tmp_path / ("t" * 100)))
    assert "use a shorter one" in claim_again(tmp_path / ("d" * 120))


def test_a_second_filar_with_the_same_data_is_refused(tmp_path: Path) -> None:
    running = start(tmp_path)
    try:
        assert claim_again(tmp_path) == f"another Filar is running with the data directory {tmp_path}"
        running.queue.release()  # its server holds the claim, too, for as long as it lives
        assert "another Filar" in claim_again(tmp_path)
        running.process.kill()
        running.process.wait()
        claim(tmp_path).release()
    finally:
        running.process.kill()
        running.process.wait()


def test_an_unwritable_data_directory_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartRefused) as refused:
        claim(tmp_path / "file" / "data")
    assert str(refused.value) == f"cannot write in the data directory {tmp_path / 'file' / 'data'}: Not a directory"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_data_directory_is_refused_in_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert claim_again(tmp_path) == f"cannot write in the data directory {tmp_path}: Permission denied"


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("*.manifest", b"spoilt"),
        ("*.base.rdb", b"spoilt"),
        ("*.base.rdb", b"VALKEY080\xfb\x99\x99\x99"),
        ("*.incr.aof", b"*1\r\n" + bytes(100)),
    ],
)
def test_data_spoilt_by_a_power_cut_are_set_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, file: str, content: bytes
) -> None:
    start(tmp_path).stop()
    next((tmp_path / "queue" / "appendonlydir").glob(file)).write_bytes(content)
    running = start(tmp_path)
    try:
        with Redis.from_url(running.url) as client:
            assert client.dbsize() == 0
    finally:
        running.stop()
    aside = tmp_path / "queue" / "appendonlydir.spoilt"
    assert next(aside.glob(file)).read_bytes() == content
    assert str(aside) in caplog.text


def test_data_cut_short_lose_their_last_word_only(tmp_path: Path) -> None:
    running = start(tmp_path)
    with Redis.from_url(running.url) as client:
        client.set("first", "1")
        client.set("second", "2")
    running.stop()
    (journal,) = (tmp_path / "queue" / "appendonlydir").glob("*.incr.aof")
    journal.write_bytes(journal.read_bytes()[:-5])
    running = start(tmp_path)
    try:
        with Redis.from_url(running.url) as client:
            assert client.keys() == [b"first"]
    finally:
        running.stop()


def test_a_server_that_does_not_start_says_why_and_leaves_the_claim(tmp_path: Path) -> None:
    (tmp_path / "queue").mkdir()
    (tmp_path / "queue" / "appendonlydir").write_text("in the way")
    with pytest.raises(StartRefused) as refused:
        start(tmp_path)
    sentence, _, log = str(refused.value).rpartition("; see ")
    assert sentence.startswith("the embedded queue did not start: ")
    assert "appendonlydir" in sentence
    assert "\n" not in sentence
    assert Path(log) == tmp_path / "queue" / "queue.log"
    claim(tmp_path).release()


def test_no_answer_is_no_answer(tmp_path: Path) -> None:
    queue = claim(tmp_path)
    try:
        assert not queue.answers()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as mute:
            mute.bind(str(queue.socket))
            assert not queue.answers()
    finally:
        queue.release()
