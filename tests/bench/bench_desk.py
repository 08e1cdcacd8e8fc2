"""The desk at a million orders of one merchant, in a table of five million.

Pages go through WSGI and all middleware, as an agent who is logged in; beside each search stands
the bare SQL of the same question: one query that a person would write for it, the same minute.
`DESK_ORDERS=100000` makes the shop smaller.
"""

import os
import time
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.db import OperationalError
from django.db import connection as database
from django.urls import reverse
from django.utils import timezone

from merchants.models import Membership, Merchant, StoreConnection, User
from merchants.statuses import ConnectionKind, Role
from notifications.models import Message
from notifications.statuses import MessageKind, MessageState
from orders.management.trial.sheets import without_indexes
from orders.models import Order, OrderLine, OrderWord
from postpurchase.desk.worklists import VIEWS, Asker, counts_of
from postpurchase.staff.access import Place, at_work
from tests.bench import ground, pages
from tracking.models import ShippingPromise

ORDERS = int(os.environ.get("DESK_ORDERS", ground.tiny(1_000_000, 2_000)))
OTHERS = 4  # merchants as large
TIMES = ground.tiny(10, 2)  # of each question in a round
ROUNDS = ground.tiny(5, 1)

# What agents type, the awkward included: common and rare names, short beginnings, popular goods.
TYPED = {
    "number": ["#10042", "9999999"],
    "e-mail": ["anna.muller1", "ann", "{email}"],
    "name": ["anna", "müller", "anna muller", "obermann sophie", "王小明", "zzyzx"],
    "short beginning": ["an", "ma mu"],
    "phone": ["{phone}", "{digits}"],
    "SKU": ["LIN-1000", "MUG-2", "LIN"],
}


def run():
    place, connection = open_shop()
    table = fill(place, connection)
    browser = Agent(place.user)
    words = known(place)
    for kind, typed in TYPED.items():
        searches = [text.format(**words) for text in typed]
        ours = Times()
        for _ in range(ROUNDS + 1):
            for text in searches:
                ours.add(lambda text=text: browser.find(text), times=TIMES)
        table |= ours.as_table(f"search by {kind}")
        table[f"search by {kind}, bare SQL, ms"] = bare(kind, searches, place.merchant.pk)
    return table | lists(browser, place) | order_page(browser, place)


def open_shop():
    merchant = Merchant.objects.create(
        slug="large", name="Large", country="DE", zone_name="Europe/Berlin"
    )
    ShippingPromise.every.create(
        merchant=merchant, in_force_from=timezone.now() - timedelta(days=2000)
    )
    user = User.objects.create_user("agent@staff.example", "a long passphrase", is_staff=True)
    Membership.every.create(merchant=merchant, user=user, role=Role.AGENT)
    for number in range(OTHERS):
        other = Merchant.objects.create(slug=f"other-{number}", name=f"Other {number}")
        StoreConnection.every.create(merchant=other, kind=ConnectionKind.FILE)
    connection = StoreConnection.every.create(merchant=merchant, kind=ConnectionKind.FILE)
    return Place(user, merchant, Role.AGENT), connection


def fill(place, connection):
    """Generate the merchant's orders by our own command, and copy them for others by SQL."""
    with without_indexes([Order, OrderLine, OrderWord]):
        wall, _cpu = ground.timed(
            lambda: call_command(
                "generate_orders", merchant="large", count=ORDERS, yes=True, verbosity=0
            )
        )
        copied, _cpu = ground.timed(lambda: copy_for_others(connection))
    trouble(place)
    with database.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    return {
        "orders of the merchant": ORDERS,
        "orders in the table": ORDERS * (OTHERS + 1),
        "database, GB": size / 1e9,
        "generated, orders/s (without indexes)": ORDERS / wall,
        "copied for others, orders/s": ORDERS * OTHERS / copied,
    }


def copy_for_others(connection):
    """Give other merchants the same orders, lines and words."""
    others = StoreConnection.every.exclude(pk=connection.pk).order_by("pk")
    with database.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        cursor.execute("SELECT max(id) FROM orders_order")
        step = cursor.fetchone()[0]
        for turn, other in enumerate(others, start=1):
            owner = {"merchant_id": str(other.merchant_id)}
            order = {"id": f"id + {turn * step}"} | owner
            _copy(cursor, Order, order | {
                "public_id": "gen_random_uuid()", "connection_id": str(other.pk),
                "customer_id": "NULL",
            }, connection.merchant_id)  # fmt: skip
            part = owner | {"order_id": f"order_id + {turn * step}"}
            _copy(cursor, OrderLine, part, connection.merchant_id)
            _copy(cursor, OrderWord, part, connection.merchant_id)
        cursor.execute("RESET session_replication_role; RESET synchronous_commit")
        cursor.execute("SELECT setval('orders_order_id_seq', (SELECT max(id) FROM orders_order))")


def _copy(cursor, model, changes, merchant_id):
    columns = [field.column for field in model._meta.concrete_fields]
    kept = [name for name in columns if name != "id" or "id" in changes]
    values = ", ".join(changes.get(name, f'"{name}"') for name in kept)
    names = ", ".join(f'"{name}"' for name in kept)
    table = model._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE merchant_id = %s",
        [merchant_id],
    )


