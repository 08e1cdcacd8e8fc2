"""Figures of a shop with a million orders: the pages, beside bare SQL over the orders themselves.

Bare SQL computes what the overview's tiles and chart show, for the same days and those before.
"""

import time
from datetime import timedelta
from http.cookies import SimpleCookie

from django.db import connection as database
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics.actions import catch_up, rebuild
from analytics.models import CountedOrder, PairFigure
from merchants.models import Membership
from orders.models import Customer, Order
from tests.bench import ground, pages, shop
from tests.bench.bench_orders import apply_all
from tests.bench.growth import CUSTOMER, ORDER, _after, _catch_up, _copy

ORDERS = ground.tiny(1_000_000, 3_000)
PEOPLE = ORDERS * 2 // 5
DAYS = 3 * 365
CHANGED = ground.tiny(1_000, 20)
TIMES = ground.tiny(5, 1)  # in a round

YEARS = {
    "placed_at": f"now() - random() * interval '{DAYS} days'",
    "updated_at": "now()",
    "subtotal_minor": "500 + floor(random() * 9000)::bigint",
}
REFUNDS = """
INSERT INTO orders_refundfact
    (merchant_id, order_id, external_id, amount_minor, currency, reason, lines, at)
SELECT merchant_id, id, 'r' || id, subtotal_minor / 2, currency, '', '[]', placed_at + interval '9 days'
FROM orders_order WHERE merchant_id = %s AND id %% 20 = 0
"""
BARE = """
WITH mine AS (
    SELECT customer_id, (placed_at AT TIME ZONE 'Europe/Berlin')::date AS day, subtotal_minor,
           row_number() OVER w AS place, lead(placed_at) OVER w AS next_at,
           lag(placed_at) OVER w AS last_at
    FROM orders_order
    WHERE merchant_id = %(merchant)s AND status NOT IN ('cancelled', 'draft')
      AND customer_id IS NOT NULL
    WINDOW w AS (PARTITION BY customer_id ORDER BY placed_at, id)
)
SELECT day, count(*) FILTER (WHERE place = 1), sum(subtotal_minor) FILTER (WHERE place = 1),
       count(*) FILTER (WHERE place > 1), sum(subtotal_minor) FILTER (WHERE place > 1),
       count(*) FILTER (WHERE place > 1 AND last_at < %(start)s),
       count(*) FILTER (WHERE place = 1 AND (next_at IS NULL OR next_at >= %(end)s))
FROM mine WHERE day >= %(start)s AND day < %(end)s GROUP BY day ORDER BY day
"""


class Reader(pages.Browser):
    """A browser that is logged in and counts the time its pages spend in the database."""

    def __init__(self, user):
        super().__init__()
        client = Client()
        client.force_login(user)
        self.cookie = SimpleCookie(client.cookies).output(attrs=[], header="", sep=";").strip()
        self.sql = 0.0
        application = self.application

        def with_cookie(environ, start):
            with database.execute_wrapper(self._timed):
                return application(environ | {"HTTP_COOKIE": self.cookie}, start)

        self.application = with_cookie

    def _timed(self, execute, sql, params, many, context):
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.sql += (time.perf_counter() - start) * 1000


def fill(connection):
    """Give the shop three years of orders by SQL: two and a half a customer, of some many.

    Only what figures read: `generate_orders` writes lines, words and addresses besides.
    """
    order = Order.every.of(connection.merchant_id).exclude(customer=None).earliest("pk")
    span = (1, ORDERS)
    with database.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        cursor.execute("SELECT setseed(0.5)")
        person, first = _after(cursor, Customer), _after(cursor, Order)
        _copy(cursor, [order.customer], CUSTOMER | {"id": f"{person} + n"}, (1, PEOPLE))
        whose = f"{person} + 1 + floor(power(random(), 1.6) * {PEOPLE})::bigint"
        _copy(cursor, [order], ORDER | YEARS | {"id": f"{first} + n", "customer_id": whose}, span)
        cursor.execute(REFUNDS, [connection.merchant_id])
        cursor.execute("RESET session_replication_role; RESET synchronous_commit")
        for model in (Order, Customer):
            _catch_up(cursor, model)
        cursor.execute("VACUUM (ANALYZE)")


def run():
    connection = shop.open_shop()
    merchant = connection.merchant
    apply_all()
    fill(connection)
    table = {"orders": Order.every.of(merchant.pk).count()}
    table["counted from scratch, s"] = ground.timed(lambda: rebuild(merchant.pk))[0]
    with database.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    table |= {"orders counted": CountedOrder.every.count(), "sums kept": PairFigure.every.count()}
    table |= asked(merchant)
    table |= kept_up(merchant)
    return table


def asked(merchant):
    """Open each page, in turns with bare SQL for the same days."""
    member = Membership.every.filter(merchant=merchant).select_related("user").order_by("pk")[0]
    reader, today = Reader(member.user), timezone.localdate()
    three_years = f"span=own&first={today - timedelta(days=DAYS)}&last={today}"
    paths = {
        "90 days": ("dashboard:analytics", "span=last_90", 90),
        "three years": ("dashboard:analytics", three_years, DAYS),
        "cohorts": ("dashboard:analytics_cohorts", "", 0),
        "orders behind, three years": (
            "dashboard:analytics_orders",
            f"{three_years}&which=later",
            0,
        ),
    }
    table = {}
    for name, (route, query, days) in paths.items():
        path = f"{reverse(route, args=[merchant.slug])}?{query}"
        reader.get(path)
        times, sqls, bares = pages.Times(), [], []
        for turn in range(ground.ROUNDS):
            reader.sql = 0.0
            times.round(lambda path=path: reader.get(path), times=TIMES)
            sqls.append(reader.sql / TIMES)
            if days and turn < 2:  # it takes seconds
                bares.append(ground.timed(lambda days=days: bare(merchant, today, days))[0] * 1000)
        table[f"{name}, page p50 ms (goal ≤ 300)"] = times.p50
        table[f"{name}, page CPU ms"] = times.cpu
        table[f"{name}, of it SQL, ms"] = ground.median(sqls)
        if bares:
            table[f"{name}, bare SQL over orders, ms"] = ground.median(bares)
    return table


def bare(merchant, today, days):
    """Compute the figures of these days and of as many before, from the orders."""
    end = today + timedelta(days=1)
    with database.cursor() as cursor:
        for _ in range(2):
            start = end - timedelta(days=days)
            cursor.execute(BARE, {"merchant": merchant.pk, "start": start, "end": end})
            cursor.fetchall()
            end = start


def kept_up(merchant):
    """Change some orders, and see how long it takes until they count."""
    walls = []
    for turn in range(ground.ROUNDS):
        orders = Order.every.of(merchant.pk).order_by("pk").values_list("pk", flat=True)
        some = list(orders[turn * CHANGED : (turn + 1) * CHANGED])
        Order.every.filter(pk__in=some).update(subtotal_minor=100 + turn, updated_at=timezone.now())
        walls.append(ground.timed(lambda: catch_up(merchant.pk))[0])
    return {f"caught up with {CHANGED:,} changed orders, s": ground.median(walls)}
