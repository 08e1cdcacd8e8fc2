"""A PostgreSQL of our own: found, initialised, started on a free port of 127.0.0.1, and stopped."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import psycopg2

from postpurchase.local import accounts, binaries
from postpurchase.local.children import spawn
from postpurchase.local.notes import CannotStart
from postpurchase.local.servers import LocalServer

USER = "postpurchase"
# For data that nobody will miss: three to five times as fast, lost when the machine stops.
THROW_AWAY: Mapping[str, str] = MappingProxyType(
    {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
)
DURABLE: Mapping[str, str] = MappingProxyType({})

_COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class Postgres(LocalServer):
    """A server whose `url` names its database `postpurchase`, owned by a superuser of that name."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT

    def __init__(self, directory: Path, *, options: Mapping[str, str] = DURABLE) -> None:
        super().__init__(directory, options=options)

    def make_url(self, password: str, port: int) -> str:
        """Return the address of the database."""
        return f"postgres://{USER}:{password}@127.0.0.1:{port}/{USER}"

    def launch(self, password: str, port: int) -> subprocess.Popen[bytes]:
        """Start the process, on fresh data if there is none.

        Raises CannotStart if there is no program for it, or one that the data does not fit.
        """
        account = accounts.for_postgres(self.directory, binaries.postgres())
        if account.data.is_dir():
            _check_version(account.data, account.bin_dir)
        else:
            _initialise(account, password)
        settings = {**_COMMON, "port": str(port), **self.options}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("wb") as output:
            return spawn(
                [*account.prefix, account.bin_dir / "postgres", "-D", account.data, *flags],
                when_orphaned=self.stop_signal,
                cwd=account.data,
                output=output,
                user=account.uid,
            )

    def answers(self) -> bool:
        """Tell whether the server lets us in."""
        try:
            psycopg2.connect(self.url, connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def prepare(self) -> bool:
        """Tell whether the server lets us in, and create our database if it is missing."""
        return _ensure_database(self.url)


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
    made_by = (data / "PG_VERSION").read_text().strip()
    command = [str(bin_dir / "postgres"), "--version"]
    words = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+", words)
    if found is None or found.group() != made_by:
        raise CannotStart(
            f"The data in {data} was made by PostgreSQL {made_by}, found was "
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
        check=False,
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
