"""From a shop's webhook to the shopper's mail server: web, worker, and no beat to help.

Orders come one at a time, each when the mail of the one before has arrived.
"""

import os
import time

from postpurchase.local import programs
from tests.bench import ground, shop, web
from tests.smtp_sink import Sink

ORDERS = ground.tiny(30, 3)
WITHIN = 30.0  # seconds


def run():
    connection = shop.open_shop()
    with Sink() as sink, web.serving() as server:
        mail_to_sink = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        with web.running(programs.worker(), env=mail_to_sink):
            first, *others = shop.posts(connection, ORDERS + 1)
            starting = waited_for(sink, server, first)
            settle(sink)
            waits = [waited_for(sink, server, post) for post in others]
    return {
        "orders, one at a time": ORDERS,
        "webhook to mail, p50 s": ground.median(waits),
        "webhook to mail, longest s (goal ≤ 10)": max(waits),
        "the first, while the worker starts, s": starting,
        "mails that came twice": sum(count - 1 for count in sink.keys().values()),
    }


def waited_for(sink, server, post):
    """Post an order; give the seconds until its mail was accepted."""
    start, seen = time.monotonic(), len(sink.mails)
    address = shop.address_of(post)
    assert server.post(post) == 200
    while time.monotonic() - start < WITHIN:
        for mail in sink.mails[seen:]:
            if mail.recipient == address:
                return mail.at - start
        time.sleep(0.002)
    raise TimeoutError("no mail came")


def settle(sink):
    """Wait until the mails of the shop's own past have gone."""
    count = -1
    while count != len(sink.mails):
        count = len(sink.mails)
        time.sleep(2)
