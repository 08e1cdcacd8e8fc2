"""The log of messages: what it shows, whom it shows it to, and what can be done from it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from merchants.models import PersonalDataLook, SettingChange
from merchants.statuses import LookKind, Role
from notifications.models import Message, Outage, Suppression
from notifications.queries import Wanted, log_page
from notifications.statuses import AttemptOutcome, MessageKind, MessageState, Withheld
from orders.models import Event
from postpurchase.lib.crypto import seal
from tests.factories import (
    AttemptFactory,
    MembershipFactory,
    MessageFactory,
    OrderFactory,
    SuppressionFactory,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now


@pytest.fixture
def owner(client):
    member = MembershipFactory(role=Role.OWNER)
    client.force_login(member.user)
    return member


def url(member, name="messages", *args):
    return reverse(f"dashboard:{name}", args=[member.merchant.slug, *args])


def text(response):
    return response.content.decode()


def failed(shop, **more):
    values = {"state": MessageState.FAILED, "reason": "550 no such mailbox", "attempts": 1}
    return MessageFactory(order=OrderFactory(merchant=shop, lines=1), **(values | more))


# The list


def test_every_state_is_told_in_words_with_its_reason(client, owner):
    failed(owner.merchant)
    MessageFactory(merchant=owner.merchant, state=MessageState.WITHHELD, reason=Withheld.CANCELLED)
    MessageFactory(merchant=owner.merchant, reason="421 busy", attempts=1)

    page = text(client.get(url(owner)))

    assert "The mail server refused it: “550 no such mailbox”." in page
    assert "The order was cancelled before." in page
    assert "The last try did not work: “421 busy”. It is tried again on" in page


def test_an_empty_log_says_when_it_fills(client, owner):
    assert "No messages yet" in text(client.get(url(owner)))
    assert "No such message" in text(client.get(url(owner) + "?state=failed"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=failed", {"failed"}),
        ("state=under_way", {"claimed"}),
        ("state=planned", {"planned"}),
        ("kind=links", {"sent"}),
        ("kind=links&state=failed", set()),
        ("since=2001-01-01&until=2001-01-02", set()),
        ("since=2001-01-01", {"failed", "claimed", "planned", "sent"}),
        ("state=nonsense", {"failed", "claimed", "planned", "sent"}),
        ("since=9999-12-31&until=9999-12-31", set()),
    ],
)
def test_filters_stand_in_the_address(client, owner, query, expected):
    failed(owner.merchant)
    MessageFactory(merchant=owner.merchant, state=MessageState.PLANNED)
    MessageFactory(
        merchant=owner.merchant, state=MessageState.CLAIMED, token=uuid4(),
        leased_until=NOW() + timedelta(minutes=1),
    )  # fmt: skip
    sent = {"kind": MessageKind.LINKS, "order": None, "state": MessageState.SENT}
    MessageFactory(merchant=owner.merchant, **sent)

    rows = client.get(f"{url(owner)}?{query}").context["rows"]

    states = {row.state for row in rows}
    assert states == {str(MessageState(state).label) for state in expected}


def test_an_address_is_looked_for_without_standing_in_the_address_bar(client, owner):
    wanted = failed(owner.merchant, recipient="ana@example.com")
    open_one = MessageFactory(order=wanted.order, recipient="ana@example.com")
    failed(owner.merchant, recipient="other@example.com")

    answer = client.post(url(owner), {"who": " Ana@Example.com "})
    page = client.get(answer["Location"])

    assert (answer.status_code, "ana" in answer["Location"].lower()) == (302, False)
    assert {row.public_id for row in page.context["rows"]} == {
        str(wanted.public_id),
        str(open_one.public_id),
    }


def test_an_order_number_finds_its_messages_however_it_is_written(client, owner):
    order = OrderFactory(merchant=owner.merchant, number="#1042", number_key="1042")
    message = MessageFactory(order=order)
    MessageFactory(merchant=owner.merchant)

    answer = client.post(url(owner), {"who": " 1042"}, follow=True)

    assert [row.public_id for row in answer.context["rows"]] == [str(message.public_id)]


def test_pages_follow_one_another_without_gap_or_repeat(owner):
    for number in range(7):
        state = [MessageState.SENT, MessageState.FAILED, MessageState.PLANNED][number % 3]
        MessageFactory(merchant=owner.merchant, state=state)
    MessageFactory()

    seen, cursor = [], None
    while True:
        page = log_page(owner.merchant.pk, Wanted(), cursor=cursor, limit=3)
        seen += [row.pk for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break

    mine = Message.every.of(owner.merchant.pk).order_by("-created_at", "-pk")
    assert seen == list(mine.values_list("pk", flat=True))


@pytest.mark.parametrize("rows", [1, 8])
def test_queries_do_not_grow_with_the_rows(client, owner, rows, django_assert_max_num_queries):
    for _ in range(rows):
        failed(owner.merchant)

    with django_assert_max_num_queries(12):
        client.get(url(owner))


def test_the_list_is_written_down_as_a_look(client, owner):
    message = failed(owner.merchant)

    client.get(url(owner))

    look = PersonalDataLook.every.get()
    assert (look.kind, look.table, look.rows) == (
        LookKind.LIST,
        "notifications.message",
        [message.pk],
    )


def test_those_who_only_look_see_addresses_cut_short_and_no_buttons(client):
    reader = MembershipFactory(role=Role.READER)
    message = failed(reader.merchant, recipient="ana@example.com")
    client.force_login(reader.user)

    assert "ana@example.com" not in text(client.get(url(reader)))
    page = text(client.get(url(reader, "messages_one", message.public_id)))
    assert ("Send again" in page, "a•••@example.com" in page) == (False, True)


@pytest.mark.parametrize(
    "query", ["cursor=x", "to=x", "to=%00", "since=%00", "order=%00", "state=%ED%A0%80"]
)
def test_bad_addresses_are_no_errors_of_ours(client, owner, query):
    assert client.get(f"{url(owner)}?{query}").status_code in (200, 404)


@pytest.mark.parametrize("who", ["%00", "x" * 1_000_000, "a%00@b.c", "%ED%A0%80@x.y"])
def test_bad_input_is_no_error_of_ours(client, owner, who):
    form = "application/x-www-form-urlencoded"
    for name in ("messages", "messages_suppressed"):
        data = f"who={who}&find=1&address={who}&row={who}"
        answer = client.post(url(owner, name), data, content_type=form, follow=True)
        assert answer.status_code in (200, 422)


# One message


def test_a_message_shows_tries_answers_size_and_subject(client, owner):
    message = failed(owner.merchant, kind=MessageKind.CONFIRMATION)
    AttemptFactory(message=message, outcome=AttemptOutcome.REFUSED, answer="550 no such mailbox")

    page = text(client.get(url(owner, "messages_one", message.public_id)))

    assert "550 no such mailbox" in page
    assert f"Order {message.order.number} confirmed" in page
    assert "KB of 102 KB" in page.replace("\xa0", " ")


def test_the_frame_can_do_nothing_and_its_links_open_nothing(client, owner):
    message = failed(owner.merchant)

    answer = client.get(url(owner, "messages_html", message.public_id))

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src 'none'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "/order/…" in text(answer)
    one = client.get(url(owner, "messages_one", message.public_id))
    assert "frame-src 'self'" in one["Content-Security-Policy"]


@pytest.mark.parametrize("state", [MessageState.PLANNED, MessageState.SENT])
def test_a_one_time_code_is_never_shown(client, owner, state):
    order = OrderFactory(merchant=owner.merchant)
    sealed = seal("314159") if state == MessageState.PLANNED else ""
    message = MessageFactory(order=order, kind=MessageKind.CODE, sealed=sealed, state=state)

    for view in ("desktop", "text"):
        page = client.get(url(owner, "messages_one", message.public_id) + f"?view={view}")
        assert "314159" not in text(page)
    frame = client.get(url(owner, "messages_html", message.public_id))
    assert ("314159" in text(frame), "•••" in text(frame)) == (False, True)


def test_what_is_no_longer_kept_has_no_frame(client, owner):
    message = failed(owner.merchant, recipient="")

    assert "No longer here" in text(client.get(url(owner, "messages_one", message.public_id)))
    assert client.get(url(owner, "messages_html", message.public_id)).status_code == 404


@pytest.mark.parametrize("name", ["messages_one", "messages_html", "messages_again"])
def test_a_message_of_another_shop_is_like_an_unknown_one(client, owner, name):
    other = failed(OrderFactory().merchant)

    assert client.get(url(owner, name, other.public_id)).status_code == 404
    assert client.get(url(owner, name, uuid4())).status_code == 404


# Acts


def test_sending_again_asks_first_then_does_it_once(client, owner):
    message = failed(owner.merchant, recipient="ana@example.com")
    page = url(owner, "messages_again", message.public_id)

    assert "ana@example.com" in text(client.get(page))
    client.post(page)
    client.post(page)

    message.refresh_from_db(from_queryset=Message.every.all())
    assert (message.state, message.attempts) == (MessageState.PLANNED, 0)
    events = Event.every.filter(order=message.order, kind="message.asked")
    assert [event.actor for event in events] == [str(owner.user)]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"state": MessageState.SENT}, "The mail server has accepted it."),
        ({"expires_at": timezone.now() - timedelta(hours=1)}, "It would come too late"),
        ({"recipient": ""}, "The address it was for is no longer kept"),
        ({"kind": MessageKind.CODE}, "A one-time code is kept only until it is sent."),
    ],
)
def test_sending_again_says_why_it_makes_no_sense(client, owner, values, reason):
    message = failed(owner.merchant, **values)
    page = url(owner, "messages_again", message.public_id)

    assert reason in text(client.get(page))
    assert reason in text(client.post(page, follow=True))
    assert Message.every.get(pk=message.pk).state == message.state
    assert not Event.every.filter(order=message.order).exists()


def test_a_planned_message_can_be_sent_now(client, owner):
    later = NOW() + timedelta(minutes=9)
    message = MessageFactory(merchant=owner.merchant, send_at=later)

    client.post(url(owner, "messages_now", message.public_id))

    assert Message.every.get(pk=message.pk).send_at < later


@pytest.mark.parametrize("role", [Role.READER])
@pytest.mark.parametrize(
    "name",
    [
        "messages_again",
        "messages_now",
        "messages_again_all",
        "messages_suppressed",
        "messages_outages",
    ],
)
def test_those_who_only_look_are_refused(client, role, name):
    reader = MembershipFactory(role=role)
    message = failed(reader.merchant)
    SuppressionFactory(merchant=reader.merchant)
    client.force_login(reader.user)
    args = [message.public_id] if name in ("messages_again", "messages_now") else []

    assert client.post(url(reader, name, *args)).status_code == 403
    assert Message.every.get(pk=message.pk).state == MessageState.FAILED
    assert Suppression.every.exists()


# All that failed


def test_all_failed_are_counted_first_and_sent_again_once(client, owner):
    good = [failed(owner.merchant) for _ in range(3)]
    late = failed(owner.merchant, expires_at=NOW() - timedelta(hours=1))
    page = url(owner, "messages_again_all")

    asked = client.get(page)
    assert "3 messages would be sent again." in text(asked)
    assert "It would come too late to be of use." in text(asked)
    form = {"once": asked.context["once"]}
    done = client.post(page, form, follow=True)
    again = client.post(page, form, follow=True)

    assert text(done).count("Taken up again") == 3
    assert text(again).count("Taken up again") == 3
    planned = Message.every.filter(state=MessageState.PLANNED)
    assert {row.pk for row in planned} == {row.pk for row in good}
    assert Message.every.get(pk=late.pk).state == MessageState.FAILED


# Addresses without mail, and outages


def test_an_address_is_allowed_again_and_the_audit_names_nobody(client, owner):
    row = SuppressionFactory(merchant=owner.merchant, address="ana@example.com")
    page = client.get(url(owner, "messages_suppressed"))
    key = page.context["rows"][0][2]

    for _ in range(2):
        client.post(url(owner, "messages_suppressed"), {"row": key})

    change = SettingChange.every.get()
    assert not Suppression.every.exists()
    assert change.fields == {"reason": [row.reason, ""]}
    assert "ana" not in str(change.title) + str(change.fields)


def test_an_address_of_another_shop_cannot_be_allowed(client, owner):
    other = SuppressionFactory()

    client.post(url(owner, "messages_suppressed"), {"row": seal(f"row {other.pk}")})

    assert Suppression.every.count() == 1


def test_an_address_is_found_by_its_exact_spelling(client, owner):
    SuppressionFactory(merchant=owner.merchant, address="ana@example.com")
    form = {"find": "1", "address": "Ana@example.com"}

    found = client.post(url(owner, "messages_suppressed"), form, follow=True)
    missed = client.post(
        url(owner, "messages_suppressed"), {"find": "1", "address": "an@example.com"}, follow=True
    )

    assert len(found.context["rows"]) == 1
    assert "Mails go to this address" in text(missed)


def test_an_outage_is_told_and_tried_now(client, owner):
    Outage.every.create(
        merchant=owner.merchant, failures=6, answer="421 go away", since=NOW(),
        paused_until=NOW() + timedelta(minutes=5),
    )  # fmt: skip

    page = text(client.get(url(owner, "messages_outages")))
    client.post(url(owner, "messages_outages"), {"channel": "email"})

    assert "421 go away" in page
    assert Outage.every.get().paused_until is None
