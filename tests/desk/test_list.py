"""The list of orders: views with counts, filters in the address, pages that keep their place."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.urls import reverse

from merchants.models import PersonalDataLook
from merchants.statuses import Role
from notifications.statuses import MessageState
from orders import shelf
from orders.models import Order
from orders.statuses import PaymentStatus, Status
from postpurchase.desk import worklists
from postpurchase.staff.access import Place, at_work
from tests.factories import (
    MembershipFactory,
    MentionFactory,
    MerchantFactory,
    MessageFactory,
    NoteFactory,
    OrderFactory,
    OrderTagFactory,
    ShippingPromiseFactory,
)

pytestmark = pytest.mark.django_db

# A Friday noon in Berlin.
NOW = datetime(2026, 11, 27, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shop():
    return MerchantFactory(country="DE", zone_name="Europe/Berlin")


@pytest.fixture
def agent(client, shop):
    member = MembershipFactory(merchant=shop, role=Role.AGENT)
    client.force_login(member.user)
    return member.user


@pytest.fixture
def listed(client, agent):
    """Open the list; give the numbers it shows."""

    def listed(**query):
        return client.get(reverse("admin:desk_orders"), query)

    return listed


def numbers(answer):
    return [row.number for row in answer.context["rows"]]


def make(shop, number, hours=0, **facts):
    return OrderFactory(
        merchant=shop, number=number, placed_at=NOW - timedelta(hours=hours), **facts
    )


def test_the_newest_come_first_and_say_what_matters(listed, shop):
    make(shop, "#1", hours=50)
    order = make(shop, "#2", hours=3, name="Ines Weber", status=Status.PAYMENT_PENDING)
    OrderTagFactory(order=order, name="vip")

    answer = listed()

    assert numbers(answer) == ["#2", "#1"]
    page = " ".join(answer.content.decode().split())
    for text in (
        "Ines Weber",
        "Waiting for payment",
        "3 h ago",
        "€44.90",
        "vip",
        "Fri 27 Nov, 09:00",
    ):
        assert text in page


def test_an_order_past_its_promise_says_how_late_it_is(listed, shop):
    ShippingPromiseFactory(merchant=shop, processing_days=1)
    # Placed on Monday, it should have left on Tuesday: three days ago.
    make(shop, "#1", hours=96)
    make(shop, "#2", hours=96, status=Status.SHIPPED)
    make(shop, "#3", hours=1)

    late = {row.number: row.late for row in listed().context["rows"]}
    assert late == {"#1": "Ships 3 days late", "#2": "", "#3": ""}
    assert numbers(listed(view="late")) == ["#1"]


def walk_through(client, first, side):
    """Follow a link until there is none; give the pages of numbers."""
    pages, answer = [], first
    while True:
        pages.append(numbers(answer))
        if not answer.context[side]:
            return pages, answer
        answer = client.get(reverse("admin:desk_orders") + answer.context[side])


@pytest.fixture
def pages_of_three(monkeypatch):
    monkeypatch.setattr("postpurchase.desk.listing.SIZE", 3)


def test_pages_go_on_and_back_without_gap_or_repeat(client, listed, shop, pages_of_three):
    # Some share their moment.
    for number in range(8):
        make(shop, f"#{number}", hours=10 - number // 3)

    pages, last = walk_through(client, listed(), "older")
    assert pages == [["#7", "#6", "#5"], ["#4", "#3", "#2"], ["#1", "#0"]]
    back, first = walk_through(client, last, "newer")
    assert back == [["#1", "#0"], ["#4", "#3", "#2"], ["#7", "#6", "#5"]]
    assert not first.context["newer"]


def test_an_order_that_comes_in_meanwhile_moves_nothing(client, listed, shop, pages_of_three):
    for number in range(5):
        make(shop, f"#{number}", hours=10 - number)
    first = listed()
    make(shop, "#new")

    second = client.get(reverse("admin:desk_orders") + first.context["older"])

    assert numbers(second) == ["#1", "#0"]


@pytest.mark.parametrize("spot", ["", "x", "gAAAA", "\0", "a" * 5000])
def test_a_place_that_is_none_is_the_beginning(listed, shop, spot):
    make(shop, "#1")

    for side in ("older", "newer"):
        assert numbers(listed(**{side: spot})) == ["#1"]


@pytest.fixture
def mixed(shop):
    make(shop, "#paid", hours=1)
    make(shop, "#held", hours=30, status=Status.ON_HOLD)
    make(
        shop, "#due", hours=60, status=Status.PAYMENT_PENDING, payment_status=PaymentStatus.PENDING
    )
    tagged = make(
        shop, "#tagged", hours=90, fulfilment_status="partial", status=Status.PART_SHIPPED
    )
    OrderTagFactory(order=tagged, name="vip")
    OrderFactory(number="#foreign")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["#paid", "#held", "#due", "#tagged"]),
        ({"status": "on_hold"}, ["#held"]),
        ({"payment": "pending"}, ["#due"]),
        ({"payment": "paid", "status": "part_shipped"}, ["#tagged"]),
        ({"fulfilment": "partial"}, ["#tagged"]),
        ({"tag": " #VIP "}, ["#tagged"]),
        ({"tag": "nobody"}, []),
        ({"placed_from": "2026-11-26"}, ["#paid", "#held"]),
        ({"placed_to": "2026-11-25"}, ["#due", "#tagged"]),
        ({"placed_from": "2026-11-25", "placed_to": "2026-11-26"}, ["#held", "#due"]),
        ({"view": "on-hold"}, ["#held"]),
        ({"view": "on-hold", "status": "packing"}, []),
        ({"view": "payment-pending", "placed_from": "2026-11-26"}, []),
        ({"view": "no-such-view"}, ["#paid", "#held", "#due", "#tagged"]),
    ],
)  # fmt: skip
def test_filters_in_the_address_narrow_the_list(listed, mixed, query, expected):
    assert numbers(listed(**query)) == expected


@pytest.mark.parametrize("bounds", [(1, 0), (2, 0), (3, 2)])
def test_a_walk_that_was_cut_short_goes_on_where_it_ended(
    client, listed, mixed, monkeypatch, bounds
):
    monkeypatch.setattr(shelf, "WALK", bounds[0])
    monkeypatch.setattr(shelf, "TAGGED_AT_MOST", bounds[1])

    answer, seen, steps = listed(tag="vip"), [], 0
    while steps < 6:
        seen += numbers(answer)
        further = answer.context["further"]
        if not further:
            break
        assert "Looked through" in answer.content.decode()
        answer, steps = client.get(reverse("admin:desk_orders") + further), steps + 1
    assert seen == ["#tagged"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"placed_from": "yesterday"}, "Write a day such as 2026-11-24."),
        (
            {"placed_from": "2026-11-26", "placed_to": "2026-11-25"},
            "The last day is before the first.",
        ),
        ({"tag": ","}, "Write a word for the tag."),
        ({"tag": "x" * 60}, "A tag has at most 50 characters."),
        ({"status": "wrong"}, "Select a valid choice"),
    ],
)
def test_a_filter_that_is_not_understood_says_so(listed, mixed, query, words):
    answer = listed(**query)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert numbers(answer) == []


@pytest.mark.parametrize("junk", ["\0", "9" * 10_000, "9999-12-31", "0001-01-01", "<script>"])
@pytest.mark.parametrize(
    "name", ["view", "status", "payment", "tag", "placed_from", "placed_to", "older", "here"]
)
def test_nonsense_in_the_address_is_answered_in_peace(listed, shop, name, junk):
    make(shop, "#1")

    answer = listed(**{name: junk})

    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().replace('<script src="', "")


@pytest.fixture
def troubles(shop, agent):
    """One order for each view, and one that nobody needs to look at."""
    ShippingPromiseFactory(merchant=shop, processing_days=1)
    make(shop, "#fine")
    make(shop, "#pending", status=Status.PAYMENT_PENDING)
    make(shop, "#held", status=Status.ON_HOLD)
    make(shop, "#late", hours=24 * 20)
    make(shop, "#odd", sync_conflict="More was shipped than was ordered.")
    make(shop, "#gone", status=Status.CANCELLED, cancelled_at=NOW - timedelta(days=3))
    make(shop, "#long-gone", status=Status.CANCELLED, cancelled_at=NOW - timedelta(days=40))
    failed = make(shop, "#failed")
    MessageFactory.create_batch(2, order=failed, state=MessageState.FAILED)
    MessageFactory(order=make(shop, "#doubt"), state=MessageState.UNCERTAIN)
    note = NoteFactory(order=make(shop, "#named"))
    MentionFactory(note=note, user=agent)
    MentionFactory(note=NoteFactory(order=make(shop, "#read")), user=agent, read_at=NOW)
    OrderFactory(number="#foreign", status=Status.ON_HOLD, sync_conflict="x")


VIEWS = {
    "needs-action": {"#late", "#odd", "#failed", "#doubt"},
    "payment-pending": {"#pending"},
    "on-hold": {"#held"},
    "late": {"#late"},
    "mail-failed": {"#failed", "#doubt"},
    "conflict": {"#odd"},
    "cancelled": {"#gone"},
    "mentions": {"#named"},
}


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_lists_what_it_counts(listed, troubles, view):
    answer = listed(view=view)

    assert set(numbers(answer)) == VIEWS[view]
    counts = {tab.name: tab.count for tab in answer.context["tabs"] if not tab.is_of_parcels}
    assert counts == {name: str(len(expected)) for name, expected in VIEWS.items()}


def test_counts_stop_at_a_bound(listed, shop, monkeypatch):
    monkeypatch.setattr(worklists, "MOST", 3)
    for number in range(5):
        make(shop, f"#{number}", status=Status.ON_HOLD, sync_conflict="odd")

    answer = listed(view="conflict")

    counts = {tab.name: tab.count for tab in answer.context["tabs"]}
    assert (counts["on-hold"], counts["conflict"], counts["needs-action"]) == ("2+", "2+", "2+")
    assert numbers(answer) == ["#4", "#3", "#2"]


def test_all_views_are_counted_in_one_question(shop, troubles, agent, django_assert_num_queries):
    place = Place(agent, shop, Role.AGENT)

    # The other question is for the promises that the shop makes.
    with at_work(place), django_assert_num_queries(2):
        worklists.tabs(place, now=NOW)


@pytest.mark.parametrize("rows", [1, 12])
@pytest.mark.parametrize("view", ["", "needs-action", "late"])
def test_few_questions_whatever_is_shown(listed, shop, rows, view, django_assert_max_num_queries):
    ShippingPromiseFactory(merchant=shop, processing_days=1)
    for number in range(rows):
        order = make(shop, f"#{number}", hours=24 * 20 + number)
        OrderTagFactory(order=order)
        MessageFactory(order=order, state=MessageState.FAILED)

    with django_assert_max_num_queries(12):
        listed(view=view, tag="", status="")


def test_a_full_page_of_long_data_stays_light(listed, shop):
    for number in range(50):
        order = make(shop, f"#{number}" + "9" * 30, name="W" * 60, email="x" * 60 + "@example.com")
        OrderTagFactory(order=order, name="t" * 50)

    answer = listed()

    assert len(answer.context["rows"]) == 50
    assert len(answer.content) < 120_000


def test_the_list_is_written_down(listed, shop, agent):
    order = make(shop, "#1")
    listed()

    look = PersonalDataLook.every.get()
    assert (look.user, look.kind, look.rows) == (agent, "list", [order.pk])


def test_empty_lists_say_why(listed, shop):
    assert "No orders yet" in listed().content.decode()
    assert "Nothing here" in listed(view="on-hold").content.decode()
    assert "No order fits these filters" in listed(status="draft").content.decode()


def test_a_reader_sees_no_acts(client, shop):
    make(shop, "#1")
    client.force_login(MembershipFactory(merchant=shop, role=Role.READER).user)

    page = client.get(reverse("admin:desk_orders")).content.decode()

    assert "#1" in page
    assert "bulk-act" not in page
    assert 'type="checkbox" name="order"' not in page


def test_a_row_leads_to_its_order_and_back_to_itself(client, listed, shop):
    order = make(shop, "#1", status=Status.ON_HOLD)

    page = listed(view="on-hold").content.decode()
    link = re.search(rf'/admin/desk/orders/{order.public_id}/\?back=([^"]+)"', page)
    assert link
    back = unquote(link[1])
    assert (
        back
        == f"/admin/desk/orders/?view=on-hold&here={order.public_id.hex}#o-{order.public_id.hex}"
    )
    assert 'class="is-here"' in client.get(back.partition("#")[0]).content.decode()


def test_orders_of_the_list_are_the_merchants_own(listed, shop):
    OrderFactory.create_batch(2)
    assert numbers(listed()) == []
    assert Order.every.count() == 2
