"""The supervisor, with small programs instead of ours."""

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from postpurchase.env import BASE_DIR
from tests.local.processes import alive, eventually, gone, marked

SUPERVISES = """
import os, sys
from pathlib import Path
from postpurchase.local.supervisor import Program, Supervisor
programs = [Program(code.partition(":")[0], [sys.executable, "-u", "-c", code.partition(":")[2]])
            for code in sys.argv[1:]]
Supervisor(programs, env=os.environ, cwd=Path.cwd()).run()
print("all stopped", flush=True)
"""
WAITS = "import time; print('here'); time.sleep(60)"
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork() and print("here")
time.sleep(60)
"""


@pytest.fixture
def supervise(tmp_path):
    """Start a supervisor of `name:code` programs; all it starts carries a mark of its own."""
    started = []

    def start(*programs):
        mark = uuid.uuid4().hex
        log = (tmp_path / mark).open("wb")
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISES, *programs],
            cwd=BASE_DIR,
            env={**os.environ, "MARK": mark},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        process.mark, process.log = mark, Path(log.name)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        for pid in marked(process.mark):
            os.kill(pid, signal.SIGKILL)


def says(process, *lines):
    return eventually(lambda: set(lines) <= set(process.log.read_text().splitlines()), within=10)


def children(process):
    return [pid for pid in marked(process.mark) if pid != process.pid]


def worker_of(process):
    """Return the program among the children, which the undertaker is not."""
    found = [pid for pid in children(process) if alive(pid) and WAITS in arguments(pid)]
    return found[0] if found else None


def arguments(pid):
    return Path(f"/proc/{pid}/cmdline").read_text()


def test_lines_carry_the_name_of_their_program(supervise):
    process = supervise(f"web:{WAITS}", f"beat:{WAITS}")

    assert says(process, "web    | here", "beat   | here")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stops_all_when_told(supervise, number):
    process = supervise(f"web:{WAITS}", f"beat:{WAITS}")
    assert says(process, "web    | here", "beat   | here")
    pids = children(process)

    process.send_signal(number)

    assert process.wait(10) == 0
    assert (len(pids), gone(pids, within=1), says(process, "all stopped")) == (3, True, True)


def test_starts_again_what_falls(supervise):
    process = supervise(f"web:{WAITS}")
    assert says(process, "web    | here")
    first = worker_of(process)

    os.kill(first, signal.SIGKILL)

    assert says(process, "web    | ended with status -9, starts again in 1 s")
    assert eventually(lambda: worker_of(process) not in {None, first}, within=10)


@pytest.mark.parametrize(("code", "count"), [(WAITS, 2), (STUBBORN, 3)])
def test_leaves_nothing_when_killed(supervise, code, count):
    process = supervise(f"web:{code}")
    assert says(process, "web    | here")
    # One more than the program has: the undertaker.
    assert eventually(lambda: len(children(process)) == count, within=5)
    pids = children(process)

    process.kill()

    assert gone(pids, within=8)


def test_kills_what_does_not_stop_and_all_it_started(supervise):
    process = supervise(f"web:{STUBBORN}")
    assert says(process, "web    | here")
    assert eventually(lambda: len(children(process)) == 3, within=5)
    pids = children(process)

    process.terminate()

    assert process.wait(10) == 0
    assert says(process, "web    | did not stop in time, is killed")
    assert gone(pids, within=2)
