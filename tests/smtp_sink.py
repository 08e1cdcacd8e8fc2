"""A real SMTP server that counts what it gets and answers as a test tells it to.

    with Sink() as sink:
        sink.at_recipient = lambda address: "550 5.1.1 no such mailbox"
        sink.after_data = lambda mail: CUT_UNANSWERED

What was accepted is in `sink.mails`, in the order of acceptance; `sink.keys()` counts by
X-Postpurchase-Key. `python -m tests.smtp_sink` runs one by itself and prints its port.
"""

import asyncio
import contextlib
import email
import email.policy
import logging
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass

from aiosmtpd.smtp import SMTP

# Its word on every command would be all that a failing test shows.
logging.getLogger("mail.log").setLevel(logging.WARNING)

CUT_UNACCEPTED = "cut: nothing accepted, connection gone before any answer"
CUT_UNANSWERED = "cut: accepted, connection gone before the answer"
CUT_ANSWERED = "cut: accepted and answered, then connection gone"


@dataclass(frozen=True)
class Arrived:
    """A mail as it came."""

    key: str
    message_id: str
    sender: str
    recipient: str
    at: float
    raw: bytes

    @property
    def parsed(self):
        return email.message_from_bytes(self.raw, policy=email.policy.default)


class _Server(SMTP):
    """One connection."""

    def __init__(self, sink):
        super().__init__(sink, enable_SMTPUTF8=True, hostname="sink.test", timeout=600)
        self.sink = sink

    def connection_made(self, transport):
        self.sink.connections += 1
        super().connection_made(transport)

    async def _handle_client(self):
        await asyncio.sleep(self.sink.greets_after)
        if self.sink.greeting:
            await self.push(self.sink.greeting)
            self.transport.close()
            return
        await super()._handle_client()


class Sink:
    """The server, its script and its books. All hooks run in its own thread."""

    def __init__(self):
        self.mails = []
        self.refused = []
        self.connections = 0
        self.at_once = self.most_at_once = 0
        self.greeting = ""
        self.greets_after = 0.0
        self.answers_after = lambda mail: 0.0
        self.at_sender = lambda address: None
        self.at_recipient = lambda address: None
        self.after_data = lambda mail: None
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = 0

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def keys(self):
        """Count the accepted mails by key."""
        return Counter(mail.key for mail in self.mails)

    def message_ids(self, key):
        """Give the different Message-IDs under which a key came."""
        return {mail.message_id for mail in self.mails if mail.key == key}

    def _run(self):
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            self._loop.create_server(lambda: _Server(self), "127.0.0.1", self.port)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def handle_MAIL(self, server, session, envelope, address, options):
        answer = self.at_sender(address)
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.at_recipient(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        else:
            self.refused.append((address, answer))
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = _arrived(envelope)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.answers_after(mail))
        finally:
            self.at_once -= 1
        answer = self.after_data(mail)
        if answer is None:
            self.mails.append(mail)
            return "250 OK"
        if answer == CUT_UNACCEPTED:
            return await _cut(server)
        if answer in (CUT_UNANSWERED, CUT_ANSWERED):
            self.mails.append(mail)
            if answer == CUT_ANSWERED:
                await server.push("250 OK")
            return await _cut(server)
        self.refused.append((mail.recipient, answer))
        return answer


async def _cut(server):
    server.transport.close()
    await asyncio.sleep(3600)  # Cancelled with the connection: nothing more is answered.


def _arrived(envelope):
    raw = envelope.content
    head = email.message_from_bytes(raw.partition(b"\r\n\r\n")[0])
    return Arrived(
        key=head.get("X-Postpurchase-Key", ""),
        message_id=head.get("Message-ID", ""),
        sender=envelope.mail_from,
        recipient=envelope.rcpt_tos[0],
        at=time.monotonic(),
        raw=raw,
    )


if __name__ == "__main__":
    with Sink() as running:
        seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
        running.answers_after = lambda mail: seconds
        print(running.port, flush=True)
        sys.stdin.read()  # Until whoever started it closes the pipe.
        print(len(running.mails), len(running.keys()), flush=True)
