"""A pytest plugin: throw-away PostgreSQL and Valkey for the whole run.

The settings read `DATABASE_URL` and `REDIS_URL`, so both must be there before pytest-django loads
them: hence a plugin that `addopts` names and not a fixture. Given URLs are used as they are.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from postpurchase.local import postgres, valkey
from postpurchase.local.notes import CannotStart

_running = []
_directories = []


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config, parser, args):
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        _take_own_redis(int(worker.removeprefix("gw")) + 1)
    elif not {"-h", "--help", "--version", "-V"} & set(args):
        # Runs also when the settings turn out not to load.
        early_config.add_cleanup(_stop)
        _start()


def _start():
    home = Path(tempfile.mkdtemp(prefix="postpurchase-tests-"))
    _directories.append(home)
    try:
        if "DATABASE_URL" not in os.environ:
            _running.append(postgres.Postgres(home / "pg", options=postgres.THROW_AWAY).start())
            os.environ["DATABASE_URL"] = _running[-1].url
        if "REDIS_URL" not in os.environ:
            _running.append(valkey.Valkey(home / "valkey", options=valkey.THROW_AWAY).start())
            os.environ["REDIS_URL"] = _running[-1].url
    except CannotStart as error:
        raise pytest.UsageError(str(error)) from error
    _make_ready(home / "local")


def _make_ready(local):
    """Keep the run out of the demo's files, and let it speak every language."""
    os.environ.setdefault("LOCAL_DIR", str(local))
    (local / "static").mkdir(parents=True)
    # Only now, since it reads where the files are.
    from postpurchase.local import translations

    translations.compile_changed(translations.BASE_DIR / "locale")


def _take_own_redis(place):
    """Give each worker a broker and a cache of its own: databases 2n and 2n + 1."""
    from postpurchase import env

    url = os.environ["REDIS_URL"]
    os.environ["REDIS_URL"] = env.redis_database(url, after=2 * place)


def _stop():
    while _running:
        _running.pop().stop()
    while _directories:
        shutil.rmtree(_directories.pop(), ignore_errors=True)
