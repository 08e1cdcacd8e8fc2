"""What our PostgreSQL and our Valkey have in common: start or attach, notice a death, stop."""

import os
import secrets
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Self
from urllib.parse import urlsplit

from postpurchase.local import children, notes
from postpurchase.local.notes import CannotStart

_SECONDS = 30


class LocalServer(ABC):
    """A server on 127.0.0.1 whose data lives in `directory`, reached by `url`.

    Its password and, where it is still free, its port stay the same from start to start.
    `process` is empty while the server was only found running.
    """

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, directory: Path, *, options: Mapping[str, str]) -> None:
        self.directory = directory
        self.options = options
        self.url = ""
        self.process: subprocess.Popen[bytes] | None = None
        self._note = directory / "server.json"

    def start(self) -> Self:
        """Start the server, or attach to the one that already runs on this directory.

        Raises CannotStart with a sentence that helps.
        """
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        note = notes.read(self._note)
        self.url = note.get("url", "")
        if self._found_running():
            return self
        password = urlsplit(self.url).password or secrets.token_urlsafe(24)
        port = notes.free_port(preferred=note.get("port", 0))
        self.url = self.make_url(password, port)
        self.process = self.launch(password, port)
        self._wait_until_ready()
        notes.write(self._note, {"pid": self.process.pid, "port": port, "url": self.url})
        return self

    @property
    def pid(self) -> int:
        """The process of the server, whether started here or found running; 0 if neither."""
        return self.process.pid if self.process else int(notes.read(self._note).get("pid", 0))

    @property
    def log(self) -> Path:
        """Where the server writes what happens."""
        return self.directory / "server.log"

    def alive(self) -> bool:
        """Tell whether the process of the server exists."""
        if self.process:
            return self.process.poll() is None
        return notes.is_alive(self.pid)

    def stop(self) -> None:
        """Stop the server in an orderly way; open connections are cut."""
        if self.process:
            children.stop(self.process, by=self.stop_signal, within=10)
        elif self.pid:
            notes.stop_by_pid(self.pid, by=self.stop_signal, within=10)
        self.process = None

    def kill(self) -> None:
        """End the server as a loss of power would, for tests that want to see what is left."""
        os.kill(self.pid, signal.SIGKILL)
        if self.process:
            self.process.wait()
        self.process = None

    @abstractmethod
    def make_url(self, password: str, port: int) -> str:
        """Return the address under which clients reach the server."""

    @abstractmethod
    def launch(self, password: str, port: int) -> subprocess.Popen[bytes]:
        """Start the process, with its output in `log`."""

    @abstractmethod
    def answers(self) -> bool:
        """Tell whether the server at `url` does what it is asked."""

    def prepare(self) -> bool:
        """Tell whether a server that was just launched can be used, making ready what it lacks."""
        return self.answers()

    def _found_running(self) -> bool:
        # One that lives and does not answer is starting or, after its parent died, stopping.
        deadline = time.monotonic() + _SECONDS
        while self.url and self.alive() and time.monotonic() < deadline:
            if self.answers():
                return True
            time.sleep(0.05)
        self.process = None
        return False

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _SECONDS
        while not self.prepare():
            if not self.alive() or time.monotonic() > deadline:
                self.stop()
                reason = notes.last_line(self.log)
                raise CannotStart(f"{self.name} did not start: {reason} (see {self.log})")
            time.sleep(0.03)
