"""What local servers share: their note on disk, free ports, and one kind of error."""

import json
import os
import signal
import socket
import time
from contextlib import suppress
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


def free_port(*, preferred: int = 0) -> int:
    """Return a port of 127.0.0.1 that nobody listens on, the preferred one if it is such a port."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            # Connections that ended a moment ago must not make a port look taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CannotStart("No port of 127.0.0.1 is free.")


def is_alive(pid: int) -> bool:
    """Tell whether a process exists, whoever owns it."""
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def last_line(path: Path) -> str:
    """Return the last line of a log, for an error message."""
    lines = path.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def stop_by_pid(pid: int, *, by: signal.Signals, within: float) -> None:
    """Signal a process that is no child of ours and wait; after `within` seconds kill it."""
    deadline = time.monotonic() + within
    with suppress(ProcessLookupError):
        os.kill(pid, by)
        while is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)
