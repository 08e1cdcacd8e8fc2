"""The demo: a whole shop on one machine, with nothing to install beside this project."""

import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography.fernet import Fernet

from postpurchase.env import BASE_DIR, RUNNING
from postpurchase.local import notes
from postpurchase.local.notes import CannotStart
from postpurchase.local.postgres import Postgres
from postpurchase.local.programs import all_programs
from postpurchase.local.servers import LocalServer
from postpurchase.local.supervisor import Supervisor
from postpurchase.local.valkey import Valkey


class Demo:
    """A shop whose state lives in `directory` and that answers on `port` of 127.0.0.1."""

    def __init__(self, directory: Path, *, port: int) -> None:
        self.directory = directory.absolute()
        self.port = port
        self.servers: list[LocalServer] = []
        self._said_hello = False

    def run(self) -> None:
        """Serve until told to stop. Raises CannotStart with a sentence that helps."""
        self.directory.mkdir(parents=True, exist_ok=True)
        # Until the supervisor takes over, SIGTERM unwinds as Ctrl-C does.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        with ExitStack() as stack:
            stack.enter_context(only_one(self.directory))
            require_free(self.port)
            stack.callback(self._stop_servers)
            env = self._environment(self._start_servers())
            self._prepare(env)
            stack.callback(RUNNING.unlink, missing_ok=True)
            notes.write(RUNNING, {"pid": os.getpid(), "env": env})
            supervisor = Supervisor(
                all_programs(port=self.port, directory=self.directory),
                servers=self.servers,
                env={**os.environ, **env},
                cwd=BASE_DIR,
            )
            supervisor.run(each_moment=self._say_hello)

    def _start_servers(self) -> dict[str, str]:
        """Start the servers that nobody named and return their addresses."""
        wanted: dict[str, LocalServer] = {
            "DATABASE_URL": Postgres(self.directory / "postgres"),
            "REDIS_URL": Valkey(self.directory / "valkey"),
        }
        urls = {}
        for name, server in wanted.items():
            if name not in os.environ:
                self.servers.append(server)
                server.start()
                urls[name] = server.url
        return urls

    def _stop_servers(self) -> None:
        for server in reversed(self.servers):
            server.stop()

    def _environment(self, urls: Mapping[str, str]) -> dict[str, str]:
        """Return what the programs need; a variable that is set wins."""
        defaults = {
            **urls,
            **own_secrets(self.directory / "secrets.json"),
            "DEMO": "1",
            "LOCAL_DIR": str(self.directory),
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "EMAIL_URL": f"eml://{quote(str(self.directory / 'mail'))}",
        }
        return defaults | {name: os.environ[name] for name in defaults if name in os.environ}

    def _prepare(self, env: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "postpurchase.local.prepare"]
        if subprocess.run(command, check=False, env={**os.environ, **env}, cwd=BASE_DIR).returncode:
            raise CannotStart("The database could not be made ready; the reason stands above.")

    def _say_hello(self) -> None:
        if not self._said_hello and answers(self.port):
            self._said_hello = True
            sys.stdout.write(welcome(self.directory, port=self.port))
            sys.stdout.flush()


@contextmanager
def only_one(directory: Path) -> Iterator[None]:
    """Hold the directory for this process alone. Raises CannotStart if another one has it."""
    with (directory / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            other = lock.read().strip()
            message = f"Another demo runs in {directory} (process {other}): stop it first."
            raise CannotStart(message) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def require_free(port: int) -> None:
    """Raise CannotStart if somebody listens on that port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            other = port + 1
            message = f"Port {port} is taken: choose another, for example `make demo PORT={other}`."
            raise CannotStart(message) from error


def own_secrets(path: Path) -> dict[str, str]:
    """Return this demo's secrets, made at its first start."""
    known = notes.read(path)
    if not known:
        known = {
            "SECRET_KEY": secrets.token_urlsafe(64),
            "FIELD_KEYS": Fernet.generate_key().decode(),
        }
        notes.write(path, known)
    return known


def answers(port: int) -> bool:
    """Tell whether the web process serves."""
    connection = HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def welcome(directory: Path, *, port: int) -> str:
    """Return what to open and how to log in; the demo data leave that in `demo.json`."""
    told = notes.read(directory / "demo.json")
    lines = [("Portal", told.get("portal", f"http://127.0.0.1:{port}/")), *_details(told)]
    lines.append(("Mails", f"{directory / 'mail'}/*.eml"))
    text = "".join(f"  {name:<9} {value}\n" for name, value in lines if value)
    return f"\nPostpurchase is running. Ctrl-C stops it.\n\n{text}\n"


def _details(told: dict[str, Any]) -> list[tuple[str, str]]:
    admin, api = told.get("admin", {}), told.get("api", {})
    return [
        ("Look-up", " · ".join(f"{key} {value}" for key, value in told.get("lookup", {}).items())),
        ("Dashboard", told.get("dashboard", "")),
        ("Desk", admin.get("url", "")),
        *_log_ins(told),
        ("API", api.get("url", "")),
        ("", f"key {api['key']}" if api else ""),
        ("Mailbox", told.get("mailbox", "")),
        ("Parcels", told.get("parcels", "")),
    ]


def _log_ins(told: dict[str, Any]) -> list[tuple[str, str]]:
    """Give each person's role, address and password; of older demos the owner's alone."""
    people = told.get("people") or ({"owner": told["admin"]} if "admin" in told else {})
    return [
        (f"  {role}", f"{person['email']} · {person['password']}")
        for role, person in people.items()
    ]
