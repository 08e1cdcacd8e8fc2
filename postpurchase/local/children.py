"""Starts and stops child processes that never outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def spawn(  # noqa: PLR0913  # the handful of things a process is made of
    argv: Sequence[str | Path],
    *,
    when_orphaned: signal.Signals,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    output: int | IO[bytes] = subprocess.DEVNULL,
    user: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in its own group, so that Ctrl-C reaches only the one who stops it in order.

    On Linux the kernel sends it `when_orphaned` when its parent dies in whatever way. The kernel
    means the parent's *thread*: call this from the main one.
    """
    return subprocess.Popen(
        [str(part) for part in argv],
        env=env,
        cwd=cwd,
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT,
        process_group=0,
        preexec_fn=_tie(when_orphaned),  # noqa: PLW1509  # one system call, no lock, no import
        **_identity(user),
    )


def _tie(when_orphaned: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    parent = os.getpid()

    def tie() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(when_orphaned))
        if os.getppid() != parent:  # It died before the call above.
            os._exit(1)

    return tie


def _identity(user: int | None) -> dict[str, Any]:
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def stop(process: subprocess.Popen[bytes], *, by: signal.Signals, within: float) -> None:
    """Signal a process and wait; after `within` seconds kill its whole group."""
    if process.poll() is None:
        process.send_signal(by)
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
