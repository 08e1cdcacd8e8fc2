"""The figures in SQL: what a row says, and which sums are kept of such rows.

The same text counts one customer and a whole shop, so that what is kept step by step and what is
counted from scratch cannot part ways in meaning. Names in braces are ours, values are parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

from analytics.models import CohortFigure, CountedOrder, CountedRefund, DayFigure, PairFigure
from analytics.policy import NOT_COUNTED, TEST_PREFIX

ORDER_ROWS = """
SELECT merchant_id, id AS order_id, customer_id, currency, placed_at, day,
       row_number() OVER mine AS place,
       CASE row_number() OVER mine WHEN 1 THEN lead(day) OVER mine ELSE lag(day) OVER mine END
           AS other_day,
       date_trunc('month', first_value(day) OVER mine)::date AS cohort,
       date_trunc('month', lag(day) OVER mine) IS DISTINCT FROM date_trunc('month', day)
           AS opens_month,
       subtotal_minor AS revenue_minor, updated_at AS seen_at
FROM (
    SELECT *, (placed_at AT TIME ZONE %(zone)s)::date AS day FROM orders_order
    WHERE merchant_id = %(merchant)s AND customer_id IS NOT NULL
      AND status <> ALL (%(not_counted)s) AND NOT starts_with(external_id, %(test_prefix)s)
      AND {whose}
) AS counted
WINDOW mine AS (PARTITION BY customer_id, currency ORDER BY placed_at, id)
"""

REFUND_ROWS = """
SELECT merchant_id, refund_id, order_id, customer_id, currency, at,
       (at AT TIME ZONE %(zone)s)::date AS day, is_first, amount_minor
FROM (
    SELECT counted.merchant_id, refund.id AS refund_id, order_id, customer_id, counted.currency,
           coalesce(refund.at, counted.placed_at) AS at, counted.place = 1 AS is_first,
           refund.amount_minor
    FROM orders_refundfact AS refund JOIN analytics_countedorder AS counted USING (order_id)
    WHERE counted.merchant_id = %(merchant)s AND refund.currency = counted.currency AND {whose}
) AS given
"""

EVERYBODY = "TRUE"
TOUCHED = "customer_id IN (SELECT customer_id FROM touched)"

NOTE_TOUCHED = """
CREATE TEMP TABLE touched ON COMMIT DROP AS
WITH RECURSIVE batch AS (
    SELECT id, customer_id, updated_at FROM orders_order
    WHERE merchant_id = %(merchant)s AND (updated_at, id) > (%(after_at)s, %(after_id)s)
      AND (updated_at, id) <= (%(last_at)s, %(last_id)s)
), changed AS (
    SELECT batch.id, batch.customer_id, counted.customer_id AS counted_for FROM batch
    LEFT JOIN analytics_countedorder AS counted ON counted.order_id = batch.id
    WHERE batch.updated_at IS DISTINCT FROM counted.seen_at
), people AS (
    SELECT customer_id FROM changed WHERE customer_id IS NOT NULL
    UNION SELECT counted_for FROM changed WHERE counted_for IS NOT NULL
), reached AS (
    SELECT customer_id FROM people
    UNION SELECT counted.customer_id FROM reached
    JOIN orders_order AS theirs ON theirs.customer_id = reached.customer_id
    JOIN analytics_countedorder AS counted ON counted.order_id = theirs.id
    WHERE counted.customer_id <> theirs.customer_id
)
SELECT customer_id FROM reached
"""
"""Those whose orders changed; and, where an order went from one customer to another and its own
turn comes in a later batch, the one who had it: the two are counted together or not at all."""

NOTE_GONE = """
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT DISTINCT customer_id FROM analytics_countedorder AS counted
WHERE merchant_id = %(merchant)s
  AND NOT EXISTS (SELECT FROM orders_order WHERE id = counted.order_id)
"""

END_OF_BATCH = """
SELECT updated_at, id, place FROM (
    SELECT updated_at, id, row_number() OVER (ORDER BY updated_at, id) AS place FROM (
        SELECT updated_at, id FROM orders_order
        WHERE merchant_id = %(merchant)s AND (updated_at, id) > (%(after_at)s, %(after_id)s)
        ORDER BY updated_at, id LIMIT %(limit)s
    ) AS batch
) AS placed ORDER BY place DESC LIMIT 1
"""

FORGET_TOUCHED = """
DROP TABLE IF EXISTS touched, fresh_order_id, fresh_refund_id,
    difference_order_id, difference_refund_id
