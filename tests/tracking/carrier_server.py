"""A carrier on this machine, as well or badly behaved as a test wants it."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Says:
    """An answer. It comes after `delay`, byte for byte where `drip` seconds lie between them."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    drip: float = 0
    missing: int = 0
    """So many bytes fewer than announced."""


@dataclass
class Asked:
    """A question as it came in; names of headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Carrier:
    """What the server says is what `answer` makes of a question."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[Asked] = []
        self.answer: Callable[[Asked], Says] = lambda asked: Says(404)

    def behave(self, answer: Callable[[Asked], Says] | Says) -> None:
        """Start anew with another behaviour."""
        self.asked.clear()
        self.answer = answer if callable(answer) else lambda asked: answer


@contextmanager
def carrier_server():
    """Serve until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            size = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, self.rfile.read(size))
            carrier.asked.append(asked)
            self.say(carrier.answer(asked))

        do_POST = do_GET

        def say(self, says):
            time.sleep(says.delay)
            self.send_response(says.status)
            for name, value in says.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(says.body) + says.missing))
            self.end_headers()
            try:
                if says.drip:
                    for byte in says.body:
                        self.wfile.write(bytes([byte]))
                        time.sleep(says.drip)
                else:
                    self.wfile.write(says.body)
            except OSError:
                """The other side had enough of it."""

        def log_message(self, *_):
            """Keep the tests' output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    carrier = Carrier(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield carrier
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
