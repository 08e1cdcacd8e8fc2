"""A small process that sees to it that nothing outlives a supervisor that was killed.

The kernel's signal reaches the children of the dead, not their children. This process hears at the
end of its input that the supervisor is gone, and ends the process groups it was told of.
It runs as a file of its own, so it imports nothing but what it needs.
"""

import os
import signal
import subprocess
import sys
import time
from typing import Self

_SECONDS = 3


class Undertaker:
    """What the supervisor holds: tells the process which groups to watch."""

    def __enter__(self) -> Self:
        """Start the process, in a session of its own so that Ctrl-C does not reach it."""
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", __file__],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        """End the process together with what it still watches."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()

    def watch(self, pid: int) -> None:
        """End the process group that this process leads if the supervisor dies."""
        self._tell(f"+{pid}")

    def forget(self, pid: int) -> None:
        """Leave this process group alone: its leader ended, and the number may be used again."""
        self._tell(f"-{pid}")

    def _tell(self, line: str) -> None:
        if self._process.stdin and self._process.poll() is None:
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()


def main() -> None:
    """Listen until the supervisor is gone, then end what is left."""
    groups: set[int] = set()
    for line in sys.stdin:
        change = groups.add if line[0] == "+" else groups.discard
        change(int(line[1:]))
    left = {group for group in groups if _send(group, signal.SIGTERM)}
    deadline = time.monotonic() + _SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = {group for group in left if _send(group, 0)}
    for group in left:
        _send(group, signal.SIGKILL)


def _send(group: int, number: int) -> bool:
    """Signal a group and tell whether it has anybody in it."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


if __name__ == "__main__":
    main()
