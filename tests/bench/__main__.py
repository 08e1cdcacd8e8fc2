"""Runs benchmarks one after the other, each in a process and on servers of its own.

python -m tests.bench              all
python -m tests.bench webhook page some
BENCH=tiny python -m tests.bench   whether they work, in a minute
"""

import contextlib
import importlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.bench import ground

HERE = Path(__file__).parent
SECONDS = 180  # that one may take at most, servers and all
# They fill tables of five and of ten million first, or live through months.
LONGER = {"desk": 1800, "parcels": 1800, "replay": 900, "tracking": 400}


def names():
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def run_here(name):
    with ground.servers():
        ground.report(name, importlib.import_module(f"tests.bench.bench_{name}").run())


def run_apart(name):
    """Run one in a child; give whether it went well."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.bench", "--here", name], start_new_session=True
    )
    try:
        return child.wait(LONGER.get(name, SECONDS)) == 0
    except subprocess.TimeoutExpired:
        print(f"{name}: not done after {LONGER.get(name, SECONDS)} seconds", file=sys.stderr)
        return False
    finally:
        # What it started is told by the kernel to end; the group is for what was not.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def main(arguments):
    if arguments[:1] == ["--here"]:
        return run_here(arguments[1])
    unknown = set(arguments) - set(names())
    if unknown:
        return f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(names())}."
    start = time.monotonic()
    failed = [name for name in arguments or names() if not run_apart(name)]
    print(f"\n{time.monotonic() - start:.0f} seconds; the figures are in {ground.REPORTS}")
    return f"Failed: {', '.join(failed)}" if failed else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
