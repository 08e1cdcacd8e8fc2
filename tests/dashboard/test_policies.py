"""Policies: versions and their moments, the words shoppers read, and what an order is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db import connections
from django.urls import reverse
from django.utils import timezone, translation

from merchants import hours
from merchants.actions import Edit
from merchants.actions.rules import (
    HasBegun,
    MomentTaken,
    NotRetroactive,
    add_version,
    remove_version,
)
from merchants.models import SettingChange, SupportHours
from merchants.queries import support_hours_text
from merchants.statuses import Role, SettingsPage
from orders.models import OrderPolicy
from orders.policy import Windows
from orders.queries import windows_at
from orders.rendering.words import windows_text
from postpurchase.dashboard.policies.forms import MomentField
from postpurchase.dashboard.policies.outlook import told_of
from postpurchase.dashboard.policies.versions import key_of
from returns.models import ReturnPolicy
from returns.queries import versions_for
from tests.factories import (
    MembershipFactory,
    MerchantFactory,
    OrderFactory,
    OrderPolicyFactory,
    ReturnPolicyFactory,
    ShippingPromiseFactory,
    SupportHoursFactory,
    UserFactory,
)
from tracking.models import ShippingPromise
from tracking.queries import in_words, overdue_before, rule_at

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 14, 25, tzinfo=UTC)  # a Monday, 15:25 in Berlin
LONG_AGO = NOW - timedelta(days=300)
CHANGES = {"cancel": "2", "cancel_unit": "60", "edit": "30", "edit_unit": "1", "starts": "now"}
SHIPPING = {
    "cut_off": "12:00", "processing_days": "2", "transit_min_days": "1", "transit_max_days": "3",
    "starts": "now",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def member():
    return MembershipFactory(role=Role.MANAGER)


@pytest.fixture
def visit(client, member):
    """Log in as the member; give a function that names pages of policies."""
    client.force_login(member.user)

    def visit(name="policies", *args):
        return reverse(f"dashboard:{name}", args=[member.merchant.slug, *args])

    return visit


def card_of(visit, card):
    return visit("policies_card", card)


# Versions


def test_a_new_version_holds_from_now_and_leaves_earlier_orders_alone(client, visit, member):
    OrderPolicyFactory(merchant=member.merchant, in_force_from=LONG_AGO)

    answer = client.post(card_of(visit, "changes"), CHANGES, follow=True)

    assert "It holds for orders placed from now on" in answer.text
    earlier, later = NOW - timedelta(seconds=1), NOW
    assert windows_at(member.merchant_id, earlier) == Windows(cancel=60, edit=60)
    assert windows_at(member.merchant_id, later) == Windows(cancel=120, edit=30)
    change = SettingChange.every.get()
    assert (change.page, change.kind, change.by) == ("policies", "added", member.user)
    assert change.fields["cancel_minutes"] == [60, 120]


def test_the_first_windows_do_not_reach_back(client, visit, member):
    client.post(card_of(visit, "changes"), CHANGES)

    before = NOW - timedelta(seconds=1)
    assert windows_at(member.merchant_id, before) == Windows(cancel=60, edit=60)
    assert windows_at(member.merchant_id, NOW).cancel == 120


def test_a_double_click_makes_one_version(client, visit, member):
    OrderPolicyFactory(merchant=member.merchant, in_force_from=LONG_AGO)
    later = CHANGES | {"starts": "later", "starts_at": "2026-12-01T09:00", "edit": "0"}

    for answers in (CHANGES, CHANGES, later, later):
        answer = client.post(card_of(visit, "changes"), answers, follow=True)

    assert OrderPolicy.every.count() == 3
    assert "That is how it is already" in answer.text
    assert SettingChange.every.count() == 2


def test_a_later_version_begins_then_and_can_be_taken_back(client, visit, member):
    OrderPolicyFactory(merchant=member.merchant, in_force_from=LONG_AGO)
    later = CHANGES | {"starts": "later", "starts_at": "2026-12-01T09:00"}
    client.post(card_of(visit, "changes"), later)
    begins = datetime(2026, 12, 1, 8, tzinfo=UTC)
    row = OrderPolicy.every.get(in_force_from=begins)
    assert windows_at(member.merchant_id, NOW).cancel == 60
    assert windows_at(member.merchant_id, begins).cancel == 120
    page = client.get(visit("policies_version", "changes", key_of(row)))
    assert "Take it back" in page.text

    for _ in range(2):
        answer = client.post(visit("policies_remove", "changes", key_of(row)), follow=True)
        assert answer.status_code == 200

    assert windows_at(member.merchant_id, begins).cancel == 60
    assert [change.kind for change in SettingChange.every.order_by("pk")] == ["added", "removed"]


def test_a_version_that_has_begun_stays(client, visit, member):
    row = OrderPolicyFactory(merchant=member.merchant, in_force_from=LONG_AGO)

    answer = client.post(visit("policies_remove", "changes", key_of(row)), follow=True)

    assert "can no longer be taken back" in answer.text
    with pytest.raises(HasBegun):
        remove_version(row, edit=Edit(member.user, SettingsPage.POLICIES), now=NOW)
    assert (OrderPolicy.every.count(), SettingChange.every.count()) == (1, 0)


def test_an_earlier_version_is_used_again_as_a_new_one(client, visit, member):
    old = OrderPolicyFactory(
        merchant=member.merchant, in_force_from=LONG_AGO, cancel_minutes=15, edit_minutes=5
    )
    OrderPolicyFactory(merchant=member.merchant, in_force_from=NOW - timedelta(days=1))

    for _ in range(2):
        client.post(visit("policies_again", "changes", key_of(old)))

    assert OrderPolicy.every.count() == 3
    assert windows_at(member.merchant_id, NOW) == Windows(cancel=15, edit=5)
    assert windows_at(member.merchant_id, NOW - timedelta(hours=1)).cancel == 60


def test_no_version_begins_in_the_past_or_with_another(member):
    edit = Edit(member.user, SettingsPage.POLICIES)
    OrderPolicyFactory(merchant=member.merchant, in_force_from=NOW + timedelta(days=1))

    def row(moment):
        return OrderPolicy(merchant=member.merchant, in_force_from=moment, cancel_minutes=5)

    with pytest.raises(NotRetroactive):
        add_version(row(NOW - timedelta(seconds=1)), edit=edit, now=NOW)
    with pytest.raises(MomentTaken):
        add_version(row(NOW + timedelta(days=1)), edit=edit, now=NOW)
    assert (OrderPolicy.every.count(), SettingChange.every.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_say_the_same_at_once_one_makes_a_version(member):
    merchant, edit = member.merchant, Edit(member.user, SettingsPage.POLICIES)

    def say(place):
        row = OrderPolicy(merchant=merchant, in_force_from=NOW, cancel_minutes=5 + place % 2)
        try:
            return add_version(row, edit=edit, now=NOW)
        except MomentTaken:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        made = [row for row in pool.map(say, range(12)) if row]

    assert len(made) == 1
    assert SettingChange.every.count() == 1


def test_two_versions_stand_side_by_side(client, visit, member):
    old = OrderPolicyFactory(merchant=member.merchant, in_force_from=LONG_AGO, edit_minutes=90)
    new = OrderPolicyFactory(merchant=member.merchant, in_force_from=NOW - timedelta(days=1))

    page = client.get(visit("policies_version", "changes", key_of(old)))

    assert page.context["rows"] == [
        ("Cancel", "1 hour", "1 hour", False),
        ("Change details", "90 minutes", "1 hour", True),
    ]
    assert page.context["other"].row == new
    beside_itself = client.get(f"{visit('policies_version', 'changes', key_of(old))}?beside=x")
    assert beside_itself.context["other"].row == new


# Questions


@pytest.mark.parametrize(
    ("card", "answers", "error"),
    [
        ("changes", CHANGES | {"cancel": "15", "cancel_unit": "1440"}, "Enter at most 14 days."),
        ("changes", CHANGES | {"edit": "-1"}, "Enter a whole number from 0 to 20160."),
        ("changes", CHANGES | {"edit": "9" * 5000}, "Enter a whole number from 0 to 20160."),
        ("changes", CHANGES | {"starts": "later"}, "Enter the day and time it holds from."),
        (
            "changes",
            CHANGES | {"starts": "later", "starts_at": "2026-11-23T15:24"},
            "This moment is over.",
        ),
        (
            "changes",
            CHANGES | {"starts": "later", "starts_at": "2031-11-23T15:24"},
            "within the next two years",
        ),
        ("shipping", SHIPPING | {"transit_min_days": "4"}, "Enter as many days as"),
        ("shipping", SHIPPING | {"cut_off": "25:00"}, "Enter a time such as 14:00."),
        ("returns", {"days": "366"}, "Enter a whole number from 0 to 365."),
        ("returns", {"days": "1", "url": "javascript:x"}, "Enter a web address"),
        ("returns", {"days": "1", "text": "a\0b"}, "Null characters"),
        ("hours", {"mon_from": "09:00", "starts": "now"}, "Enter both times"),
        ("hours", {"mon_from": "17:00", "mon_until": "09:00", "starts": "now"}, "after the day’s"),
    ],
)
def test_what_does_not_fit_is_said(client, visit, member, card, answers, error):
    OrderPolicyFactory(merchant=member.merchant, in_force_from=LONG_AGO)

    answer = client.post(card_of(visit, card), answers)

    assert (answer.status_code, SettingChange.every.count()) == (422, 0)
    assert error in answer.text


def test_how_it_reads_is_shown_before_it_is_saved(client, visit, member):
    ShippingPromiseFactory(merchant=member.merchant, in_force_from=LONG_AGO)

    page = client.post(card_of(visit, "shipping"), SHIPPING | {"look": "1"})

    assert "Not saved yet" in page.text
    assert "Order by 12:00 and we hand it to the carrier within 2 working days." in page.text
    assert [told.text for told in page.context["told"]][2:4] == [
        "Thu 26 Nov", "Fri 27 Nov\u2009–\u2009Tue 1 Dec",
    ]  # fmt: skip
    assert ShippingPromise.every.count() == 1


def test_first_terms_hold_at_once(client, visit, member):
    """Before the first version the first holds, so it cannot be set for later."""
    later = {"days": "30", "is_free": "on", "starts": "later", "starts_at": "2026-12-24T09:00"}
    client.post(card_of(visit, "returns"), later)
    assert ReturnPolicy.every.get().in_force_from == NOW


def test_a_country_has_terms_of_its_own_until_it_has_not(client, visit, member):
    shop = member.merchant
    ShippingPromiseFactory(merchant=shop, in_force_from=LONG_AGO, transit_max_days=9)
    url = f"{card_of(visit, 'shipping')}?country=CH"
    assert client.get(f"{card_of(visit, 'shipping')}?country=XX").status_code == 404

    client.post(url, SHIPPING)
    assert rule_at(shop.pk, NOW, country="ch").transit_max_days == 3
    assert "Switzerland" in client.get(visit()).text.split("Try them")[0]

    with time_machine.travel(NOW + timedelta(days=1)):
        client.post(url, {"follow": "1"})
        assert "Switzerland" not in client.get(visit()).text.split("Try them")[0]
    assert rule_at(shop.pk, NOW, country="CH").transit_max_days == 3
    assert rule_at(shop.pk, NOW + timedelta(days=2), country="CH").transit_max_days == 9


def test_hours_are_asked_day_by_day(client, visit, member):
    week = {f"{day}_{end}": at for day in ("mon", "tue") for end, at in
            (("from", "09:00"), ("until", "17:30"))}  # fmt: skip
    client.post(card_of(visit, "hours"), week | {"starts": "now"})

    row = SupportHours.every.get()
    assert row.days == {"mon": ["09:00", "17:30"], "tue": ["09:00", "17:30"]}
    assert support_hours_text(member.merchant, NOW) == "Mon, Tue 09:00–17:30"
    assert 'value="17:30"' in client.get(card_of(visit, "hours")).text


# Words


def test_hours_in_words():
    def span(*days):
        return {day: ["09:00", "17:00"] for day in days}

    week = span("mon", "tue", "wed", "thu", "fri") | {"sat": ["10:00", "14:00"]}
    assert hours.in_words(week, closed_on_holidays=True) == (
        "Mon–Fri 09:00–17:00, Sat 10:00–14:00, not on public holidays"
    )
    assert hours.in_words(span("mon", "wed"), closed_on_holidays=False) == (
        "Mon 09:00–17:00, Wed 09:00–17:00"
    )
    assert hours.in_words({}, closed_on_holidays=True) == ""
    with translation.override("de"):
        assert hours.in_words(span("sat", "sun"), closed_on_holidays=False) == (
            "Sa., So. 09:00–17:00"
        )


def test_a_shops_own_words_stand_until_hours_begin():
    shop = MerchantFactory(support_hours="by candlelight")
    SupportHoursFactory(merchant=shop, in_force_from=NOW + timedelta(days=1))

    assert support_hours_text(shop, NOW) == "by candlelight"
    assert support_hours_text(shop, NOW + timedelta(days=2)) == (
        "Mon–Wed 09:00–17:00, not on public holidays"
    )


@pytest.mark.parametrize(
    ("cancel", "edit", "words"),
    [
        (60, 60, ["You can change or cancel your order for 1 hour after placing it."]),
        (0, 0, ["Once an order is placed it can no longer be changed or cancelled here."]),
        (2880, 90, ["You can change your order for 90 minutes after placing it.",
                    "You can cancel it for 2 days, as long as we have not sent it."]),
        (0, 1, ["You can change your order for 1 minute after placing it.",
                "It can no longer be cancelled here."]),
    ],
)  # fmt: skip
def test_windows_in_words(cancel, edit, words):
    assert windows_text(Windows(cancel=cancel, edit=edit)) == words


def test_terms_in_words():
    row = ShippingPromise(cut_off=time(9), processing_days=0, transit_min_days=2,
                          transit_max_days=2)  # fmt: skip
    assert in_words(row.terms) == [
        "Order by 09:00 on a working day and we hand it to the carrier that day.",
        "Delivery takes 2 working days.",
    ]


# What an order is told


def told(shop, at, country="DE"):
    with timezone.override(shop.zone):
        return {row.label: row.text for row in told_of(shop, at=at, country=country)}


@pytest.fixture
def shop():
    shop = MerchantFactory()
    OrderPolicyFactory(merchant=shop, in_force_from=LONG_AGO, cancel_minutes=180)
    ShippingPromiseFactory(merchant=shop, in_force_from=LONG_AGO)
    ReturnPolicyFactory(merchant=shop, in_force_from=LONG_AGO)
    return shop


def test_an_order_of_now(shop):
    assert told(shop, NOW) == {
        "Cancel until": "Mon 23 Nov, 18:25",
        "Change details until": "Mon 23 Nov, 16:25",
        "Leaves by": "Wed 25 Nov",
        "Arrives": "Fri 27 Nov\u2009–\u2009Tue 1 Dec",
        "Send back until": "Thu 31 Dec, if it arrives on Tue 1 Dec",
    }


@pytest.mark.parametrize(
    ("placed", "cancel_until"),
    [
        # The clocks go forward at 02:00: three hours after 00:30 is 04:30.
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), "Sun 29 Mar, 04:30"),
        # They go back at 03:00: three hours after 00:30 is 02:30, the second one.
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), "Sun 25 Oct, 02:30"),
    ],
)
def test_windows_on_days_of_23_and_25_hours(shop, placed, cancel_until):
    assert told(shop, placed)["Cancel until"] == cancel_until
    assert told(shop, placed.astimezone(shop.zone))["Cancel until"] == cancel_until


def test_a_time_that_the_clocks_skip_is_refused(client, visit, member):
    page = client.get(visit(), {"at": "2026-03-29T02:30", "to": "DE"})
    assert "the clocks go forward" in page.text
    with timezone.override(member.merchant.zone):
        first = MomentField().clean("2026-10-25T02:30")
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("at", ["x", "0001-01-01T00:00", "9999-12-31T23:59", "\0", "9" * 9999])
def test_nonsense_is_no_moment(client, visit, at):
    page = client.get(visit(), {"at": at, "to": "DE"})
    assert (page.status_code, page.context["told"]) == (200, [])


def test_versions_that_hold_for_an_order(shop):
    newer = NOW - timedelta(days=1)
    OrderPolicyFactory(merchant=shop, in_force_from=newer)
    ShippingPromiseFactory(merchant=shop, in_force_from=newer, country="AT")

    old = OrderFactory(merchant=shop, placed_at=NOW - timedelta(days=2))
    new = OrderFactory(merchant=shop, placed_at=NOW)

    assert versions_for(old, door_country="AT").changes == LONG_AGO
    assert versions_for(new, door_country="AT").changes == newer
    assert versions_for(new, door_country="AT").shipping == newer
    assert versions_for(new, door_country="DE").shipping == LONG_AGO


def test_since_when_orders_are_overdue(shop):
    """On a Monday: those of Thursday until the cut-off should have left on Friday."""
    assert overdue_before(shop, now=NOW).isoformat() == "2026-11-19T14:00:00+01:00"
    assert overdue_before(MerchantFactory(), now=NOW) is None


# Who may


@pytest.mark.parametrize("role", [Role.AGENT, Role.READER])
def test_others_may_look_only(client, role):
    member = MembershipFactory(role=role)
    client.force_login(member.user)
    slug = member.merchant.slug
    row = OrderPolicyFactory(merchant=member.merchant, in_force_from=LONG_AGO)
    card = reverse("dashboard:policies_card", args=[slug, "changes"])
    version = [slug, "changes", key_of(row)]

    for url in (card, reverse("dashboard:policies", args=[slug]),
                reverse("dashboard:policies_version", args=version)):  # fmt: skip
        page = client.get(url)
        assert page.status_code == 200
        assert "Save this version" not in page.text
    for url in (card, reverse("dashboard:policies_again", args=version),
                reverse("dashboard:policies_remove", args=version)):  # fmt: skip
        assert client.post(url, CHANGES).status_code == 403
    assert OrderPolicy.every.count() == 1


def test_versions_of_another_shop_are_unknown(client, visit):
    theirs = OrderPolicyFactory(in_force_from=LONG_AGO + timedelta(days=1))
    for key in (key_of(theirs), "1", "DE-1", "x", "9" * 18, "de-1"):
        assert client.get(visit("policies_version", "changes", key)).status_code == 404
        assert client.post(visit("policies_again", "changes", key)).status_code == 404
    assert client.get(card_of(visit, "nothing")).status_code == 404


def test_hostile_words_are_shown_as_text(client, visit, member):
    ReturnPolicyFactory(merchant=member.merchant, text="<script>alert(1)</script>")
    assert "<script>alert" not in client.get(visit()).text


@pytest.mark.parametrize("rows", [1, 12])
def test_queries_do_not_grow(client, visit, member, rows, django_assert_max_num_queries):
    user = UserFactory()
    for place in range(rows):
        ShippingPromiseFactory(merchant=member.merchant, in_force_from=LONG_AGO,
                               country=["", "DE", "AT", "CH", "FR", "IT"][place % 6],
                               transit_max_days=4 + place) if place < 6 else None  # fmt: skip
        OrderPolicyFactory(merchant=member.merchant,
                           in_force_from=LONG_AGO + timedelta(days=place))  # fmt: skip
    assert user
    for url in (visit(), card_of(visit, "changes"), card_of(visit, "shipping")):
        with django_assert_max_num_queries(12):
            client.get(url)
