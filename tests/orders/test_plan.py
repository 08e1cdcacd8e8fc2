"""Documents to rows: totals as stated, shares that add up, amounts of every currency."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.plan import phone_key, plan
from orders.sources.document import LineDoc, OrderDoc
from postpurchase.lib.money import Money, NotMoney, split, to_minor, to_text

PLACED = datetime(2026, 11, 21, 10, tzinfo=UTC)


def order(currency="EUR", total="10.00", lines=(), **more):
    return OrderDoc(
        external_id="1", number="#1", currency=currency, placed_at=PLACED, total=total, lines=tuple(lines), **more
    )  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.34", "EUR", 1234),
        ("1234", "JPY", 1234),
        ("1234.00", "JPY", 1234),
        ("12.345", "KWD", 12345),
        ("0.005", "EUR", 1),
        ("-0.01", "EUR", -1),
        ("21.99999", "USD", 2200),
        ("1e3", "USD", 100000),
    ],
)
def test_amounts_become_minor_units(amount, currency, minor):
    assert to_minor(amount, currency) == minor


@pytest.mark.parametrize("amount", ["", "abc", "NaN", "Infinity", "1,5", "9" * 30, "1e99999"])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(NotMoney):
        to_minor(amount, "EUR")


@given(st.integers(-(10**12), 10**12), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_money_survives_the_api(minor, currency):
    assert to_minor(to_text(minor, currency), currency) == minor


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(-10, 10**9), min_size=1, max_size=30))
def test_shares_add_up(total, weights):
    parts = split(total, weights)

    assert sum(parts) == total
    assert len(parts) == len(weights)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 10**7)), min_size=1, max_size=20),
    st.integers(-(10**9), 10**9),
    st.integers(0, 10**6),
)
def test_lines_add_up_to_the_order_whatever_they_say(lines, total, shipping):
    docs = [
        LineDoc(external_id=str(index), title="x", quantity=quantity, total=to_text(minor, "EUR"))
        for index, (quantity, minor) in enumerate(lines)
    ]
    one = plan(order(total=to_text(total, "EUR"), shipping=to_text(shipping, "EUR"), lines=docs))

    assert one.order["total_minor"] == total
    paid = sum(line["paid_minor"] + line["shipping_share_minor"] for line in one.lines)
    assert paid == total


def test_money_of_two_currencies_does_not_mix():
    with pytest.raises(ValueError, match="USD"):
        Money(1, "EUR") + Money(1, "USD")


@pytest.mark.parametrize(
    ("phone", "country", "key"),
    [
        ("+49 30 123456", "", "+4930123456"),
        ("030 / 12 34 56", "DE", "+4930123456"),
        ("555-555-SHIP", "US", "+15555557447"),
        ("12", "", "12"),
        ("", "DE", ""),
    ],
)
def test_phones_are_folded(phone, country, key):
    assert phone_key(phone, country) == key
