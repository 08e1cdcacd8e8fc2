"""A Valkey (or Redis) of our own on a free port of 127.0.0.1."""

import secrets
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self
from urllib.parse import urlsplit

import redis

from postpurchase.local import binaries, notes
from postpurchase.local.children import spawn
from postpurchase.local.children import stop as stop_child
from postpurchase.local.notes import CannotStart, free_port

DURABLE: Mapping[str, str] = MappingProxyType({"appendonly": "yes"})
THROW_AWAY: Mapping[str, str] = MappingProxyType({"appendonly": "no"})

_START_SECONDS = 15


class Valkey:
    """A server whose data lives in `directory`; `url` names its database 0 of 64."""

    def __init__(self, directory: Path, *, options: Mapping[str, str] = DURABLE) -> None:
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
        self.url = notes.read(self._note).get("url", "")
        if self.url and _answers(self.url):
            return self
        password = urlsplit(self.url).password or secrets.token_urlsafe(24)
        port = free_port()
        self.url = f"redis://:{password}@127.0.0.1:{port}/0"
        self._launch(port, password)
        notes.write(self._note, {"pid": self.pid, "port": port, "url": self.url})
        return self

    @property
    def pid(self) -> int:
        """The process of the server, whether started here or found running."""
        return self.process.pid if self.process else int(notes.read(self._note).get("pid", 0))

    def stop(self) -> None:
        """Stop the server in an orderly way."""
        if self.process:
            stop_child(self.process, by=signal.SIGTERM, within=5)
        elif self.pid:
            notes.stop_by_pid(self.pid, by=signal.SIGTERM, within=5)
        self.process = None

    def _launch(self, port: int, password: str) -> None:
        settings = {
            "bind": "127.0.0.1",
            "port": str(port),
            "requirepass": password,
            "dir": f'"{self.directory}"',
            "databases": "64",
            "save": '""',
            **self.options,
        }
        log = self.directory / "valkey.log"
        with log.open("wb") as output:
            # The configuration goes in by standard input: a password in `argv` is public.
            self.process = spawn(
                [binaries.valkey(), "-"],
                when_orphaned=signal.SIGTERM,
                stdin=subprocess.PIPE,
                output=output,
            )
        assert self.process.stdin is not None
        lines = "".join(f"{name} {value}\n" for name, value in settings.items())
        self.process.stdin.write(lines.encode())
        self.process.stdin.close()
        self._wait_until_ready(log)

    def _wait_until_ready(self, log: Path) -> None:
        assert self.process is not None
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(self.url):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise CannotStart(f"Valkey did not start: {notes.last_line(log)} (all: {log})")
            time.sleep(0.02)


def _answers(url: str) -> bool:
    """Tell whether the server takes commands; it refuses them while it loads its file."""
    client = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=2)
    try:
        client.ping()
    except redis.RedisError:
        return False
    finally:
        client.close()
    return True
