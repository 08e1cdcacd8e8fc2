"""Under which account PostgreSQL runs: it refuses to run as root."""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

_NOBODY = 65534
_UNSHARE = ("unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}")


@dataclass(frozen=True)
class Account:
    """How to run a program of PostgreSQL: from where, before it what, as whom, on which data."""

    bin_dir: Path
    data: Path
    prefix: tuple[str, ...] = ()
    uid: int | None = None

    def identity(self) -> dict[str, Any]:
        """Return the arguments of `subprocess` that make a program run as this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.uid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Let this account own a file."""
        if self.uid is not None:
            os.chown(path, self.uid, self.uid)


def for_postgres(directory: Path, bin_dir: Path) -> Account:
    """Return the account for a server in `directory`: ourselves, unless we are root."""
    if os.geteuid() != 0:
        return Account(bin_dir, directory / "data")
    if _can_unshare():
        return in_namespace(directory, bin_dir)
    return as_nobody(directory, bin_dir)


def in_namespace(directory: Path, bin_dir: Path) -> Account:
    """Return root seen as nobody from inside a user namespace; its files stay root's."""
    return Account(bin_dir, directory / "data", prefix=_UNSHARE)


def as_nobody(directory: Path, bin_dir: Path) -> Account:
    """Return the account `nobody`, with a home and programs where it may go."""
    uid = pwd.getpwnam("nobody").pw_uid
    name = hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:16]
    home = Path("/var", "tmp", f"postpurchase-{name}")
    home.mkdir(mode=0o700, exist_ok=True)
    os.chown(home, uid, uid)
    account = Account(bin_dir, home / "data", uid=uid)
    return account if _can_run(account) else replace(account, bin_dir=_copy(bin_dir, home))


def _can_run(account: Account) -> bool:
    command = [str(account.bin_dir / "postgres"), "--version"]
    try:
        done = subprocess.run(command, check=False, capture_output=True, **account.identity())
    except PermissionError:
        return False
    return done.returncode == 0


def _copy(bin_dir: Path, home: Path) -> Path:
    """Copy the programs of the wheel, which may lie below a closed home, with their libraries."""
    package = bin_dir.parent.parent
    copy = home / "programs"
    target = copy / package.name / bin_dir.relative_to(package)
    if not (copy / "complete").is_file():
        shutil.rmtree(copy, ignore_errors=True)
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, copy / part.name, symlinks=True)
        (copy / "complete").touch()
    return target


def _can_unshare() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*_UNSHARE, "true"], check=False, capture_output=True).returncode == 0
