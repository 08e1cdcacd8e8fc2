"""One box finds orders by whatever was typed, shows how it found them, and is written down."""

import pytest
from django.urls import reverse

from merchants.models import PersonalDataLook
from merchants.statuses import Role
from orders.actions.words import fill_words
from postpurchase.desk import search
from tests.factories import (
    MembershipFactory,
    MerchantFactory,
    OrderFactory,
    OrderLineFactory,
    OrderTagFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return MerchantFactory(country="DE")


@pytest.fixture
def agent(client, shop):
    member = MembershipFactory(merchant=shop, role=Role.AGENT)
    client.force_login(member.user)
    return member.user


@pytest.fixture
def find(client, agent):
    def find(text, **more):
        return client.get(reverse("admin:desk_search"), {"q": text, **more})

    return find


def make(shop, **facts):
    order = OrderFactory(merchant=shop, **facts)
    fill_words(after=order.pk - 1)
    return order


def page_of(order):
    return reverse("admin:desk_order", args=[order.public_id])


def found(answer):
    return [
        (str(group.label), [row.number for row in group.rows])
        for group in answer.context["findings"].groups
    ]


@pytest.mark.parametrize("typed", ["#1042", "1042", " # 1042 ", "＃１０４２"])
def test_an_order_number_opens_its_page(find, shop, typed):
    order = make(shop, number="#1042", number_key="1042")
    make(shop, number="#10421", number_key="10421")

    answer = find(typed)

    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, page_of(order))
    assert not PersonalDataLook.every.exists()


def test_an_address_or_a_phone_with_one_order_opens_it(find, shop):
    order = make(shop, email="ines@example.com", phone_key="+491705550123")
    make(shop, email="ines2@example.com", phone_key="+491705550124")

    for typed in ("Ines@Example.com", "0170 5550123", "+49 170 555 01 23"):
        assert find(typed)["Location"].startswith(page_of(order))


def test_an_address_with_two_orders_lists_them(find, shop):
    orders = [make(shop, email="ines@example.com") for _ in range(2)]

    answer = find("ines@example.com")

    assert found(answer) == [("E-mail address", [order.number for order in reversed(orders)])]


@pytest.mark.parametrize("typed", ["weber", "LIN-1", "ines@", "550123"])
def test_what_may_be_another_order_is_listed_even_if_it_is_one(find, shop, typed):
    order = make(shop, name="Ines Weber", email="ines@example.com", phone_key="+491705550123")
    OrderLineFactory(order=order, sku="LIN-1")

    answer = find(typed)

    assert answer.status_code == 200
    assert page_of(order) in answer.content.decode()


def test_a_text_of_several_meanings_is_tried_as_each(find, shop):
    number = make(shop, number="LIN-7", number_key="LIN-7", name="Somebody")
    product = make(shop, number="#2")
    OrderLineFactory(order=product, sku="lin-7")
    name = make(shop, number="#3", name="Lina Seven")
    make(shop, number="#4", name="Somebody Else")

    assert find("lin-7")["Location"].startswith(page_of(number))
    assert found(find("lin")) == [("Name", [name.number]), ("Product (SKU)", [product.number])]


def test_an_order_found_twice_is_shown_once(find, shop):
    order = make(shop, name="Lina Weber", email="lina@example.com")
    OrderLineFactory(order=order, sku="LINA")

    assert found(find("lina")) == [("E-mail address", [order.number])]


def test_nothing_found_says_what_was_tried(find, shop):
    page = find("nobody at all").content.decode()

    assert "Nothing found" in page
    assert "Name, Product (SKU)." in " ".join(page.split())
    assert reverse("admin:desk_orders") in page


@pytest.mark.parametrize("typed", ["", "   ", "x"])
def test_an_empty_box_explains_itself(find, typed):
    answer = find(typed)

    assert answer.status_code == 200
    assert "What the box understands" in answer.content.decode()


@pytest.mark.parametrize(
    "typed",
    ["\0", "a\0b", "x" * 100_000, "%", "'; drop", "a@" * 90, "+", "<script>alert(1)</script>",
     "@", "1" * 500, "\u202e1042", "=1+1", "{{ 7|add:1 }}", "%(merchant)s", "%s"],
)  # fmt: skip
def test_nonsense_is_answered_in_peace(find, shop, typed):
    make(shop)

    answer = find(typed)

    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_another_shop_is_not_searched(find, shop):
    other = make(
        MerchantFactory(), number="#77", number_key="77", name="Zoe Fremd", email="zoe@example.com"
    )
    OrderLineFactory(order=other, sku="ZOE")

    for typed in ("77", "zoe", "zoe@example.com", "fremd zoe"):
        answer = find(typed)
        assert answer.status_code == 200
        assert answer.context["findings"].groups == []


def test_results_are_written_down(find, shop, agent):
    orders = [make(shop, name="Ines Weber") for _ in range(2)]

    find("weber")

    look = PersonalDataLook.every.get()
    assert (look.user, look.kind, look.table) == (agent, "list", "orders.order")
    assert sorted(look.rows) == [order.pk for order in orders]


def test_strangers_are_sent_to_log_in(client, shop):
    assert client.get(reverse("admin:desk_search"), {"q": "1"}).status_code == 302


def test_a_reader_may_search(client, shop):
    client.force_login(MembershipFactory(merchant=shop, role=Role.READER).user)
    order = make(shop, name="Ines Weber")

    assert (
        page_of(order) in client.get(reverse("admin:desk_search"), {"q": "weber"}).content.decode()
    )


def test_hostile_text_is_shown_as_text(find, shop):
    order = make(shop, name="<b>Ines</b> Weber", number='"><script>x</script>')
    OrderTagFactory(order=order, name="<i>vip</i>")

    page = find("weber").content.decode()

    assert "<script>x" not in page
    assert "&lt;b&gt;Ines&lt;/b&gt; Weber" in page
    assert "&lt;i&gt;vip&lt;/i&gt;" in page


@pytest.mark.parametrize("typed", ["lin 10", "lin-10", "170555", "lina@example.com", "lina weber"])
@pytest.mark.parametrize("rows", [1, 8])
def test_few_questions_whatever_is_found(find, shop, django_assert_max_num_queries, typed, rows):
    for number in range(rows):
        order = make(
            shop, name="Lina Weber", email="lina@example.com", phone_key=f"+4917055512{number}"
        )
        OrderLineFactory(order=order, sku="LIN-10")
        OrderTagFactory(order=order)

    with django_assert_max_num_queries(12):
        find(typed)


def test_the_way_back_leads_to_the_row(find, shop):
    order = make(shop, name="Ines Weber")
    make(shop, name="Ines Weber")

    page = find("weber").content.decode()
    assert f"here%3D{order.public_id.hex}%23o-{order.public_id.hex}" in page

    page = find("weber", here=order.public_id.hex).content.decode()
    assert f'<tr id="o-{order.public_id.hex}" class="is-here">' in page


def test_every_kind_is_one_entry_of_a_table(find, shop, monkeypatch):
    order = make(shop)
    from orders.postings import Hits

    new = search.Kind(
        "Tracking number",
        lambda text: text == "TRACK",
        lambda place, text: Hits([order.pk]),
        lambda order, place, text: True,
    )
    monkeypatch.setattr(search, "KINDS", (*search.KINDS, new))

    assert find("TRACK")["Location"].startswith(page_of(order))
