"""A table of ten million scans: the tracking page, the reducer, and who is to be asked next.

The reducer is measured with its reading and writing, as it runs for each piece of news; bare
Postgres inserts the same rows and changes the same number of parcels in the same transactions.
"""

import time
from datetime import timedelta
from itertools import count

from django.db import connection as database
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.bench import crowd, ground, pages, shop

ORDERS = ground.tiny(100_000, 100)
PARCELS = 10
EVENTS = 10
NEWS = ground.tiny(2_000, 40)
BATCH = 50
PAGES = ground.tiny(200, 10)
CLAIMS = ground.tiny(200, 3)

BARE = """
    WITH told AS (
        INSERT INTO tracking_trackingevent (merchant_id, shipment_id, identity, occurred_at,
            received_at, source, milestone, cause, is_delay, is_synthetic, is_override, said_by,
            is_day_only, zone_assumed, code, text, place, country)
        SELECT %(merchant)s, pk, %(identity)s, %(now)s, %(now)s, 'aftership', 'in_transit', '',
            false, false, false, '', false, false, '', 'Processed', 'Leipzig', 'DE'
        FROM unnest(%(pks)s::bigint[]) AS pk
        ON CONFLICT DO NOTHING RETURNING shipment_id
    )
    UPDATE tracking_shipment SET last_scan_at = %(now)s, updated_at = %(now)s
    FROM told WHERE id = told.shipment_id
"""
names = count()


def run():
    from tracking.models import Shipment

    connection = shop.open_shop()
    began = time.perf_counter()
    crowd.gather(connection, orders=ORDERS, parcels=PARCELS, events=EVENTS)
    filled = time.perf_counter() - began
    rows = Shipment.every.filter(number_key__startswith="CROWD")
    pks = list(rows.order_by("public_id").values_list("pk", flat=True)[: 2 * NEWS])
    table = {"scans in the table": ORDERS * PARCELS * EVENTS, "filled in, seconds": filled}
    table |= reducer(connection, pks)
    table |= page(connection, pks[0])
    table |= claims()
    return table


def reducer(connection, pks):
    """Tell one new scan of each of many parcels, fifty in a transaction, in turns with bare SQL."""
    ours, bare, cpus = [], [], []
    share = len(pks) // ground.ROUNDS
    for turn in range(ground.ROUNDS):
        some = pks[turn * share : (turn + 1) * share]
        half = len(some) // 2
        bare.append(half / ground.timed(lambda told=some[:half]: _bare(connection, told))[0])
        wall, cpu = ground.timed(lambda told=some[half:]: _ours(told))
        ours.append((len(some) - half) / wall)
        cpus.append(cpu / (len(some) - half) * 1000)
    return {
        "events taken in/s, one process": ground.median(ours),
        "bare INSERT and UPDATE/s": ground.median(bare),
        "ratio": ground.median(ours) / ground.median(bare),
        "event, CPU ms": ground.median(cpus),
    }


def _ours(pks):
    from tracking.actions.scans import News, take_in
    from tracking.carriers.base import Sighting, Word
    from tracking.statuses import Milestone

    now = timezone.now()
    for start in range(0, len(pks), BATCH):
        told = Sighting(
            occurred_at=now - timedelta(seconds=next(names) % 600),
            word=Word(Milestone.OUT_FOR_DELIVERY),
            text="With the driver",
        )
        take_in([News(pk, "aftership", [told]) for pk in pks[start : start + BATCH]], now=now)


def _bare(connection, pks):
    for start in range(0, len(pks), BATCH):
        with transaction.atomic(), database.cursor() as cursor:
            values = {"merchant": connection.merchant_id, "identity": f"bare {next(names)}"}
            cursor.execute(
                BARE, values | {"now": timezone.now(), "pks": pks[start : start + BATCH]}
            )


def page(connection, pk):
    """Open the page of a parcel by its number alone."""
    from tracking.models import Shipment

    shipment = Shipment.every.get(pk=pk)
    path = reverse("portal:tracking", args=[connection.merchant.slug, shipment.number])
    browser, times = pages.Browser(), pages.Times()

    def open_page():
        # Each time somebody else: one visitor may look up some thirty numbers.
        browser.more = {"REMOTE_ADDR": f"203.0.{next(names) % 200}.{next(names) % 250}"}
        return browser.get(path)

    for _ in range(ground.ROUNDS + 1):
        times.round(open_page, times=PAGES)
    for values in (times.cpus, times.p50s, times.p99s):
        del values[0]
    with CaptureQueriesContext(database) as queries:
        html = open_page()
    return {
        "tracking page, CPU ms": times.cpu,
        "tracking page, p50 ms": times.p50,
        "tracking page, p99 ms": times.p99,
        "tracking page, queries": len(queries),
        "tracking page, bytes": len(html),
    }


def claims():
    """Take parcels to be asked about, a hundred at once, of a million that wait."""
    from tracking.actions import polling

    now = timezone.now() + timedelta(hours=5)
    taken = 0
    began = time.perf_counter()
    for _ in range(CLAIMS):
        taken += len(polling.claim(now=now))
    seconds = time.perf_counter() - began
    bare = _bare_claims(now)
    return {
        "parcels waiting to be asked about": ORDERS * PARCELS,
        "claimed/s": taken / seconds,
        "bare UPDATE of a hundred by key, rows/s": bare,
        "claimed, ratio to bare": taken / seconds / bare,
    }


def _bare_claims(now):
    from tracking.models import Shipment

    pks = list(Shipment.every.filter(number_key__startswith="CROWD").order_by("-pk")
               .values_list("pk", flat=True)[: CLAIMS * 100])  # fmt: skip
    began = time.perf_counter()
    for start in range(0, len(pks), 100):
        Shipment.every.filter(pk__in=pks[start : start + 100]).update(
            next_poll_at=now + timedelta(minutes=10), polled_at=now
        )
    return len(pks) / (time.perf_counter() - began)
