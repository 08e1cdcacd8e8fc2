"""The real programs of an installation, started for a benchmark, and a client that costs little."""

import http.client
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from postpurchase.env import BASE_DIR, LOCAL_DIR
from postpurchase.local import children, notes, programs


class Web:
    """Gunicorn with two workers of four threads."""

    def __init__(self, port, pid):
        self.port = port
        self.pid = pid

    def get(self, path):
        """Open a page over a connection of its own; give status, headers and body as they came."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        client.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = client.getresponse()
        body = answer.read()
        client.close()
        return answer.status, answer.getheaders(), body

    def post(self, delivery):
        """Post one delivery over a connection of its own; give the status."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        client.request("POST", delivery.path, delivery.body, delivery.headers)
        status = client.getresponse().status
        client.close()
        return status


@contextmanager
def serving():
    """Run the web server until the block ends."""
    port = notes.free_port(preferred=0)
    with running(programs.web(port)) as process:
        web = Web(port, process.pid)
        _wait_for(web, process)
        yield web


@contextmanager
def running(program, *, env=None):
    """Run a program until the block ends; what it says goes to a log in the throw-away place."""
    log = Path(LOCAL_DIR) / f"{program.name}.log"
    with log.open("wb") as output:
        process = children.spawn(
            program.argv,
            when_orphaned=program.when_orphaned,
            env=env,
            cwd=BASE_DIR,
            output=output,
        )
    try:
        yield process
    finally:
        children.stop(process, by=signal.SIGTERM, within=10)


def _wait_for(web, process):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise subprocess.SubprocessError("the web server ended; see its log")
        try:
            if web.get("/readyz")[0] == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the web server did not answer")


class Wire:
    """One kept connection that sends ready-made requests and reads no more than it must."""

    def __init__(self, port):
        self._port = port
        self._socket = None

    def send(self, request):
        """Send a request and wait for its answer; give the status."""
        try:
            return self._try(request)
        except OSError:
            # The server ends connections that were idle; one new try tells.
            self._socket = None
            return self._try(request)

    def _try(self, request):
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=30)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += self._more()
        if b"connection: close" in head.lower():
            self._socket = None
        return int(head.split(b" ", 2)[1])

    def _more(self):
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionResetError("the server hung up")
        return data


def in_turns(senders, requests, *, seconds):
    """Let each sender do its share as fast as it goes, for so long; give how many were done."""
    deadline = time.perf_counter() + seconds
    counts = [0] * len(senders)

    def go(place):
        for request in requests[place :: len(senders)]:
            if time.perf_counter() > deadline:
                return
            senders[place](request)
            counts[place] += 1

    _in_threads(go, len(senders))
    return sum(counts)


def at_a_rate(senders, requests, *, per_second):
    """Send at an even rate; give how many seconds after its moment each was answered.

    A request that had to wait for its turn waits on the books, too.
    """
    start = time.perf_counter() + 0.05
    took = [0.0] * len(requests)

    def go(place):
        for index in range(place, len(requests), len(senders)):
            due = start + index / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
            senders[place](requests[index])
            took[index] = time.perf_counter() - due

    _in_threads(go, len(senders))
    return took


def _in_threads(go, count):
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(go, range(count)))
