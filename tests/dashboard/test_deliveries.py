"""What shops sent, looked at and read again."""

import json
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from merchants.models import PersonalDataLook
from merchants.statuses import Role
from orders.actions import inbox, replays
from orders.models import InboxEntry, Order, Replay
from tests.factories import (
    InboxEntryFactory,
    MembershipFactory,
    MerchantFactory,
    StoreConnectionFactory,
)
from tests.shop import shopify_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return MerchantFactory(zone_name="Europe/Berlin")


@pytest.fixture
def connection(shop):
    return StoreConnectionFactory(merchant=shop, name="Shop Germany")


@pytest.fixture
def agent(client, shop):
    member = MembershipFactory(merchant=shop, role=Role.AGENT)
    client.force_login(member.user)
    return member.user


def url(name, shop, row=None):
    args = [shop.slug, row.public_id] if row else [shop.slug]
    return reverse(f"dashboard:{name}", args=args)


def text(response):
    return response.content.decode()


def shown(response):
    return [line.entry.pk for line in response.context["lines"]]


def entry(connection, **fields):
    fields.setdefault("body", json.dumps(shopify_order()).encode())
    return InboxEntryFactory(connection=connection, **fields)


def test_pages_of_all_connections_follow_one_another(client, shop, agent, connection):
    other = StoreConnectionFactory(merchant=shop, kind="woocommerce")
    now = timezone.now()
    made = [
        entry(each, received_at=now - timedelta(minutes=minute))
        for minute in range(60)
        for each in (connection, other)
    ]
    entry(StoreConnectionFactory())  # another shop's

    first = client.get(url("connections_deliveries", shop))
    rest = client.get(f"{url('connections_deliveries', shop)}?{first.context['older']}")
    last = client.get(f"{url('connections_deliveries', shop)}?{rest.context['older']}")

    expected = [row.pk for row in sorted(made, key=lambda row: (row.received_at, row.pk))][::-1]
    assert shown(first) + shown(rest) + shown(last) == expected
    assert last.context["older"] == ""


@pytest.mark.parametrize("rows", [1, 60])
def test_the_list_asks_no_more_for_more(
    client, shop, agent, connection, rows, django_assert_max_num_queries
):
    for _ in range(rows):
        entry(connection)

    with django_assert_max_num_queries(6):
        client.get(url("connections_deliveries", shop))


def test_filters_stand_in_the_address(client, shop, agent, connection):
    other = StoreConnectionFactory(merchant=shop, kind="woocommerce")
    day = timezone.now().replace(hour=12) - timedelta(days=2)
    wanted = entry(connection, state="failed", topic="orders/paid", received_at=day)
    entry(connection, state="done", topic="orders/paid", received_at=day)
    entry(connection, state="failed", topic="orders/create", received_at=day)
    entry(connection, state="failed", topic="orders/paid")
    entry(other, state="failed", topic="orders/paid", received_at=day)

    answer = client.get(
        url("connections_deliveries", shop),
        {
            "connection": str(connection.public_id), "state": "failed", "topic": "orders/paid",
            "day": day.date().isoformat(),
        },
    )  # fmt: skip

    assert shown(answer) == [wanted.pk]


@pytest.mark.parametrize(
    "query",
    [
        "day=2026-13-99",
        "state=\0",
        "topic=' OR 1",
        "connection=x",
        "day=0001-01-01",
        "state=%ED%A0%80",
    ],
)
def test_filters_that_cannot_be_are_as_if_not_said(client, shop, agent, connection, query):
    entry(connection)

    assert len(shown(client.get(f"{url('connections_deliveries', shop)}?{query}"))) == 1


def test_a_cursor_that_is_not_ours_leads_nowhere(client, shop, agent, connection):
    assert client.get(f"{url('connections_deliveries', shop)}?after=x").status_code == 404


def test_a_delivery_is_shown_with_its_order_and_the_look_is_noted(client, shop, agent, connection):
    row = entry(connection, body=json.dumps(shopify_order(note="<script>")).encode())
    inbox.apply_due(now=timezone.now())

    page = text(client.get(url("connections_delivery", shop, row)))

    assert "Read" in page
    assert "&quot;note&quot;: &quot;&lt;script&gt;&quot;" in page
    assert f"Order {Order.every.get().number}" in page
    [look] = PersonalDataLook.every.all()
    assert (look.kind, look.table, look.rows) == ("payload", "orders.inboxentry", [row.pk])


