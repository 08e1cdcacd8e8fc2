"""Work of several processes at once, and what it cost."""

import multiprocessing
import os
import time
import traceback
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_SECONDS = 120


class Crew:
    """What each process gave, and how long all of them took together."""

    def __init__(self, reports):
        self.results = [result for result, *_ in reports]
        self.seconds = max(end for _, _, end, _ in reports) - min(at for _, at, _, _ in reports)
        self.cpu_seconds = sum(cpu for *_, cpu in reports)


def together(count, prepare):
    """Fork so many processes, let each prepare, and start their work at one moment.

    `prepare(index)` gives the work; the work gives its result.
    """
    _let_go_of_connections()
    context = multiprocessing.get_context("fork")
    start = context.Barrier(count)
    pipes, crew = [], []
    for index in range(count):
        mine, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(index, prepare, start, theirs), daemon=True)
        process.start()
        theirs.close()
        pipes.append(mine)
        crew.append(process)
    reports = [_received(pipe) for pipe in pipes]
    for process in crew:
        process.join()
    return Crew(reports)


def _let_go_of_connections():
    """Close what a fork would share with its parent."""
    from celery import current_app
    from django.db import connections

    connections.close_all()
    current_app.pool.force_close_all()
    current_app.amqp._producer_pool = None


def _work(index, prepare, start, pipe):
    try:
        work = prepare(index)
        start.wait(_SECONDS)
        at, cpu = time.perf_counter(), time.process_time()
        result = work()
        end, used = time.perf_counter(), time.process_time() - cpu
        pipe.send(((result, at, end, used), ""))
    except BaseException:
        start.abort()
        pipe.send((None, traceback.format_exc()))


def _received(pipe):
    if not pipe.poll(_SECONDS):
        raise TimeoutError("a process of the benchmark did not answer")
    received, trouble = pipe.recv()
    if trouble:
        raise RuntimeError(trouble)
    return received


def cpu_seconds(pid):
    """Give the CPU seconds that a living process and its children have used so far."""
    return sum(_own_cpu(each) for each in (pid, *_children(pid)))


def _own_cpu(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _children(pid):
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [each for child in found for each in (int(child), *_children(int(child)))]