def trouble(place):
    """Let some mails have failed, as they do."""
    now = timezone.now()
    newest = Order.every.of(place.merchant.pk).order_by("-pk").values_list("pk", flat=True)
    Message.every.bulk_create(
        Message(
            merchant=place.merchant, order_id=pk, kind=MessageKind.CONFIRMATION,
            dedupe_key=f"bench:{pk}", recipient="x@example.com", state=MessageState.FAILED,
            send_at=now, expires_at=now,
        )
        for pk in newest[:1500]
    )  # fmt: skip


def known(place):
    order = Order.every.of(place.merchant.pk).exclude(phone_key="").order_by("-pk")[ORDERS // 8]
    return {"email": order.email, "phone": order.phone_key, "digits": order.phone_key[-7:]}


class Agent(pages.Browser):
    """Somebody who is logged in; a search that finds the very order leads on to it."""

    expected = {"200 OK", "302 Found"}

    def __init__(self, user):
        super().__init__()
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        self.more = {"HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}

    def find(self, text):
        return self.get(f"{reverse('admin:desk_search')}?{urlencode({'q': text})}")


class Times:
    """How long requests of one kind took, in milliseconds; the first round does not count."""

    def __init__(self):
        self.walls, self.cpus = [], []

    def add(self, act, *, times):
        for _ in range(times):
            start, cpu = time.perf_counter(), time.process_time()
            act()
            self.walls.append((time.perf_counter() - start) * 1000)
            self.cpus.append((time.process_time() - cpu) * 1000)

    def as_table(self, name):
        walls, cpus = (all_[len(all_) // (ROUNDS + 1) :] for all_ in (self.walls, self.cpus))
        return {
            f"{name}, p50 ms": ground.percentile(walls, 50),
            f"{name}, p95 ms (goal < 100)": ground.percentile(walls, 95),
            f"{name}, CPU ms": ground.median(cpus),
        }


BARE = {
    "number": "number_key = upper(ltrim(%s, '#'))",
    "e-mail": "email LIKE %s || '%%'",
    "phone": "reverse(phone_key) LIKE reverse(ltrim(%s, '+0')) || '%%'",
    "SKU": "id IN (SELECT order_id FROM orders_orderline l WHERE l.merchant_id = o.merchant_id"
    " AND upper(l.sku) LIKE %s || '%%')",
}


def bare(kind, searches, merchant_id):
    """Time what one would write first: a condition, newest first, fifty rows."""
    walls = []
    with database.cursor() as cursor:
        for text in searches:
            words = text.split() if kind in {"name", "short beginning"} else []
            condition = BARE.get(kind) or " AND ".join(
                ["name ILIKE '%%' || %s || '%%'"] * len(words)
            )
            sql = (
                f"SELECT * FROM orders_order o WHERE merchant_id = %s AND {condition}"
                " ORDER BY id DESC LIMIT 50"
            )
            with bounded(cursor) as act:
                walls.append(act(sql, [merchant_id, *(words or [text])]))
    return max(walls)


@contextmanager
def bounded(cursor):
    """Give up on a query after ten seconds; it counts as that."""

    def act(sql, values):
        start = time.perf_counter()
        try:
            cursor.execute("SET statement_timeout = 10000")
            cursor.execute(sql, values)
            cursor.fetchall()
        except OperationalError:  # the time-out
            pass
        return (time.perf_counter() - start) * 1000

    yield act
    cursor.execute("SET statement_timeout = 0")


def lists(browser, place):
    table, listing = {}, reverse("admin:desk_orders")
    addresses = {
        "first page": listing,
        "a year back": f"{listing}?placed_to={timezone.now().year - 1}-06-30",
        "by status": f"{listing}?status=cancelled",
        "by two filters no index knows": f"{listing}?payment=pending&fulfilment=partial",
        "late to ship": f"{listing}?view=late",
        "needs action": f"{listing}?view=needs-action",
    }
    for name, address in addresses.items():
        times = Times()
        for _ in range(ROUNDS + 1):
            times.add(lambda address=address: browser.get(address), times=TIMES)
        table |= times.as_table(f"list, {name}")
    table["list, bytes (goal ≤ 400,000)"] = len(browser.get(listing))
    with at_work(place):
        asker = Asker(place, timezone.now())
        table["all counts, ms"] = (
            ground.timed(lambda: counts_of(VIEWS, asker), times=TIMES)[0] * 1000
        )
        for view in VIEWS:
            seconds, _cpu = ground.timed(lambda view=view: counts_of((view,), asker), times=TIMES)
            table[f"count of {view.name}, ms"] = seconds * 1000
    with database.cursor() as cursor, bounded(cursor) as act:
        newest = "SELECT * FROM orders_order WHERE merchant_id = %s ORDER BY placed_at DESC, id DESC LIMIT 51"
        table["list, bare SQL, ms"] = act(newest, [place.merchant.pk])
        count = "SELECT count(*) FROM orders_order WHERE merchant_id = %s AND status = 'cancelled'"
        table["a plain COUNT of one status, ms"] = act(count, [place.merchant.pk])
    return table


def order_page(browser, place):
    order = Order.every.of(place.merchant.pk).order_by("-pk")[ORDERS // 2]
    path, times = reverse("admin:desk_order", args=[order.public_id]), Times()
    for _ in range(ROUNDS + 1):
        times.add(lambda: browser.get(path), times=TIMES)
    return times.as_table("order page")
