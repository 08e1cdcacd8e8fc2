"""The processes of an installation on one machine: web, worker and beat."""

import signal
import sys
from pathlib import Path

from postpurchase.celery import QUEUES
from postpurchase.local.supervisor import Program

# Quiet, also about running as root: on a bare machine or in a container there is nobody else.
_QUIET_ABOUT_ROOT = "ignore:You're running the worker with superuser"
_CELERY = (sys.executable, "-W", _QUIET_ABOUT_ROOT, "-m", "celery", "-q", "-A", "postpurchase")


def all_programs(*, port: int, directory: Path) -> list[Program]:
    """Return web, worker and beat; `directory` is where beat keeps its schedule."""
    return [web(port), worker(), beat(directory)]


def web(port: int) -> Program:
    """Return gunicorn on that port of 127.0.0.1: two processes of four threads."""
    argv = [
        *(sys.executable, "-m", "gunicorn", "postpurchase.wsgi", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
        *("--graceful-timeout", "4", "--log-level", "warning", "--no-control-socket"),
    ]
    return Program("web", argv, when_orphaned=signal.SIGQUIT)


def worker() -> Program:
    """Return a Celery worker of two processes for all queues."""
    argv = [
        *_CELERY,
        *("worker", "--pool", "prefork"),
        *("--concurrency", "2", "--queues", ",".join(QUEUES), "--hostname", "worker@%h"),
        *("--without-mingle", "--without-gossip", "--loglevel", "WARNING"),
    ]
    return Program("worker", argv, when_orphaned=signal.SIGQUIT)


def beat(directory: Path) -> Program:
    """Return the clock that wakes the worker."""
    argv = [
        *_CELERY,
        *("beat", "--loglevel", "WARNING"),
        *("--schedule", str(directory / "beat-schedule"), "--pidfile", ""),
    ]
    return Program("beat", argv, when_orphaned=signal.SIGKILL)
