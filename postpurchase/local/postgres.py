"""A PostgreSQL of our own: found, initialised, started on a free port of 127.0.0.1, and stopped."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self
from urllib.parse import urlsplit

import psycopg2

from postpurchase.local import accounts, binaries, notes
from postpurchase.local.children import spawn
from postpurchase.local.children import stop as stop_child
from postpurchase.local.notes import CannotStart, free_port

USER = "postpurchase"
# For data that nobody will miss: three to five times as fast, lost when the machine stops.
THROW_AWAY: Mapping[str, str] = MappingProxyType(
    {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
)
DURABLE: Mapping[str, str] = MappingProxyType({})

_START_SECONDS = 30


class Postgres:
    """A server whose data lives in `directory`; `url` names its database `postpurchase`."""

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
        note = notes.read(self._note)
        self.url = note.get("url", "")
        if self.url and _answers(self.url):
            return self
        bin_dir = binaries.postgres()
        account = accounts.for_postgres(self.directory, bin_dir)
        _check_version(account.data, account.bin_dir)
        password = urlsplit(self.url).password or secrets.token_urlsafe(24)
        if not account.data.is_dir():
            _initialise(account, password)
        port = free_port()
        self.url = f"postgres://{USER}:{password}@127.0.0.1:{port}/{USER}"
        self._launch(account, port)
        notes.write(self._note, {"pid": self.pid, "port": port, "url": self.url})
        return self

    @property
    def pid(self) -> int:
        """The process of the server, whether started here or found running."""
        return self.process.pid if self.process else int(notes.read(self._note).get("pid", 0))

    def stop(self) -> None:
        """Stop the server in an orderly way; open connections are cut."""
        if self.process:
            stop_child(self.process, by=signal.SIGINT, within=10)
        elif self.pid:
            notes.stop_by_pid(self.pid, by=signal.SIGINT, within=10)
        self.process = None

    def _launch(self, account: accounts.Account, port: int) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self.options,
        }
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = self.directory / "postgres.log"
        with log.open("wb") as output:
            self.process = spawn(
                [*account.prefix, account.bin_dir / "postgres", "-D", account.data, *flags],
                when_orphaned=signal.SIGINT,
                cwd=account.data,
                output=output,
                user=account.uid,
            )
        self._wait_until_ready(log)

    def _wait_until_ready(self, log: Path) -> None:
        assert self.process is not None
        deadline = time.monotonic() + _START_SECONDS
        while not _ensure_database(self.url):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise CannotStart(f"PostgreSQL did not start: {notes.last_line(log)} (all: {log})")
            time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


def _ensure_database(url: str) -> bool:
    """Create our database if it is missing; return whether the server answers yet."""
    try:
        connection = psycopg2.connect(url, dbname="postgres", connect_timeout=2)
    except psycopg2.OperationalError:
        return False
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [USER])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {USER}")
    finally:
        connection.close()
    return True


def _check_version(data: Path, bin_dir: Path) -> None:
    made_by = data / "PG_VERSION"
    if not made_by.is_file():
        return
    command = [str(bin_dir / "postgres"), "--version"]
    words = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+", words)
    if found is None or found.group() != made_by.read_text().strip():
        raise CannotStart(
            f"The data in {data} was made by PostgreSQL {made_by.read_text().strip()}, found was "
            f"{words.strip()}: point PG_BIN at the right version, or delete the directory."
        )


def _initialise(account: accounts.Account, password: str) -> None:
    # Made aside and renamed, so that a kill in between leaves no half of a database.
    draft = account.data.with_name("data.new")
    shutil.rmtree(draft, ignore_errors=True)
    password_file = account.data.with_name("password")
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    account.give(password_file)
    # The builtin locale makes ILIKE fold ș, ț, ä and я alike on every machine.
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    secure = ["-U", USER, "-A", "scram-sha-256", f"--pwfile={password_file}"]
    command = [account.bin_dir / "initdb", "-D", draft, *secure, "-E", "UTF8", *locale]
    done = subprocess.run(
        [*account.prefix, *map(str, command), "--no-instructions", "--no-sync"],
        capture_output=True,
        text=True,
        cwd=account.data.parent,
        env={**os.environ, "LC_ALL": "C"},
        **account.identity(),
    )
    password_file.unlink()
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise CannotStart(f"initdb failed: {lines[-1] if lines else done.returncode}")
    draft.rename(account.data)
