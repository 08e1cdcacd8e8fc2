"""What a benchmark stands on: servers of its own that keep their promises (fsync on).

A benchmark is a module `bench_<name>` with `run()`, which gives a flat table of what was measured.
`python -m tests.bench <name> …` runs some, `python -m tests.bench` all. `BENCH=tiny` makes the
counts so small that a run takes seconds: it shows that a benchmark works, and measures nothing.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from postpurchase.local import postgres, valkey

REPORTS = Path(__file__).resolve().parents[2] / ".local" / "bench"
TINY = os.environ.get("BENCH") == "tiny"
ROUNDS = 2 if TINY else 5
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "postpurchase.settings",
    "SECRET_KEY": "a-key-for-benchmarks-only-" + "x" * 40,
    "DEMO": "1",
    "ALLOWED_HOSTS": "testserver,127.0.0.1",
    "LOG_LEVEL": "ERROR",
    "STATEMENT_TIMEOUT": "0",
    "API_REQUESTS_PER_MINUTE": "1000000",
}


def tiny(full, small):
    """Give the count for a whole run, or the one that only shows that it works."""
    return small if TINY else full


@contextmanager
def servers() -> Iterator[None]:
    """Start throw-away but durable servers, set Django up, migrate, and collect static files."""
    with tempfile.TemporaryDirectory(prefix="postpurchase-bench-") as home:
        running = [postgres.Postgres(Path(home) / "pg"), valkey.Valkey(Path(home) / "valkey")]
        try:
            urls = [server.start().url for server in running]
            os.environ |= SETTINGS | {"DATABASE_URL": urls[0], "REDIS_URL": urls[1]}
            os.environ |= {"LOCAL_DIR": home, "STATIC_ROOT": f"{home}/static"}
            _set_up(home)
            yield
        finally:
            for server in running:
                server.stop()


def _set_up(home):
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    # Whoever imports `postpurchase.env` before this would work in the demo's own directory.
    assert home == str(settings.LOCAL_DIR), "the settings were read too early"
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def median(values):
    return statistics.median(values)


def percentile(values, percent):
    """Give the value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def timed(act, *, times=1):
    """Do something so many times; give the seconds of wall and of this process's CPU for each."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(times):
        act()
    return (time.perf_counter() - wall) / times, (time.process_time() - cpu) / times


def report(name, table):
    """Print a table of name and value, and keep it as JSON."""
    print(f"\n{name}" + (" (tiny: these are no figures)" if TINY else ""))
    width = max(map(len, table))
    for key, value in table.items():
        print(f"  {key:<{width}}  {shown(value):>12}", flush=True)
    REPORTS.mkdir(parents=True, exist_ok=True)
    file = REPORTS / f"{name}{'-tiny' if TINY else ''}.json"
    file.write_text(json.dumps(table, indent=1) + "\n")


def shown(value):
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
