"""Connections: how they fare, how they are set up, and who may change them."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from merchants.models import SettingChange, StoreConnection
from merchants.statuses import Role
from orders.health import health_of
from orders.rhythm import Silence, silence_of
from tests.factories import (
    InboxEntryFactory,
    MembershipFactory,
    MerchantFactory,
    OrderFactory,
    StoreConnectionFactory,
)
from tests.shop import post_shopify, post_woocommerce, shopify_order

pytestmark = pytest.mark.django_db

SECRET = "shpss_the_old_secret"


@pytest.fixture
def shop():
    return MerchantFactory()


@pytest.fixture
def woo(shop):
    return StoreConnectionFactory(
        merchant=shop, kind="woocommerce", name="Shop Germany", secret=SECRET
    )


@pytest.fixture
def owner(client, shop):
    """Log in as the owner."""
    member = MembershipFactory(merchant=shop, role=Role.OWNER)
    client.force_login(member.user)
    return member.user


def enter(client, shop, role):
    client.force_login(MembershipFactory(merchant=shop, role=role).user)


def url(name, shop, row=None):
    args = [shop.slug, row.public_id] if row else [shop.slug]
    return reverse(f"dashboard:{name}", args=args)


def text(response):
    return response.content.decode()


def fresh(row):
    return type(row).every.get(pk=row.pk)


# --- How they fare -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], None),
        (range(35), None),
        (range(3, 35), Silence(days=3, longest=1)),
        (range(1, 35), None),
        ([3, 4, 5, 6, 7, 8, 9], None),  # a new shop has no rhythm
        ([5, *range(8, 13), *range(15, 20), *range(22, 27)], None),  # weekends are no silence
        ([7, *range(10, 15), *range(17, 22), *range(24, 29)], Silence(days=7, longest=3)),
    ],
)
def test_silence_is_measured_by_the_shop_itself(days, expected):
    assert silence_of(days) == expected


def test_health_reads_orders_and_failures(shop):
    now = timezone.now()
    daily, new = (
        StoreConnectionFactory(merchant=shop, last_seen_at=now - timedelta(days=4)) for _ in "ab"
    )
    for back in range(4, 30):
        OrderFactory(connection=daily, placed_at=now - timedelta(days=back, hours=1))
    OrderFactory(connection=new, placed_at=now - timedelta(days=5))
    for hours in (1, 2, 30):
        InboxEntryFactory(
            connection=daily, state="failed", received_at=now - timedelta(hours=hours)
        )

    first, second = health_of(shop.pk, [daily, new], now=now)

    assert (first.failed, first.silence) == (2, Silence(days=4, longest=1))
    assert (second.failed, second.silence) == (0, None)


STATES = {
    "Nothing yet": {},
    "Working": {"last_seen_at": timezone.now()},
    "Switched off": {"is_active": False},
    "Uninstalled": {"uninstalled_at": timezone.now()},
    "Refused": {
        "last_error": "A delivery was signed with another secret.",
        "last_error_at": timezone.now(),
    },
}


@pytest.mark.parametrize("said", STATES)
def test_the_list_says_how_each_fares(client, shop, owner, said):
    StoreConnectionFactory(merchant=shop, **STATES[said])

    assert said in text(client.get(url("connections", shop)))


@pytest.mark.parametrize("rows", [1, 5])
def test_the_list_asks_no_more_for_more(client, shop, owner, rows, django_assert_max_num_queries):
    StoreConnectionFactory.create_batch(rows, merchant=shop, last_seen_at=timezone.now())

    with django_assert_max_num_queries(8):
        client.get(url("connections", shop))


def test_what_came_last_is_seen_without_a_worker(client, shop, owner):
    connection = StoreConnectionFactory(merchant=shop)
    live = url("connections_live", shop, connection)
    assert "Waiting for the first delivery" in text(client.get(live))

    post_shopify(client, connection, "orders/create", shopify_order())

    assert "Arrived" in text(client.get(live))
    assert "Order created" in text(client.get(live))


def test_a_refused_signature_is_seen_and_explained(client, shop, owner):
    connection = StoreConnectionFactory(merchant=shop)

    post_shopify(client, connection, "orders/create", shopify_order(), secret="wrong")

    assert "signature does not fit" in text(client.get(url("connections_live", shop, connection)))


# --- Setting up ----------------------------------------------------------------------------------


def test_a_new_connection_shows_its_secret_once(client, shop, owner):
    public_id = str(uuid4())
    form = {"public_id": public_id, "kind": "woocommerce", "name": "Shop Austria"}

    answer = client.post(url("connections_new", shop), form)
    again = client.post(url("connections_new", shop), form)

    made = StoreConnection.every.get(public_id=public_id)
    assert answer.url == again.url == url("connections_one", shop, made)
    page = text(client.get(answer.url))
    assert made.secret in page
    assert f"/hooks/woocommerce/{public_id}/" in page
    assert made.secret not in text(client.get(answer.url))
    assert made.secret not in str(client.session.items())
    [change] = SettingChange.every.filter(merchant=shop)
    assert (change.page, change.kind, change.by) == ("connections", "added", owner)
    assert made.secret not in str(change.fields)


def test_shopify_chooses_its_secret_itself(client, shop, owner):
    form = {"public_id": str(uuid4()), "kind": "shopify", "name": "Shop"}

    page = text(client.post(url("connections_new", shop), form, follow=True))

    assert StoreConnection.every.get().secret == ""
    assert "No secret is entered yet" in page
    assert "Your webhooks will be signed with" in page


def test_an_id_that_is_taken_by_another_shop_is_refused(client, shop, owner):
    theirs = StoreConnectionFactory()
    form = {"public_id": str(theirs.public_id), "kind": "shopify", "name": "Shop"}

    assert client.post(url("connections_new", shop), form).status_code == 422
    assert not StoreConnection.every.filter(merchant=shop).exists()


@pytest.mark.parametrize("kind", ["api", "file", "nothing", ""])
def test_only_shop_systems_are_added(client, shop, owner, kind):
    form = {"public_id": str(uuid4()), "kind": kind, "name": "Shop"}

    assert client.post(url("connections_new", shop), form).status_code == 422


def test_a_rotated_secret_and_the_one_before_are_accepted_for_two_days(client, shop, owner, woo):
    page = client.get(url("connections_one", shop, woo))
    form = {"replaces": page.context["secret_mark"]}

    client.post(url("connections_rotate", shop, woo), form)
    client.post(url("connections_rotate", shop, woo), form)  # a double click

    changed = fresh(woo)
    assert changed.previous_secret == SECRET
    assert changed.secret in text(client.get(url("connections_one", shop, woo)))
    for secret, status in [(SECRET, 200), (changed.secret, 200), ("another", 401)]:
        answer = post_woocommerce(client, woo, "order.created", {"id": 1}, secret=secret)
        assert (secret, answer.status_code) == (secret, status)
    assert SettingChange.every.filter(merchant=shop).count() == 1
    later = timezone.now() + timedelta(days=2, minutes=1)
    assert changed.active_secrets(now=later) == [changed.secret]


def test_the_shop_systems_own_secret_is_entered_and_never_shown(client, shop, owner, woo):
    client.post(url("connections_secret", shop, woo), {"secret": "the-secret-of-woo"})

    assert fresh(woo).active_secrets(now=timezone.now()) == ["the-secret-of-woo", SECRET]
    page = text(client.get(url("connections_one", shop, woo)))
    assert "the-secret-of-woo" not in page
    assert SECRET not in page
    assert "Two secrets are accepted" in page


@pytest.mark.parametrize("secret", ["", "short", "a\0bcdefghijk"])
def test_half_a_secret_is_refused(client, shop, owner, woo, secret):
    answer = client.post(url("connections_secret", shop, woo), {"secret": secret})

    assert answer.status_code == 422
    assert fresh(woo).secret == SECRET


def test_a_connection_is_renamed(client, shop, owner, woo):
    client.post(url("connections_rename", shop, woo), {"name": "<b>Shop</b>"})

    assert fresh(woo).name == "<b>Shop</b>"
    assert "<b>Shop</b>" not in text(client.get(url("connections", shop)))
    [change] = SettingChange.every.filter(merchant=shop)
    assert change.fields == {"name": ["Shop Germany", "<b>Shop</b>"]}


def test_switching_off_refuses_deliveries_and_on_accepts_them(client, shop, owner, woo):
    from orders import webhooks

    assert "Switch off" in text(client.get(url("connections_switch", shop, woo)))
    for to, status in [("off", 401), ("off", 401), ("on", 200)]:
        client.post(url("connections_switch", shop, woo), {"to": to})
        webhooks._cache.clear()  # as five seconds later
        assert post_woocommerce(client, woo, "order.created", {"id": 1}).status_code == status
    assert SettingChange.every.filter(merchant=shop).count() == 2


def test_switching_on_ends_an_uninstalling(client, shop, owner):
    gone = StoreConnectionFactory(merchant=shop, uninstalled_at=timezone.now())

    client.post(url("connections_switch", shop, gone), {"to": "on"})

    assert fresh(gone).uninstalled_at is None


@pytest.mark.parametrize("name", ["connections_rotate", "connections_secret", "connections_switch"])
def test_the_api_has_no_secret_and_no_switch(client, shop, owner, name):
    api = StoreConnectionFactory(merchant=shop, kind="api", secret="")

    assert client.post(url(name, shop, api), {"secret": "abcdefghijkl"}).status_code == 404


# --- Who may -------------------------------------------------------------------------------------

CHANGES = ["connections_rename", "connections_rotate", "connections_secret", "connections_switch"]


@pytest.mark.parametrize("role", [Role.AGENT, Role.READER])
def test_agents_and_readers_look_and_change_nothing(client, shop, woo, role):
    enter(client, shop, role)

    page = text(client.get(url("connections_one", shop, woo)))
    assert "Shop Germany" in page
    assert '<form method="post"' not in page.split("</header>")[1]
    assert "Add a connection" not in text(client.get(url("connections", shop)))
    for name in CHANGES:
        assert client.post(url(name, shop, woo), {"secret": "abcdefghijkl"}).status_code == 403
    assert client.post(url("connections_new", shop), {}).status_code == 403
    assert fresh(woo).secret == SECRET
    assert not SettingChange.every.exists()


@pytest.mark.parametrize("name", [*CHANGES, "connections_one", "connections_live"])
def test_a_foreign_connection_is_as_unknown_as_none(client, shop, owner, name):
    theirs = StoreConnectionFactory()
    unknown = SimpleNamespace(public_id=uuid4())

    for row in (theirs, unknown):
        assert client.post(url(name, shop, row), {"to": "off"}).status_code in (404, 405)
        assert client.get(url(name, shop, row)).status_code in (404, 405)


@pytest.mark.parametrize("kind", ["shopify", "woocommerce", "api", "file"])
def test_each_kind_has_its_steps(client, shop, owner, kind):
    connection = StoreConnectionFactory(merchant=shop, kind=kind)

    assert 'class="steps"' in text(client.get(url("connections_one", shop, connection)))
