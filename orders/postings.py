"""Which orders stand under a key: read in the order of an index, and never more than bounded parts.

A common word stands on a hundred thousand orders, a rare one on a single order; both must be quick,
whatever the planner believes. So each question is asked in a form that has one sensible plan: by an
index over (merchant, key, order), key after key, the last orders that came in first.
"""

# Only names of our own tables and columns go into the text of a query.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

AT_MOST = 50
"""So many orders one search shows."""
KEYS_AT_MOST = 200
"""So many different keys that begin alike are followed each by itself."""
WALK = 4_000
"""So many of the last orders are looked through where more keys begin alike."""
CANDIDATES = 8_000
"""So many orders with one word are looked through for another."""

_END = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Index:
    """An index over (merchant_id, key, order), and the words of SQL that reach it."""

    table: str
    key: str
    order: str
    condition: str = "TRUE"

    def under(self, low: str, high: str) -> str:
        """Give the condition that a key begins so; compared byte by byte, as the index does."""
        return f"{self.condition} AND {self.key} ~>=~ {low} AND {self.key} ~<~ {high}"


WORDS = Index("orders_orderword", "word", "order_id")
EMAILS = Index("orders_order", "email", "id")
PHONES = Index("orders_order", "reverse(phone_key)", "id", "NOT phone_key = ''")
SKUS = Index("orders_orderline", "upper(sku)", "order_id", "NOT sku = ''")


@dataclass(frozen=True, slots=True)
class Hits:
    """Orders by primary key, those that came in last first; and whether there may be more."""

    ids: list[int]
    has_more: bool = False


def newest_under(index: Index, prefixes: Sequence[str], *, merchant_id: int) -> Hits:
    """Find the last orders with a key that begins with one of these."""
    found: set[int] = set()
    has_more = False
    for prefix in without_covered(prefixes):
        hits = _newest(index, prefix, merchant_id=merchant_id)
        found.update(hits.ids)
        has_more |= hits.has_more
    ids = sorted(found, reverse=True)
    return Hits(ids[:AT_MOST], has_more or len(ids) > AT_MOST)


def _newest(index: Index, prefix: str, *, merchant_id: int) -> Hits:
    hits = _follow(index, prefix, merchant_id=merchant_id, fewer_than=KEYS_AT_MOST)
    if hits is not None:
        return hits
    ids = _walk(index, prefix, merchant_id=merchant_id)
    if len(ids) < AT_MOST:
        more = _follow(index, prefix, merchant_id=merchant_id, fewer_than=KEYS_AT_MOST + 1)
        ids = sorted({*ids, *(more.ids if more else ())}, reverse=True)
    return Hits(ids[:AT_MOST], has_more=True)


def _follow(index: Index, prefix: str, *, merchant_id: int, fewer_than: int) -> Hits | None:
    """Follow each key by itself; None: there are not fewer than so many."""
    # An order may stand under a key twice, or under several that begin alike: read some more.
    limit = 2 * AT_MOST
    rows = _ask(
        f"""
        WITH RECURSIVE every_key(key) AS (
            (SELECT {index.key} FROM {index.table}
             WHERE merchant_id = %(merchant)s AND {index.under("%(low)s", "%(high)s")}
             ORDER BY {index.key} USING ~<~ LIMIT 1)
            UNION ALL
            SELECT (SELECT {index.key} FROM {index.table}
                    WHERE merchant_id = %(merchant)s AND {index.under("%(low)s", "%(high)s")}
                      AND {index.key} ~>~ every_key.key
                    ORDER BY {index.key} USING ~<~ LIMIT 1)
            FROM every_key WHERE every_key.key IS NOT NULL
        ), some_keys AS MATERIALIZED (
            SELECT key FROM every_key WHERE key IS NOT NULL LIMIT %(keys)s
        )
        (SELECT hit.id FROM some_keys, LATERAL (
            SELECT {index.order} AS id FROM {index.table}
            WHERE merchant_id = %(merchant)s AND {index.condition} AND {index.key} = some_keys.key
            ORDER BY {index.order} DESC LIMIT %(limit)s
        ) hit WHERE (SELECT count(*) FROM some_keys) < %(fewer_than)s
        ORDER BY hit.id DESC LIMIT %(limit)s)
        UNION ALL SELECT -count(*) FROM some_keys
        """,
        {
            **_range(prefix),
            "merchant": merchant_id,
            "keys": KEYS_AT_MOST,
            "fewer_than": fewer_than,
            "limit": limit,
        },
    )
    numbers = [row[0] for row in rows]
    if min(numbers) <= -fewer_than:
        return None
    ids = sorted({number for number in numbers if number > 0}, reverse=True)
    return Hits(ids[:AT_MOST], has_more=len(ids) > AT_MOST or len(numbers) > limit)


