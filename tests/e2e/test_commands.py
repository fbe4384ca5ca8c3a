"""The commands as their user runs them: what starts, what stops, what is refused in one line."""

from __future__ import annotations

import signal
import socket
import sqlite3
import stat
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.e2e.conftest import Demo, environment, fetch, free_port, lms, start_demo

PATIENCE = 20


def run(*arguments: str, settings: dict[str, str] | None = None, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        lms(*arguments),
        env=environment(**(settings or {})),
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    """The last line of stderr; a refusal has no traceback."""
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    return result.stderr.strip().splitlines()[-1]


def family(demo: Demo) -> list[psutil.Process]:
    parent = psutil.Process(demo.process.pid)
    return [parent, *parent.children(recursive=True)]


@pytest.fixture
def running(tmp_path: Path):
    demo = start_demo(tmp_path)
    yield demo
    if demo.process.poll() is None:
        demo.process.kill()
        demo.process.wait(PATIENCE)


def test_the_demo_says_where_who_and_what_to_try(running: Demo) -> None:
    output = running.output.read_text()
    for said in (running.url, "admin@demo.example", "hasło do każdego", "są zmyślone", "/verify", "Ctrl-C"):
        assert said in output
    assert b"Filar" in fetch(running.url)
    names = {" ".join(one.cmdline()) for one in family(running)}
    assert any("valkey-server" in name for name in names)
    assert any("cli worker" in name for name in names)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGKILL, -9)])
def test_stopping_the_demo_leaves_no_process(running: Demo, sent: signal.Signals, code: int) -> None:
    everyone = family(running)
    assert len(everyone) >= 5
    running.process.send_signal(sent)
    assert running.process.wait(PATIENCE) == code
    _, alive = psutil.wait_procs(everyone, timeout=PATIENCE)
    assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []


def test_the_audit_trail_of_the_demo_holds(running: Demo, tmp_path: Path) -> None:
    settings = {"LMS_DATA_DIR": str(tmp_path / "data")}
    held = run("audit", "verify", settings=settings)
    assert held.returncode == 0, held.stderr
    assert "rows hold" in held.stdout
    with sqlite3.connect(tmp_path / "data" / "filar.sqlite") as database:
        database.execute("UPDATE audit_event SET act = 'nothing' WHERE id = 2")
    assert "audit row 2 was changed" in one_line(run("audit", "verify", settings=settings))


def people_in(data: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(data / "filar.sqlite") as database:
        return database.execute("SELECT email, session_stamp FROM person ORDER BY id").fetchall()


def test_starting_the_demo_again_keeps_its_data(running: Demo, tmp_path: Path) -> None:
    before = people_in(tmp_path / "data")
    assert len(before) > 50
    running.process.send_signal(signal.SIGTERM)
    running.process.wait(PATIENCE)
    again = start_demo(tmp_path, int(running.url.rsplit(":", 1)[1]))
    assert people_in(tmp_path / "data") == before
    again.process.send_signal(signal.SIGTERM)
    assert again.process.wait(PATIENCE) == 0


def test_the_issuers_key_is_its_owners_alone(running: Demo, tmp_path: Path) -> None:
    (key,) = (tmp_path / "data" / "keys").iterdir()
    assert stat.S_IMODE(key.stat().st_mode) == 0o400
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_taken_port_is_refused_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        line = one_line(run("demo", settings={"LMS_DEMO_DATA_DIR": str(tmp_path), "LMS_PORT": port}))
    assert port in line
    assert "LMS_PORT" in line


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "LMS_PUBLIC_URL is missing"),
        ({"LMS_PUBLIC_URL": "szkolenia.example.pl"}, "LMS_PUBLIC_URL"),
        ({"LMS_PUBLIC_URL": "http://szkolenia.example.pl"}, "must be https"),
        ({"LMS_PUBLIC_URL": "https://a.example/sciezka"}, "without a path"),
        ({"LMS_PUBLIC_URL": "https://[x"}, "LMS_PUBLIC_URL"),
        ({"LMS_PUBLIC_URL": "https://a.example:99999"}, "LMS_PUBLIC_URL"),
        ({"LMS_PUBLIC_URL": "https://a.example", "LMS_REDIS_URL": "foo"}, "LMS_REDIS_URL"),
        ({"LMS_PUBLIC_URL": "https://a.example", "LMS_DATABASE_URL": "postgresql://u@h:abc/db"}, "LMS_DATABASE_URL"),
        ({"LMS_PUBLIC_URL": "https://a.example", "LMS_DATA_DIR": "~nobody-here/x"}, "LMS_DATA_DIR"),
        ({"LMS_PUBLIC_URL": "https://a.example", "LMS_PORT": "osiem"}, "LMS_PORT"),
        ({"LMS_PUBLIC_URL": "https://a.example", "LMS_SAFE_MODE": "yes"}, "LMS_SAFE_MODE"),
        ({"LMS_PUBLIC_URL": "https://a.example", "LMS_DATABASE_URL": "mysql://x"}, "LMS_DATABASE_URL"),
        ({"LMS_PUBLIC_URL": "https://a.example", "LMS_SECRET_KEY": "krótki"}, "LMS_SECRET_KEY"),
        ({"LMS_PUBLIC_URL": "https://a.example", "LMS_SECRET_KEY_FILE": "/nowhere"}, "LMS_SECRET_KEY_FILE"),
    ],
)
def test_a_bad_setting_is_refused_in_one_line(tmp_path: Path, settings: dict[str, str], said: str) -> None:
    assert said in one_line(run("serve", settings={"LMS_DATA_DIR": str(tmp_path / "data")} | settings))
    assert list(tmp_path.iterdir()) == []


