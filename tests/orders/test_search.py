"""Orders are found by what people have at hand, in every spelling, and only the merchant's own."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from orders import postings, search
from orders.actions.intake import Intake, take_in
from orders.actions.words import fill_words
from orders.keys import name_words, typed_words
from orders.models import OrderWord
from orders.sources.document import AddressDoc, OrderDoc
from tests.factories import (
    AddressFactory,
    MerchantFactory,
    OrderFactory,
    OrderLineFactory,
    StoreConnectionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return MerchantFactory(country="DE")


def fill():
    after = 0
    while (done := fill_words(after=after, limit=2)) is not None:
        after = done


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Zoë Müller", "muller"),
        ("Zoë Müller", "müller zoe"),
        ("Zoë Müller", "Mueller"),
        ("Hans Mueller", "Müller"),
        ("Łukasz Wójcik", "wojcik lukasz"),
        ("Søren Ærø", "soren aero"),
        ("Jürgen Groß", "GROSS jurgen"),
        ("Siobhán O’Brien", "o'brien"),
        ("Siobhán O’Brien", "brien"),
        ("Jean-Luc Picard", "jean luc"),
        ("Jean-Luc Picard", "pic"),
        ("Ｍａｒｉａ Silva", "maria"),
        ("Ольга Ёлкина", "елкина"),
        ("Γιώργος Παπαδόπουλος", "παπαδοπουλος"),
        ("王小明", "王"),
        ("सीता वर्मा", "सीता"),
        ("김민준", "김민준"),
        ("مُحَمَّد علي", "محمد"),
        ("İbrahim Yıldız", "yildiz ibrahim"),
        ("Anna  Maria\u200b Weber", "an ma we"),
    ],
)
def test_a_name_is_found_however_it_is_typed(shop, name, typed):
    order = OrderFactory(merchant=shop, name=name)
    OrderFactory(merchant=shop, name="Somebody Else")
    fill()

    assert search.by_name(typed, merchant_id=shop.pk).ids == [order.pk]


@pytest.mark.parametrize("typed", ["ebe", "x", "weber kurt", "", "%", "_", "w%r", "\u0301"])
def test_what_is_in_no_name_finds_nothing(shop, typed):
    OrderFactory(merchant=shop, name="Ines Weber")
    fill()

    assert search.by_name(typed, merchant_id=shop.pk).ids == []


def test_the_recipient_and_the_company_are_found_too(shop):
    order = OrderFactory(merchant=shop, name="Ines Weber")
    AddressFactory(order=order, name="Kim Nguyen", company="Blütenwerk KG")
    fill()

    for typed in ("nguyen", "blutenwerk", "ines kim"):
        assert search.by_name(typed, merchant_id=shop.pk).ids == [order.pk]


def test_filling_words_again_changes_nothing(shop):
    OrderFactory.create_batch(3, merchant=shop)
    fill()
    before = list(OrderWord.every.values_list("order_id", "word"))
    fill()

    assert list(OrderWord.every.values_list("order_id", "word")) == before
    assert len(before) == 6


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("+491705550123", "+49 170 5550123"),
        ("+491705550123", "0049 170 555 01 23"),
        ("+491705550123", "0170/5550123"),
        ("+491705550123", "(0170) 555-0123"),
        ("+491705550123", "550123"),
        ("+491705550123", "０１７０ ５５５０１２３"),
        ("01705550123", "+49 170 5550123"),
        ("+390612345678", "+39 06 1234 5678"),
    ],
)
def test_a_phone_number_is_found_in_any_notation(shop, stored, typed):
    order = OrderFactory(merchant=shop, phone_key=stored)
    OrderFactory(merchant=shop, phone_key="+491705550124")
    OrderFactory(merchant=shop, phone_key="")

    assert search.is_phone(typed)
    assert search.by_phone(typed, country="DE", merchant_id=shop.pk).ids == [order.pk]


@pytest.mark.parametrize("typed", ["12345", "+49", "call me", "1042 a", "--------"])
def test_few_digits_are_no_phone_number(typed):
    assert not search.is_phone(typed)


@pytest.mark.parametrize("typed", ["LIN-7", " lin-7", "lin", "ＬＩＮ-7"])
def test_a_product_is_found_by_its_sku(shop, typed):
    order = OrderFactory(merchant=shop)
    OrderLineFactory(order=order, sku="Lin-7")
    OrderLineFactory(order=order, sku="LIN-7B", position=2)
    OrderLineFactory(merchant=shop, sku="MUG-1")
    OrderLineFactory(merchant=shop, sku="")

    assert search.by_sku(typed, merchant_id=shop.pk).ids == [order.pk]


def test_an_address_is_found_by_its_beginning(shop):
    orders = [OrderFactory(merchant=shop, email=f"ines{n}@example.com") for n in range(3)]

    assert search.by_email(" INES1@example.com", merchant_id=shop.pk).ids == [orders[1].pk]
    newest = [order.pk for order in reversed(orders)]
    assert search.by_email("ines", merchant_id=shop.pk).ids == newest
    assert search.by_email("in_s", merchant_id=shop.pk).ids == []


def test_another_merchants_orders_are_not_found(shop):
    other = OrderFactory(name="Ines Weber", phone_key="+491705550123", email="ines@example.com")
    OrderLineFactory(order=other, sku="LIN-7")
    fill()

    assert search.by_name("ines weber", merchant_id=shop.pk).ids == []
    assert search.by_name("ines", merchant_id=shop.pk).ids == []
    assert search.by_phone("5550123", country="DE", merchant_id=shop.pk).ids == []
    assert search.by_sku("lin", merchant_id=shop.pk).ids == []
    assert search.by_email("ines", merchant_id=shop.pk).ids == []
    assert search.by_number(other.number, merchant_id=shop.pk).ids == []


@pytest.fixture
def small_bounds(monkeypatch):
    """Make the bounds so small that few orders reach them."""
    for name, size in {"AT_MOST": 3, "KEYS_AT_MOST": 2, "WALK": 5, "CANDIDATES": 4}.items():
        monkeypatch.setattr(postings, name, size)


def test_of_many_the_last_that_came_in_are_shown(shop, small_bounds):
    orders = [OrderFactory(merchant=shop, name="Anna Weber") for _ in range(8)]
    fill()

    hits = search.by_name("anna", merchant_id=shop.pk)

    assert hits.ids == [order.pk for order in orders[:-4:-1]]
    assert hits.has_more


def test_a_product_on_several_lines_of_an_order_counts_once(shop, small_bounds):
    orders = [OrderFactory(merchant=shop) for _ in range(4)]
    for order in orders:
        for position in range(3):
            OrderLineFactory(order=order, sku="LIN-7", position=position)

    hits = search.by_sku("lin-7", merchant_id=shop.pk)

    assert set(hits.ids) <= {order.pk for order in orders}
    assert orders[-1].pk in hits.ids
    assert hits.has_more


def test_a_beginning_that_many_words_share_looks_through_the_last_orders(shop, small_bounds):
    orders = [OrderFactory(merchant=shop, name=f"An{letter} Weber") for letter in "abcdefgh"]
    fill()

    hits = search.by_name("an", merchant_id=shop.pk)

    assert hits.ids == [order.pk for order in orders[:-4:-1]]
    assert hits.has_more


@pytest.mark.parametrize("typed", ["anna weber", "weber an", "web ann"])
def test_two_common_words_find_the_last_orders_with_both(shop, small_bounds, typed):
    for _ in range(6):
        OrderFactory(merchant=shop, name="Anna Klein")
        OrderFactory(merchant=shop, name="Kurt Weber")
    both = [OrderFactory(merchant=shop, name="Anna Weber") for _ in range(2)]
    fill()

    hits = search.by_name(typed, merchant_id=shop.pk)

    assert hits.ids == [order.pk for order in reversed(both)]
    assert hits.has_more


def test_a_rare_word_leads_a_common_one(shop, small_bounds):
    order = OrderFactory(merchant=shop, name="Anna Quist")
    for _ in range(9):
        OrderFactory(merchant=shop, name="Anna Weber")
    fill()

    assert search.by_name("anna quist", merchant_id=shop.pk) == postings.Hits([order.pk])


@pytest.mark.parametrize("name", ["", "\0", "\ud800", "a" * 5000, "a " * 5000, "💐", "--"])
def test_odd_names_give_storable_words(name):
    words = name_words([name])

    assert len(words) <= 16
    assert all(0 < len(word) <= 40 and "\0" not in word for word in words)
    assert all(spelling for word in typed_words(name) for spelling in word)


PLACED = datetime(2026, 11, 21, 10, tzinfo=UTC)


def document(name, company="", updated=0):
    return OrderDoc(
        external_id="1", number="#1", currency="EUR", placed_at=PLACED, total="10.00", email="ines@example.com",
        ship_to=AddressDoc(name=name, company=company, street="Lindenstraße 9", city="Berlin", country="DE"),
        updated_at=PLACED + timedelta(minutes=updated),
    )  # fmt: skip


def test_an_order_is_found_by_its_names_from_the_moment_it_comes_in(shop):
    intake = Intake(connection=StoreConnectionFactory(merchant=shop), now=PLACED)
    [outcome] = take_in(intake, [document("Zoë Müller", "Blütenwerk")])

    for typed in ("muller zoe", "blutenwerk"):
        assert search.by_name(typed, merchant_id=shop.pk).ids == [outcome.order.pk]


def test_a_name_that_changes_is_found_by_the_new_one_only(shop):
    intake = Intake(connection=StoreConnectionFactory(merchant=shop), now=PLACED)
    [outcome] = take_in(intake, [document("Zoë Müller", "Blütenwerk")])
    take_in(intake, [document("Kim Weber", "Blütenwerk", updated=5)])

    assert search.by_name("zoe", merchant_id=shop.pk).ids == []
    assert search.by_name("kim", merchant_id=shop.pk).ids == [outcome.order.pk]
    assert search.by_name("blutenwerk", merchant_id=shop.pk).ids == [outcome.order.pk]


def test_the_command_goes_on_where_it_was_stopped(shop):
    orders = [OrderFactory(merchant=shop, name=f"Anna{n} Weber") for n in range(3)]

    call_command("fill_search_words", after=orders[0].pk, stdout=StringIO())
    assert set(OrderWord.every.values_list("order_id", flat=True)) == {o.pk for o in orders[1:]}
    call_command("fill_search_words", stdout=StringIO())
    assert search.by_name("weber", merchant_id=shop.pk).ids == [o.pk for o in reversed(orders)]