def _walk(index: Index, prefix: str, *, merchant_id: int) -> list[int]:
    """Look through the merchant's last orders, for a beginning that very many keys share."""
    rows = _ask(
        f"""
        SELECT last.id FROM {_LAST} last, LATERAL (
            SELECT 1 FROM {index.table}
            WHERE {index.order} = last.id AND {index.under("%(low)s", "%(high)s")} LIMIT 1
        ) probe ORDER BY last.id DESC LIMIT %(limit)s
        """,
        {**_range(prefix), "merchant": merchant_id, "walk": WALK, "limit": AT_MOST},
    )
    return [row[0] for row in rows]


_LAST = """(SELECT id FROM orders_order WHERE merchant_id = %(merchant)s
            ORDER BY id DESC LIMIT %(walk)s)"""


def newest_with_all(words: Sequence[Sequence[str]], *, merchant_id: int) -> Hits:
    """Find the last orders on whose names a word begins with each of these.

    Each word is given with its spellings. The rarest leads; where even that is on very many orders,
    the last orders are looked through, and the last with just that word.
    """
    sizes = _sizes(words, merchant_id=merchant_id)
    order = sorted(range(len(words)), key=lambda place: (sizes[place], -len(words[place][0])))
    first, *others = [without_covered(words[place]) for place in order]
    if not sizes[order[0]]:
        return Hits([])
    if sizes[order[0]] <= CANDIDATES:
        ids = _probe(_WITH_PREFIX, first, others, merchant_id=merchant_id)
        return Hits(ids[:AT_MOST], has_more=len(ids) > AT_MOST)
    ids = _probe(_WITH_WORD, first, others, merchant_id=merchant_id)
    if len(ids) <= AT_MOST:
        ids += _probe(_LAST, [], [first, *others], merchant_id=merchant_id)
    return Hits(sorted(set(ids), reverse=True)[:AT_MOST], has_more=True)


_WITH_PREFIX = """(SELECT DISTINCT order_id AS id FROM (
    SELECT order_id FROM orders_orderword
    WHERE merchant_id = %(merchant)s AND ({lead}) LIMIT %(walk)s) part)"""
_WITH_WORD = """(SELECT order_id AS id FROM orders_orderword
    WHERE merchant_id = %(merchant)s AND word = %(low0)s ORDER BY order_id DESC LIMIT %(walk)s)"""


def _probe(
    candidates: str, lead: Sequence[str], others: Sequence[Sequence[str]], *, merchant_id: int
) -> list[int]:
    """Keep those candidates on whose names the other words stand, too."""
    values: dict[str, Any] = {"merchant": merchant_id, "walk": CANDIDATES, "limit": AT_MOST + 1}
    source = candidates.format(lead=_any_of(lead, values))
    probes = "".join(
        f""", LATERAL (SELECT 1 FROM orders_orderword
            WHERE order_id = one.id AND ({_any_of(spellings, values)}) LIMIT 1) probe{place}"""
        for place, spellings in enumerate(others)
    )
    sql = f"SELECT one.id FROM {source} one{probes} ORDER BY one.id DESC LIMIT %(limit)s"
    return [row[0] for row in _ask(sql, values)]


def _sizes(words: Sequence[Sequence[str]], *, merchant_id: int) -> list[int]:
    """Count the orders that each word leads to, no further than is of interest."""
    values: dict[str, Any] = {"merchant": merchant_id, "enough": CANDIDATES + 1}
    counts = [
        f"""(SELECT count(*) FROM (SELECT 1 FROM orders_orderword
             WHERE merchant_id = %(merchant)s AND ({_any_of(without_covered(spellings), values)})
             LIMIT %(enough)s) part)"""
        for spellings in words
    ]
    return list(_ask(f"SELECT {', '.join(counts)}", values)[0])


def _any_of(prefixes: Sequence[str], values: dict[str, Any]) -> str:
    """Write that a word begins with one of these; their ends go into the values."""
    parts = []
    for prefix in prefixes:
        place = sum(name.startswith("low") for name in values)
        values |= {f"low{place}": prefix, f"high{place}": prefix + _END}
        parts.append(WORDS.under(f"%(low{place})s", f"%(high{place})s"))
    return " OR ".join(f"({part})" for part in parts)


def without_covered(prefixes: Sequence[str]) -> list[str]:
    """Leave out what begins with another of these."""
    kept: list[str] = []
    for prefix in sorted(prefixes):
        if not any(prefix.startswith(other) for other in kept):
            kept.append(prefix)
    return kept


def _range(prefix: str) -> dict[str, str]:
    return {"low": prefix, "high": prefix + _END}


def _ask(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