def test_the_demo_never_touches_a_real_installation(tmp_path: Path) -> None:
    real = tmp_path / "real"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        settings = {"LMS_DATA_DIR": str(real), "LMS_DEMO_DATA_DIR": str(tmp_path / "demo"), "LMS_PORT": port}
        (tmp_path / "demo").mkdir()
        (tmp_path / "demo" / "filar.sqlite").write_text("kept")
        one_line(run("demo", "--fresh", settings=settings))
    assert not real.exists()
    assert (tmp_path / "demo" / "filar.sqlite").read_text() == "kept"


def test_a_directory_that_cannot_be_written_is_refused_in_one_line(tmp_path: Path) -> None:
    """A file in the way stops root too, whom permissions do not."""
    (tmp_path / "file").write_text("")
    folder = str(tmp_path / "file" / "data")
    line = one_line(run("serve", settings={"LMS_DATA_DIR": folder, "LMS_PUBLIC_URL": "https://a.example"}))
    assert "LMS_DATA_DIR" in line


def test_a_database_that_is_not_there_is_refused_in_one_line(tmp_path: Path) -> None:
    settings = {
        "LMS_DATA_DIR": str(tmp_path),
        "LMS_PUBLIC_URL": "https://a.example",
        "LMS_DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/nothing",
    }
    for command in ("serve", "migrate"):
        assert "LMS_DATABASE_URL" in one_line(run(command, settings=settings))


def test_two_servers_on_one_data_directory_are_refused(running: Demo, tmp_path: Path) -> None:
    other = {"LMS_DEMO_DATA_DIR": str(tmp_path / "data"), "LMS_PORT": str(free_port())}
    assert "another Filar is running" in one_line(run("demo", settings=other))


def test_serve_has_no_demo_data_and_the_first_administrator_signs_in(tmp_path: Path) -> None:
    port = free_port()
    settings = {
        "LMS_DATA_DIR": str(tmp_path / "data"),
        "LMS_PORT": str(port),
        "LMS_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    made = run(
        "admin",
        "create",
        "--email",
        "szef@example.pl",
        "--name",
        "Ala Szef",
        settings=settings,
        given="zielony-most-nad-Wisłą\n" * 2,
    )
    assert made.returncode == 0, made.stderr
    again = run(
        "admin",
        "create",
        "--email",
        "szef@example.pl",
        "--name",
        "X Y",
        "--password",
        "zielony-most-nad-Wisłą",
        settings=settings,
    )
    assert "już na liście" in one_line(again)
    weak = run(
        "admin", "create", "--email", "b@example.pl", "--name", "X Y", "--password", "krótkie", settings=settings
    )
    assert "od 12 do 200" in one_line(weak)

    log = (tmp_path / "log").open("w")
    server = subprocess.Popen(lms("serve"), env=environment(**settings), stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/health/ready")
        with sqlite3.connect(tmp_path / "data" / "filar.sqlite") as database:
            assert database.execute("SELECT name FROM person").fetchall() == [("Ala Szef",)]
        left = {path.name for path in tmp_path.iterdir()}
        assert left == {"data", "log"}
    finally:
        server.terminate()
        assert server.wait(PATIENCE) == 0
        log.close()


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 40
    while True:
        try:
            fetch(url)
        except OSError:
            assert time.monotonic() < deadline, url
            time.sleep(0.1)
        else:
            return
