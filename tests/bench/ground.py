"""What a benchmark stands on: servers of its own that keep their promises (fsync on), and a shop."""

import json
import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from postpurchase.env import BASE_DIR
from postpurchase.local import postgres, valkey

REPORTS = BASE_DIR / ".local" / "bench"
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "postpurchase.settings",
    "SECRET_KEY": "a-key-for-benchmarks-only-" + "x" * 40,
    "DEMO": "1",
    "ALLOWED_HOSTS": "testserver,127.0.0.1",
    "LOG_LEVEL": "ERROR",
    "STATEMENT_TIMEOUT": "0",
    "API_REQUESTS_PER_MINUTE": "1000000",
}


@contextmanager
def servers() -> Iterator[None]:
    """Start throw-away but durable servers, set Django up and migrate."""
    with tempfile.TemporaryDirectory(prefix="postpurchase-bench-") as home:
        running = [postgres.Postgres(Path(home) / "pg"), valkey.Valkey(Path(home) / "valkey")]
        try:
            urls = [server.start().url for server in running]
            os.environ |= SETTINGS | {"DATABASE_URL": urls[0], "REDIS_URL": urls[1]}
            os.environ["LOCAL_DIR"] = home
            _set_up()
            yield
        finally:
            for server in running:
                server.stop()


def _set_up():
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def median(values):
    return statistics.median(values)


def report(name, table):
    """Print a table of name and value, and keep it as JSON."""
    width = max(map(len, table))
    for key, value in table.items():
        print(
            f"{key:<{width}}  {value:,.2f}"
            if isinstance(value, float)
            else f"{key:<{width}}  {value}"
        )
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / f"{name}.json").write_text(json.dumps(table, indent=1))
