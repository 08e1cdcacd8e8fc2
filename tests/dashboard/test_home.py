"""Home: set-up that ticks itself, what needs a person, figures; worklists and the test order."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from analytics.actions import rebuild
from merchants.models import Membership, Merchant, PersonalDataLook
from merchants.statuses import Role
from notifications.models import Message
from notifications.performance import MOST, Mails
from orders import timeline
from orders.actions.trial import EnoughTests, place_test_order
from orders.models import Event, InboxEntry, Order, OrderTag
from orders.statuses import OrderEvent
from postpurchase.dashboard.home import figures, needs
from postpurchase.lib import capped
from tests.factories import (
    AddressFactory,
    BrandFactory,
    BrandVersionFactory,
    CustomerFactory,
    DomainFactory,
    InboxEntryFactory,
    InvitationFactory,
    MembershipFactory,
    MessageFactory,
    OrderFactory,
    OrderPolicyFactory,
    OutageFactory,
    RefundFactory,
    ReturnPolicyFactory,
    ShipmentFactory,
    ShippingPromiseFactory,
    StoreConnectionFactory,
    SupportHoursFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 14, 25, tzinfo=UTC)  # a Monday, 15:25 in Berlin


@pytest.fixture(autouse=True)
def _at_noon():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def member():
    return MembershipFactory(role=Role.OWNER)


@pytest.fixture
def visit(client, member):
    """Log in as the member; give a function that names pages of home."""
    client.force_login(member.user)

    def visit(name="home", *args):
        return reverse(f"dashboard:{name}", args=[member.merchant.slug, *args])

    return visit


def done(client, visit):
    """Give the names of the routes of what is set up."""
    return {task.title for task in client.get(visit()).context["checklist"].done}


# The checklist


def test_each_point_is_looked_up(client, visit, member):
    shop = member.merchant
    Merchant.objects.update(legal_name="", zone_name="UTC")
    assert done(client, visit) == set()
    hint = client.get(visit()).context["checklist"].tasks[0].hint
    assert hint == "Still missing: legal name, time zone."

    Merchant.objects.update(legal_name="Alma", zone_name="Europe/Berlin")
    assert done(client, visit) == {"Complete your shop’s details"}
    BrandFactory(merchant=shop)
    StoreConnectionFactory(merchant=shop, last_seen_at=NOW)
    InvitationFactory(merchant=shop)
    assert done(client, visit) == {
        "Complete your shop’s details", "Send from your own address", "Connect your shop",
        "Invite a colleague",
    }  # fmt: skip
    BrandVersionFactory(merchant=shop, published_at=NOW)
    ShipmentFactory(merchant=shop, heard_at=NOW)
    for factory in (OrderPolicyFactory, ReturnPolicyFactory, ShippingPromiseFactory):
        factory(merchant=shop)
    tasks = client.get(visit()).context["checklist"].tasks
    assert tasks[5].hint == "Not set yet: support hours."
    SupportHoursFactory(merchant=shop)
    place_test_order(shop, by=member.user, now=NOW)
    assert "Your shop is set up" in client.get(visit()).text


def test_the_list_is_put_away_for_one_person(client, visit, member):
    client.post(visit("home_fold"))
    assert "Set-up: 1 of 8 done" in client.get(visit()).text
    client.post(visit("home_fold"), {"unfold": "1"})
    assert "Set up your shop" in client.get(visit()).text


# What needs a person


def trouble(shop, count):
    """Let a shop have so much of everything that needs a person."""
    for number in range(count):
        OrderFactory(merchant=shop, placed_at=NOW - timedelta(days=5), status="packing")
        OrderFactory(merchant=shop, sync_conflict="The order has no items.")
        InboxEntryFactory(merchant=shop, state="failed", event_key=f"{shop.pk}-{number}")
        for state in ("failed", "uncertain"):
            MessageFactory(merchant=shop, state=state)
        MessageFactory(merchant=shop, state="withheld", reason="suppressed")


def test_all_that_is_wrong_is_said_with_its_count_and_place(client, visit, member):
    shop = member.merchant
    ShippingPromiseFactory(merchant=shop)
    trouble(shop, 2)
    OutageFactory(merchant=shop, paused_until=NOW + timedelta(minutes=1))
    DomainFactory(merchant=shop, state="broken")

    lines = client.get(visit()).context["lines"]

    assert [line.text for line in lines] == [
        "Mails wait: none gets out",
        "Your own domain no longer leads here",
        "2 orders should have left by now",
        "2 deliveries from your shop could not be used",
        "2 mails failed",
        "2 mails may not have arrived",
        "2 mails had nowhere to go",
        "2 orders have figures that do not fit together",
    ]
    for line in lines:
        assert client.get(line.url).status_code == 200
    assert lines[4].url.endswith("/messages/?state=failed&since=2026-11-16")


def test_a_silent_connection_is_named(client, visit, member):
    connection = StoreConnectionFactory(merchant=member.merchant, name="Fern shop",
                                        last_seen_at=NOW - timedelta(days=5))  # fmt: skip
    for day in range(5, 30):
        OrderFactory(merchant=member.merchant, connection=connection, status="shipped",
                     placed_at=NOW - timedelta(days=day))  # fmt: skip

    line = client.get(visit()).context["lines"][0]

    assert (line.text, line.url) == ("Fern shop is silent", visit("connections"))
    assert "No order for 5 days." in line.why


def test_what_needs_nobody_is_left_out(client, visit, member):
    shop = member.merchant
    ShippingPromiseFactory(merchant=shop)
    trouble(MembershipFactory().merchant, 1)
    OrderFactory(merchant=shop, placed_at=NOW - timedelta(hours=2), status="packing")
    OrderFactory(merchant=shop, placed_at=NOW - timedelta(days=9), status="shipped")
    OrderFactory(merchant=shop, placed_at=NOW - timedelta(days=9), status="packing",
                 is_history=True)  # fmt: skip
    MessageFactory(merchant=shop, state="withheld", reason="cancelled")
    MessageFactory(merchant=shop, state="sent")
    old = MessageFactory(merchant=shop, state="failed")
    Message.every.filter(pk=old.pk).update(created_at=NOW - timedelta(days=8))
    OutageFactory(merchant=shop, failures=1)

    assert client.get(visit()).context["lines"] == []
    assert "Nothing needs you now" in client.get(visit()).text


def test_a_count_ends_at_its_bound(member):
    entries = InboxEntryFactory.build_batch(101, merchant=member.merchant, state="failed",
        connection=StoreConnectionFactory(merchant=member.merchant))  # fmt: skip
    InboxEntry.every.bulk_create(entries)
    rows = {"here": InboxEntry.every.all(), "none": InboxEntry.every.none()}

    counts = capped.counts(rows, most=99)

    assert counts == {"here": 100, "none": 0}
    assert capped.text(counts["here"], most=99) == "99+"
    line = needs.lines_of({"deliveries": 100}, slug="x", now=NOW)[0]
    assert line.text == "99+ deliveries from your shop could not be used"


@pytest.mark.parametrize("rows", [1, 4])
def test_queries_do_not_grow(client, visit, member, rows, django_assert_max_num_queries):
    shop = member.merchant
    trouble(shop, rows)
    StoreConnectionFactory.create_batch(rows, merchant=shop, last_seen_at=NOW)
    rebuild(shop.pk)

    with django_assert_max_num_queries(12):
        client.get(visit())
    for need in ("stuck", "conflicts"):
        with django_assert_max_num_queries(12):
            client.get(visit("home_needs", need))


# Figures


def test_figures_beside_those_of_the_30_days_before(client, visit, member):
    shop = member.merchant
    person = CustomerFactory(merchant=shop)
    sold = ((1, 6000), (29, 3000), (31, 3000), (45, 3000), (61, 9999))
    for days, cents in sold:
        order = OrderFactory(merchant=shop, customer=person, subtotal_minor=cents,
                             placed_at=NOW - timedelta(days=days), status="shipped")  # fmt: skip
        MessageFactory(order=order, state="sent",
                       settled_at=order.placed_at + timedelta(seconds=days))  # fmt: skip
        Message.every.filter(order=order).update(created_at=order.placed_at)
    RefundFactory(order=order, amount_minor=900, at=NOW - timedelta(days=2))
    MessageFactory(merchant=shop, state="failed")
    place_test_order(shop, by=member.user, now=NOW)
    rebuild(shop.pk)

    board = client.get(visit()).context["board"]

    assert [(f.label, f.value, f.trend.text if f.trend else "") for f in board.figures] == [
        ("Orders", "2", "as in the 30 days before"),
        ("Revenue", "€90.00", "50.0% more: better"),
        ("Average order", "€45.00", "50.0% more: better"),
        ("Refund share", "10.0%", "10.0 points more: worse"),
        ("Confirmations delivered", "66.7%", "33.3 points less: worse"),
        ("Time to confirmation", "15 seconds", "60.5% less: better"),
    ]
    assert board.figures[1].sample == "From 2 orders, by the day of the order"
    for figure in board.figures:
        assert client.get(figure.url).status_code == 200


def test_no_figures_before_the_first_order(client, visit):
    page = client.get(visit())
    assert page.context["board"] is None
    assert "They begin with your first order" in page.text


def test_a_sample_says_that_it_is_one():
    mails = Mails(sent=MOST, bad=20, median=timedelta(seconds=9))
    shown = figures._of_mails(mails, Mails(0, 0, None), slug="x")
    assert shown[0].sample == "The newest 2,020 confirmations"
    assert (shown[0].value, shown[0].trend) == ("99.0%", None)


# Worklists


def test_stuck_orders_say_how_late_they_are(client, visit, member):
    ShippingPromiseFactory(merchant=member.merchant)
    order = OrderFactory(merchant=member.merchant, placed_at=NOW - timedelta(days=6),
                         status="packing", name="<b>Ana</b>")  # fmt: skip
    AddressFactory(order=order)

    page = client.get(visit("home_needs", "stuck"))

    assert "It should have left by Thu 19 Nov, 4 days ago." in page.text
    assert "<b>Ana" not in page.text
    assert reverse("admin:desk_order", args=[order.public_id]) in page.text
    look = PersonalDataLook.every.get()
    assert (look.user, look.rows, look.table) == (member.user, [order.pk], "orders.order")


def test_a_conflict_is_seen_once(client, visit, member):
    order = OrderFactory(merchant=member.merchant, sync_conflict="The order has no items.")
    assert "The order has no items." in client.get(visit("home_needs", "conflicts")).text

    for _ in range(2):
        answer = client.post(visit("home_conflict_seen", order.public_id), follow=True)
        assert answer.status_code == 200

    assert "Nothing to do here" in answer.text
    seen = Event.every.filter(kind=OrderEvent.CONFLICT_SEEN)
    assert [event.actor for event in seen] == [str(member.user)]


def test_a_long_list_has_pages(client, visit, member):
    OrderFactory.create_batch(26, merchant=member.merchant, sync_conflict="It does not fit.")

    first = client.get(visit("home_needs", "conflicts"))
    second = client.get(visit("home_needs", "conflicts") + first.context["older_url"])

    assert (len(first.context["rows"]), len(second.context["rows"])) == (25, 1)
    assert second.context["older_url"] == ""
    assert client.get(visit("home_needs", "conflicts") + "?cursor=x").status_code == 404


def test_lists_and_orders_of_others_are_unknown(client, visit):
    theirs = OrderFactory(sync_conflict="It does not fit.")
    assert theirs.number not in client.get(visit("home_needs", "conflicts")).text
    for url in (visit("home_needs", "nothing"), visit("home_trial_made", theirs.public_id)):
        assert client.get(url).status_code == 404
    assert client.post(visit("home_conflict_seen", theirs.public_id)).status_code == 404
    assert Order.every.get(pk=theirs.pk).sync_conflict


# The test order


def test_a_test_order_takes_the_way_of_every_order(client, visit, member):
    for _ in range(2):
        page = client.post(visit("home_trial"), follow=True)
    order = Order.every.get()
    assert (order.number, order.external_id, order.email) == (
        "TEST-1", "test:1", member.user.email,
    )  # fmt: skip
    assert OrderTag.every.get().name == "test"
    assert "Its confirmation is being written" in page.text

    while timeline.read_due(now=NOW):
        pass

    page = client.get(visit("home_trial_made", order.public_id))
    mail = Message.every.get()
    assert (mail.recipient, mail.kind) == (member.user.email, "confirmation")
    assert visit("messages_one", mail.public_id) in page.text
    link = page.context["order_url"].partition("/o/")[2]
    assert "Test item" in client.get(f"/o/{link}").text


def test_a_later_wish_makes_another_one_up_to_a_bound(member):
    shop, by = member.merchant, member.user
    numbers = [
        place_test_order(shop, by=by, now=NOW + timedelta(minutes=minute)).number
        for minute in (0, 1)
    ]
    assert numbers == ["TEST-1", "TEST-2"]
    for number in range(3, 101):
        OrderFactory(merchant=shop, external_id=f"test:{number}",
                     connection=Order.every.first().connection)  # fmt: skip
    with pytest.raises(EnoughTests):
        place_test_order(shop, by=by, now=NOW + timedelta(hours=1))


def test_a_test_order_fits_any_currency(member):
    Merchant.objects.update(currency="JPY", country="", language="de")
    shop = Merchant.objects.get()
    assert str(place_test_order(shop, by=member.user, now=NOW).total) == "60 JPY"


# Who may


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.MANAGER, (302, 302)), (Role.AGENT, (403, 302)), (Role.READER, (403, 403))],
)
def test_what_each_role_may(client, role, may):
    member = MembershipFactory(role=role)
    client.force_login(member.user)
    slug = member.merchant.slug
    order = OrderFactory(merchant=member.merchant, sync_conflict="It does not fit.")

    made = client.post(reverse("dashboard:home_trial", args=[slug]))
    seen = client.post(reverse("dashboard:home_conflict_seen", args=[slug, order.public_id]))

    assert (made.status_code, seen.status_code) == may
    page = client.get(reverse("dashboard:home_needs", args=[slug, "conflicts"]))
    assert page.status_code == 200
    assert "Mark as seen" not in page.text
    assert Membership.every.count() == 1