@pytest.mark.parametrize(
    "body",
    [b"", b"\0\x01", b"[" * 100_000, b'{"a": "\\ud800"}', b"{" + b" " * 3_000_000, b"null"],
)
def test_no_body_breaks_the_page(client, shop, agent, connection, body):
    row = entry(connection, body=body)

    answer = client.get(url("connections_delivery", shop, row))

    assert answer.status_code == 200
    assert len(answer.content) < 400_000
    assert client.get(url("connections_delivery_raw", shop, row)).content == body


def test_the_raw_body_is_a_file_and_noted(client, shop, agent, connection):
    row = entry(connection, body=b"<script>")

    answer = client.get(url("connections_delivery_raw", shop, row))

    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert [look.kind for look in PersonalDataLook.every.all()] == ["export"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "failed", "reason": "The order has no date."}, "Correct it in the shop system"),
        ({"state": "failed", "attempts": 6, "reason": "KeyError"}, "An error of ours"),
        ({"state": "waiting", "waiting_for": "gid/1"}, "speaks of order gid/1"),
        ({"attempts": 2, "reason": "KeyError: x"}, "The last try broke off"),
        ({}, "A worker reads it within seconds"),
    ],
)
def test_each_outcome_says_what_to_do(client, shop, agent, connection, fields, said):
    row = entry(connection, **fields)

    assert said in text(client.get(url("connections_delivery", shop, row)))


# --- Reading again -------------------------------------------------------------------------------


def test_one_delivery_is_read_again(client, shop, agent, connection):
    row = entry(connection, state="failed", reason="x", attempts=6)

    client.post(url("connections_replay_one", shop, row))
    client.post(url("connections_replay_one", shop, row))

    inbox.apply_due(now=timezone.now())
    assert InboxEntry.every.get().state == "done"
    assert Order.every.count() == 1
    [replay] = Replay.every.all()
    assert (replay.by, replay.entries) == (agent, [row.pk])


def test_all_failed_are_counted_first_and_read_again_once(client, shop, agent, connection):
    other = StoreConnectionFactory(merchant=shop, kind="woocommerce")
    failed = [
        entry(connection, state="failed", body=json.dumps(shopify_order(number)).encode())
        for number in (1, 2)
    ]
    bad = entry(connection, state="failed", body=b"{}")
    kept = entry(other, state="failed")
    theirs = entry(StoreConnectionFactory(), state="failed")
    named = {"connection": str(connection.public_id)}

    assert "Replay 3 failed deliveries?" in text(client.get(url("connections_replay", shop), named))
    assert Replay.every.count() == 0
    answer = client.post(url("connections_replay", shop), named)
    client.post(url("connections_replay", shop), named)  # a double click

    assert Replay.every.count() == 1
    inbox.apply_due(now=timezone.now())
    page = client.get(answer.url)
    assert [page.context[name] for name in ("done", "open", "failed")] == [2, 0, 1]
    assert set(shown(page)) == {*(row.pk for row in failed), bad.pk}
    states = {row.pk: row.state for row in InboxEntry.every.all()}
    assert states[kept.pk] == states[theirs.pk] == "failed"


def test_replay_is_capped_and_says_so(client, shop, agent, connection, monkeypatch):
    monkeypatch.setattr(replays, "MOST", 2)
    rows = [
        entry(connection, state="failed", received_at=timezone.now() - timedelta(hours=hour))
        for hour in range(3)
    ]

    page = text(client.get(url("connections_replay", shop)))
    client.post(url("connections_replay", shop))

    assert "Replay 2 failed deliveries?" in page
    assert "There are more" in page
    assert Replay.every.get().entries == [rows[0].pk, rows[1].pk]


def test_a_reader_looks_and_replays_nothing(client, shop, connection):
    client.force_login(MembershipFactory(merchant=shop, role=Role.READER).user)
    row = entry(connection, state="failed")

    assert "Replay" not in text(client.get(url("connections_delivery", shop, row)))
    assert client.post(url("connections_replay_one", shop, row)).status_code == 403
    assert client.post(url("connections_replay", shop)).status_code == 403
    assert InboxEntry.every.get().state == "failed"


@pytest.mark.parametrize(
    "name", ["connections_delivery", "connections_delivery_raw", "connections_replayed"]
)
def test_a_foreign_delivery_is_as_unknown_as_none(client, shop, agent, name):
    theirs = entry(StoreConnectionFactory(), state="failed")
    unknown = SimpleNamespace(public_id=uuid4())

    for row in (theirs, unknown):
        assert client.get(url(name, shop, row)).status_code == 404
    assert client.post(url("connections_replay_one", shop, theirs)).status_code == 404
    assert InboxEntry.every.get(pk=theirs.pk).state == "failed"
