"""Keeps a handful of services running as one program, and leaves none behind.

Whoever dies takes the ones below with it: the kernel tells a service that we died, and each service tells its own
children the same (``runtime.wsgi``, ``runtime.worker``). So also ``kill -9`` leaves nothing.
"""

import logging
import socket
import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lms_core.runtime.processes import adopt_orphans, bury_orphans, child_process, end_group
from lms_core.runtime.service import Restarts, Service
from lms_core.runtime.signals import StopSignals

_LOG = logging.getLogger(__name__)
_STARTING_PAUSE = 0.05
_RUNNING_PAUSE = 0.5
_IMPATIENT = 2  # the second Ctrl-C means now


class GaveUp(Exception):
    """A service cannot be kept running; ``str()`` is the line for the operator."""


@dataclass(slots=True)
class _Charge:
    service: Service
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=deque)
    due: float = 0.0
    settled: bool = False


def supervise(
    services: Sequence[Service],
    *,
    ready_url: str | None,
    on_ready: Callable[[], None],
    restarts: Restarts | None = None,
    grace: float = 10.0,
) -> int:
    """Start `services` in order and keep them running until SIGTERM, SIGINT or SIGHUP; the exit code.

    `on_ready` is called once, when all have been started and `ready_url` answers 200 (None: without asking). A service
    that ends, however, is started again, later each time; by the rule in `restarts` we give up: one line in the log,
    and 1. A requested stop gives 0. Services are stopped last to first: SIGTERM, and SIGKILL after `grace` seconds or
    at a second signal. Must run in the main thread of a process that has no other children.
    """
    charges = [_Charge(service) for service in services]
    with StopSignals() as signals:
        adopt_orphans()
        try:
            _run(charges, ready_url, on_ready=on_ready, restarts=restarts or Restarts(), signals=signals)
        except GaveUp as reason:
            _LOG.error("%s", reason)
            return 1
        finally:
            for charge in reversed(charges):
                _stop(charge, grace, signals=signals)
            bury_orphans(())
    return 0


def _run(
    charges: list[_Charge],
    ready_url: str | None,
    *,
    on_ready: Callable[[], None],
    restarts: Restarts,
    signals: StopSignals,
) -> None:
    announced = False
    while not signals.received:
        for charge in charges:
            _bury(charge, restarts)
        bury_orphans({charge.process.pid for charge in charges if charge.process})
        complete = all(_settle(charge) for charge in charges)
        if complete and not announced and (ready_url is None or answers(ready_url)):
            announced = True
            on_ready()
        signals.wait(_RUNNING_PAUSE if announced and complete else _STARTING_PAUSE)


def _settle(charge: _Charge) -> bool:
    """Whether the services after this one may start; starts it when it is due. Once settled, it never holds them up."""
    if charge.process is None and time.monotonic() >= charge.due:
        _start(charge)
    if not charge.settled:
        charge.settled = charge.process is not None and charge.service.ready()
    return charge.settled


def _start(charge: _Charge) -> None:
    service = charge.service
    try:
        charge.process = child_process(
            service.command, environ=service.environ, sent=service.death_signal, pass_fds=service.pass_fds
        )
    except OSError as error:
        raise GaveUp(f"{service.name} cannot be started: {error.strerror}: {service.command[0]}") from error
    _LOG.info("%s started as process %d", service.name, charge.process.pid)


def _bury(charge: _Charge, restarts: Restarts) -> None:
    """When the service has ended: clear what it left, and say when it is started again. GaveUp: not any more."""
    if charge.process is None or (code := charge.process.poll()) is None:
        return
    end_group(charge.process)
    charge.process = None
    now = time.monotonic()
    charge.deaths.append(now)
    while charge.deaths[0] < now - restarts.window:
        charge.deaths.popleft()
    see = f"; see {charge.service.log}" if charge.service.log else ""
    ended = f"{charge.service.name} ended ({_how(code)})"
    if len(charge.deaths) >= restarts.limit:
        raise GaveUp(f"{ended} {len(charge.deaths)} times within {restarts.window:.0f} s, giving up{see}")
    pause = restarts.pause * 2 ** (len(charge.deaths) - 1)
    charge.due = now + pause
    _LOG.warning("%s, starting it again in %.2g s%s", ended, pause, see)
    charge.service.mend()


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _stop(charge: _Charge, grace: float, *, signals: StopSignals) -> None:
    process = charge.process
    if process is None:
        return
    process.terminate()
    deadline = time.monotonic() + grace
    while process.poll() is None and time.monotonic() < deadline and signals.received < _IMPATIENT:
        signals.wait(_STARTING_PAUSE)
    if process.poll() is None:
        _LOG.warning("%s did not stop in time and is killed", charge.service.name)
    end_group(process)


def answers(url: str) -> bool:
    """Whether a GET of `url` (http, no proxy) is answered with 200 within a second.

    By hand, for http.client would load what mail and TLS need and be half of this process.
    """
    address = urlsplit(url)
    path = f"{address.path or '/'}?{address.query}" if address.query else address.path or "/"
    try:
        with socket.create_connection((address.hostname or "", address.port or 80), timeout=1) as caller:
            caller.sendall(f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n".encode())
            return caller.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False
