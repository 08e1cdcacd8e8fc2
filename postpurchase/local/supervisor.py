"""Runs a handful of programs together: starts, restarts and stops them, and shows what they say.

Only the main thread starts programs, since on Linux they die with the thread that started them;
what they started in turn is left to the undertaker.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Protocol

from postpurchase.local.children import spawn
from postpurchase.local.notes import CannotStart
from postpurchase.local.undertaker import Undertaker

_STOP_SECONDS = 6
_LONGEST_PAUSE = 30.0
# A program that ran this long was well: its next fall is a first fall again.
_WELL_SECONDS = 60


class Server(Protocol):
    """A database or a broker that the programs need."""

    def alive(self) -> bool:
        """Tell whether it runs."""

    def start(self) -> object:
        """Start it, under the same address as before."""

    def stop(self) -> None:
        """Stop it in order."""


@dataclass(frozen=True)
class Program:
    """What to run under which name, and how to tell it that its supervisor is gone."""

    name: str
    argv: Sequence[str]
    when_orphaned: signal.Signals = signal.SIGTERM


class Child:
    """A program that is kept running."""

    def __init__(
        self, program: Program, *, undertaker: Undertaker, env: Mapping[str, str], cwd: Path
    ) -> None:
        self.program = program
        self._undertaker = undertaker
        self._env = env
        self._cwd = cwd
        self._pause = 0.5
        self._next_start = 0.0
        self._started = 0.0
        self._pump = threading.Thread()
        self.process: subprocess.Popen[bytes] | None = None

    def keep_running(self) -> None:
        """Start the program if it does not run; pause longer each time it falls early."""
        now = time.monotonic()
        if self.process and self.process.poll() is not None:
            self._undertaker.forget(self.process.pid)
            self._fell(now, status=self.process.returncode)
        if self.process is None and now >= self._next_start:
            self._start(now)

    def _start(self, now: float) -> None:
        self._started = now
        process = spawn(
            self.program.argv,
            when_orphaned=self.program.when_orphaned,
            env=self._env,
            cwd=self._cwd,
            output=subprocess.PIPE,
        )
        self._undertaker.watch(process.pid)
        self._pump = threading.Thread(target=self._show, args=[process.stdout], daemon=True)
        self._pump.start()
        self.process = process

    def _fell(self, now: float, *, status: int) -> None:
        well = now - self._started > _WELL_SECONDS
        self._pause = 0.5 if well else min(self._pause * 2, _LONGEST_PAUSE)
        self._next_start = now + self._pause
        self.process = None
        self._say(f"ended with status {status}, starts again in {self._pause:.0f} s")

    def _show(self, output: IO[bytes]) -> None:
        for line in output:
            self._say(line.decode(errors="replace").rstrip())

    def _say(self, text: str) -> None:
        sys.stderr.write(f"{self.program.name:<6} | {text}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Ask the program to stop, without waiting."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def wait(self, *, until: float) -> None:
        """Wait for the end until that moment of the monotonic clock, then kill all that is left."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._say("did not stop in time, is killed")
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._undertaker.forget(self.process.pid)
        self._pump.join(timeout=1)


class Supervisor:
    """Keeps servers and programs running until SIGINT or SIGTERM."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        servers: Sequence[Server] = (),
        env: Mapping[str, str],
        cwd: Path,
    ) -> None:
        self.servers = servers
        self._undertaker = Undertaker()
        self._over = threading.Event()
        self.children = [
            Child(program, undertaker=self._undertaker, env=env, cwd=cwd) for program in programs
        ]

    def run(self, *, each_moment: Callable[[], None] = lambda: None) -> None:
        """Start all, keep all running, and stop all in order when told to.

        `each_moment` is called a few times a second, from the same thread.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._finish)
        with self._undertaker:
            try:
                while not self._over.wait(0.2):
                    self._keep_servers()
                    for child in self.children:
                        child.keep_running()
                    each_moment()
            finally:
                self._stop_children()

    def _finish(self, number: int, frame: FrameType | None) -> None:
        self._over.set()

    def _keep_servers(self) -> None:
        for server in self.servers:
            if server.alive():
                continue
            try:
                server.start()
            except CannotStart as error:
                sys.stderr.write(f"{error}\n")
                self._over.wait(1)

    def _stop_children(self) -> None:
        until = time.monotonic() + _STOP_SECONDS
        for child in self.children:
            child.end()
        for child in self.children:
            child.wait(until=until)
