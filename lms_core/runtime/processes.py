"""Child processes that cannot outlive the process that started them.

Linux sends a process the signal of its choice when the *thread* that forked it ends (prctl(2), PR_SET_PDEATHSIG).
So children are started from the main thread. Elsewhere nothing is sent, and only an orderly stop ends them.
"""

import contextlib
import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import IO

# <linux/prctl.h>
_SET_DEATH_SIGNAL = 1
_SET_CHILD_SUBREAPER = 36

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(*, parent: int | None = None, sent: signal.Signals = signal.SIGTERM) -> None:
    """Have `sent` delivered to this process when its parent ends; exit at once when it has ended already.

    `parent` is the process id that the parent had when it forked. Without it a ``multiprocessing`` child knows the
    right one, and any other process takes whoever is its parent now.
    """
    if _LIBC is None:
        return
    expected = _parent() if parent is None else parent
    _LIBC.prctl(_SET_DEATH_SIGNAL, int(sent), 0, 0, 0)
    if os.getppid() != expected:
        os._exit(128 + sent)


def _parent() -> int:
    family = multiprocessing.parent_process()
    return os.getppid() if family is None or family.pid is None else family.pid


def forks_die_with_us(*, sent: signal.Signals = signal.SIGKILL) -> None:
    """From now on every ``os.fork`` child of this process, and its children in turn, dies with its own parent."""
    parents = [os.getpid()]

    def born() -> None:
        die_with_parent(parent=parents[0], sent=sent)
        parents[0] = os.getpid()

    os.register_at_fork(after_in_child=born)


def adopt_orphans() -> None:
    """Become the parent of descendants whose parent ends (Linux), as process 1 of a container is anyway."""
    if _LIBC is not None:
        _LIBC.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def bury_orphans(known: Collection[int]) -> None:
    """Reap ended children that are not among `known`: orphans that came to us, or they would stay as zombies."""
    if _LIBC is None:
        return
    try:
        while (ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) and ended.si_pid not in known:
            os.waitpid(ended.si_pid, 0)
    except ChildProcessError:
        return


def child_process(
    command: Sequence[str | Path],
    *,
    environ: Mapping[str, str] | None,
    sent: signal.Signals = signal.SIGTERM,
    output: IO[bytes] | int | None = None,
    pass_fds: Sequence[int] = (),
    user: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own; it is sent `sent` when this process ends.

    A session of its own keeps the terminal's Ctrl-C and hang-up away, so that we stop our children, in order.
    `environ`, and `output`, which takes both streams: None for ours. `user` also drops every group. OSError: it
    cannot be started.
    """
    starter = os.getpid()
    return subprocess.Popen(
        [str(part) for part in command],
        env=None if environ is None else dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output if output is None else subprocess.STDOUT,
        start_new_session=True,
        pass_fds=tuple(pass_fds),
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        # One system call through a library that is loaded already: nothing there can wait for another thread.
        preexec_fn=lambda: die_with_parent(parent=starter, sent=sent),  # noqa: PLW1509
    )


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill `process` and whatever it left in its group, and wait for it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # gone; macOS: only zombies are left
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
