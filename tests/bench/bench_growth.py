"""The same acts in a shop of ten thousand, a hundred thousand and a million orders."""

import time
from itertools import pairwise

from django.utils import timezone

from notifications.models import Message
from notifications.statuses import MessageState
from orders.models import Order
from postpurchase.lib.tenancy import acting_for
from postpurchase.portal import access
from tests.bench import ground, pages, shop
from tests.bench.bench_orders import Inbox, apply_all
from tests.bench.growth import entry_and_message, grow

SIZES = ground.tiny((10_000, 100_000, 1_000_000), (100, 1_000))
TIMES = ground.tiny(100, 5)
BATCH = 50  # orders applied in a round
SECONDS = 140.0  # a size that would take longer is left out


def run():
    began, source = time.monotonic(), Inbox(shop.open_shop())
    order = model_order(source)
    acts = acts_on(order)
    tables, have, pace = {}, 0, 0.0
    for size in SIZES:
        start = time.monotonic()
        if start - began + pace * (size - have) > SECONDS:
            break
        grow(order, *entry_and_message(order), start=have + 1, end=size)
        pace, have = (time.monotonic() - start) / (size - have), size
        tables[size] = measured(source, acts)
    return as_table(tables)


def model_order(source):
    """Take in one order, whose rows are then copied; its confirmation counts as sent."""
    apply_all()
    source.fill(1)
    apply_all()
    Message.every.update(state=MessageState.SENT, settled_at=timezone.now())
    return Order.every.select_related("merchant", "connection", "customer").latest("pk")


def acts_on(order):
    """Give what shoppers do: find an order by number and mailbox, open its page."""
    browser, path = pages.Browser(), pages.path_of(order)

    def find():
        with acting_for(order.merchant_id):
            assert access.match(number=order.number, contact=order.email) == order

    return {"look-up": find, "order page": lambda: browser.get(path)}


def measured(source, acts):
    """Give the milliseconds that each act takes, as the median of rounds."""
    table = {}
    for name, act in acts.items():
        times = pages.Times()
        for _ in range(ground.ROUNDS):
            times.round(act, times=TIMES)
        table[name] = times.p50
    walls = []
    for _ in range(ground.ROUNDS + 1):
        source.fill(BATCH)
        walls.append(ground.timed(apply_all)[0] * 1000 / BATCH)
    return table | {"order applied": ground.median(walls[1:])}


def as_table(tables):
    rows, sizes = {}, list(tables)
    for name in tables[sizes[0]]:
        for size in sizes:
            rows[f"{name}, {size:,} orders, ms"] = tables[size][name]
        for small, large in pairwise(sizes):
            ratio = tables[large][name] / tables[small][name]
            rows[f"{name}, {large:,} / {small:,} (goal ≤ 1.30)"] = ratio
    return rows