"""
"""They go with their transaction, except where a test holds it open."""

BEHIND = """
SELECT shop.id FROM merchants_merchant AS shop
LEFT JOIN analytics_book AS book ON book.merchant_id = shop.id
WHERE shop.is_active AND (
    book.id IS NULL OR book.zone_name <> shop.zone_name
    OR EXISTS (
        SELECT FROM orders_order
        WHERE merchant_id = shop.id AND updated_at > book.seen_until - %(overlap)s
    )
)
ORDER BY shop.id
"""

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))"
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%(name)s, 0))"

OLDEST_WRITER = """
SELECT least(now(), min(xact_start)) FROM pg_stat_activity
WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""
"""The moment before which no transaction that may still write has begun."""


@dataclass(frozen=True, slots=True)
class Sums:
    """A table of sums: by which columns of the counted rows, of what, and when nothing is left."""

    table: str
    by: dict[str, str]
    of: dict[str, str]
    empty: str = "orders = 0"


@dataclass(frozen=True, slots=True)
class Counted:
    """A table of counted rows: how they are read, and the sums kept of them."""

    table: str
    key: str
    columns: tuple[str, ...]
    rows: str
    sums: tuple[Sums, ...]


def _columns(model: type[CountedOrder] | type[CountedRefund]) -> tuple[str, ...]:
    return tuple(str(field.column) for field in model._meta.concrete_fields)


_EMPTY_DAY = "orders = 0 AND refunds = 0"
_SHARED = {"merchant_id": "merchant_id", "currency": "currency"}

ORDERS = Counted(
    table=CountedOrder._meta.db_table,
    key="order_id",
    columns=_columns(CountedOrder),
    rows=ORDER_ROWS,
    sums=(
        Sums(
            DayFigure._meta.db_table,
            by=_SHARED | {"day": "day", "is_first": "place = 1"},
            of={"orders": "1", "revenue_minor": "revenue_minor"},
            empty=_EMPTY_DAY,
        ),
        Sums(
            PairFigure._meta.db_table,
            by=_SHARED | {"is_first": "place = 1", "other_day": "other_day", "day": "day"},
            of={"orders": "1", "revenue_minor": "revenue_minor"},
        ),
        Sums(
            CohortFigure._meta.db_table,
            by=_SHARED | {"cohort": "cohort", "month": "date_trunc('month', day)::date"},
            of={
                "customers": "opens_month::int",
                "orders": "1",
                "revenue_minor": "revenue_minor",
            },
        ),
    ),
)
REFUNDS = Counted(
    table=CountedRefund._meta.db_table,
    key="refund_id",
    columns=_columns(CountedRefund),
    rows=REFUND_ROWS,
    sums=(
        Sums(
            DayFigure._meta.db_table,
            by=_SHARED | {"day": "day", "is_first": "is_first"},
            of={"refunds": "1", "refunded_minor": "amount_minor"},
            empty=_EMPTY_DAY,
        ),
    ),
)
ALL = (ORDERS, REFUNDS)
"""In this order: refunds are read through the orders counted before."""

TABLES = sorted({table for one in ALL for table in (one.table, *(sums.table for sums in one.sums))})

RULE = {"not_counted": list(NOT_COUNTED), "test_prefix": TEST_PREFIX}


def select_rows(counted: Counted, *, whose: str) -> str:
    """Give the SQL that counts rows anew, in the order of the table's columns."""
    rows = counted.rows.format(whose=whose)
    return f"SELECT {', '.join(counted.columns)} FROM ({rows}) AS rows"  # noqa: S608  # our names


def add_sums(sums: Sums, *, source: str, sign: str) -> str:
    """Give the SQL that adds what rows of a source come to, each taken with its sign."""
    names = ", ".join([*sums.by, *sums.of])
    keys = ", ".join(f"{text} AS {name}" for name, text in sums.by.items())
    totals = ", ".join(f"sum({sign} * {text}) AS {name}" for name, text in sums.of.items())
    some = " OR ".join(f"sum({sign} * {text}) <> 0" for text in sums.of.values())
    places = ", ".join(str(place + 1) for place in range(len(sums.by)))
    added = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in sums.of)
    return (
        f"INSERT INTO {sums.table} AS kept ({names}) "  # noqa: S608  # our names
        f"SELECT {keys}, {totals} FROM {source} GROUP BY {places} HAVING {some} "
        f"ON CONFLICT ({', '.join(sums.by)}) DO UPDATE SET {added}"
    )
