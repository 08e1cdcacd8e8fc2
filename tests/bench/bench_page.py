"""The order page in this process, beside a minimal Django view of the same order.

Both pass the same middleware and show the same lines and events, in turns.
"""

import gzip

from django.db import connection as database
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from tests.bench import ground, pages, shop

TIMES = ground.tiny(150, 10)  # in a round


def run():
    order = pages.shipped_order(shop.open_shop().merchant_id)
    path, minimal_path = pages.path_of(order), f"/minimal/{order.public_id}/"
    browser, ours, minimal = pages.Browser(), pages.Times(), pages.Times()
    for _ in range(ground.ROUNDS + 1):
        ours.round(lambda: browser.get(path), times=TIMES)
        with override_settings(ROOT_URLCONF="tests.bench.minimal"):
            minimal.round(lambda: browser.get(minimal_path), times=TIMES)
    for times in (ours, minimal):  # The first round compiles templates.
        del times.cpus[0], times.p50s[0], times.p99s[0]
    with CaptureQueriesContext(database) as queries:
        html = browser.get(path)
    return {
        "order page, CPU ms": ours.cpu,
        "minimal Django view, CPU ms": minimal.cpu,
        "ratio (goal ≤ 1.50)": ours.cpu / minimal.cpu,
        "order page, p50 ms": ours.p50,
        "order page, p99 ms": ours.p99,
        "minimal Django view, p50 ms": minimal.p50,
        "minimal Django view, p99 ms": minimal.p99,
        "queries (goal ≤ 12)": len(queries),
        "HTML, bytes": len(html),
        "HTML, bytes gzipped": len(gzip.compress(html, 6)),
    }
