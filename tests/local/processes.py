"""Looks at the processes of this machine; Linux only, like the promise it is for."""

import os
import time
from pathlib import Path


def marked(mark):
    """Return the ids of living processes whose environment or arguments hold a text."""
    return [pid for pid in _all() if mark in _text(pid, "environ") + _text(pid, "cmdline")]


def gone(pids, *, within):
    """Tell whether all these processes end within so many seconds."""
    return eventually(lambda: not any(alive(pid) for pid in pids), within=within)


def alive(pid):
    """Tell whether a process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(condition, *, within):
    """Tell whether something becomes true within so many seconds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _all():
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _text(pid, name):
    if pid == os.getpid():
        return ""
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:
        return ""
