"""What local servers share: their note on disk, free ports, and one kind of error."""

import json
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any, cast


class CannotStart(Exception):
    """A local server can't start; the text is one sentence for the person who tried."""


def read(path: Path) -> dict[str, Any]:
    """Return the note in a file, empty if there is none that can be read."""
    try:
        return cast(dict[str, Any], json.loads(path.read_text()))
    except (OSError, ValueError):
        return {}


def write(path: Path, note: dict[str, Any]) -> None:
    """Replace a note in one step; it holds passwords, so only its owner may read it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(note, indent=1))
    draft.rename(path)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def last_line(path: Path) -> str:
    """Return the last line of a log, for an error message."""
    lines = path.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def stop_by_pid(pid: int, *, by: signal.Signals, within: float) -> None:
    """Signal a process that is no child of ours and wait; after `within` seconds kill it."""
    deadline = time.monotonic() + within
    try:
        os.kill(pid, by)
        while time.monotonic() < deadline:
            time.sleep(0.05)
            os.kill(pid, 0)
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
