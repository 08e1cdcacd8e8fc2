"""Every page of desk and dashboard, opened by those who may not: nobody learns or changes a thing.

The addresses are read from the project itself; one with a new kind of row in it has to be told here
which row of the victim's that is.
"""

import re

import pytest
from django.apps import apps
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from merchants.models import PersonalDataLook
from merchants.statuses import Role
from postpurchase.lib.crypto import seal
from postpurchase.lib.tenancy import Tenant
from tests.factories import (
    AddressFactory,
    ApiKeyFactory,
    BrandFactory,
    BrandVersionFactory,
    CarrierAccountFactory,
    CarrierDeliveryFactory,
    ImportUploadFactory,
    InboxEntryFactory,
    InvitationFactory,
    MembershipFactory,
    MessageFactory,
    NoteFactory,
    OrderFactory,
    OrderPolicyFactory,
    SettingChangeFactory,
    ShipmentFactory,
    StoreConnectionFactory,
)

pytestmark = pytest.mark.django_db

SECRETS = ("ZEBRA-7741", "zoe.private@example.com", "Zoë Privat", "Geheimgasse", "ext-7741")
# Posts that ask for nothing but another look.
LOOKS_ONLY = {
    "admin:desk_tables",
    "dashboard:messages",
    "dashboard:messages_suppressed",
    "dashboard:privacy",
}
# One's own affairs: whoever belongs to a shop may put its list away, and may leave.
OWN_AFFAIRS = {"dashboard:home_fold", "dashboard:team_leave", "admin:desk_presence"}


def addresses(resolver=None, namespace="", prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = ":".join(part for part in (namespace, entry.namespace) if part)
            yield from addresses(entry, inner, route)
        elif entry.name:
            yield f"{namespace}:{entry.name}" if namespace else entry.name, route


PAGES = sorted(
    {
        (name, route)
        for name, route in addresses()
        if (name.startswith("dashboard:") and "<slug:slug>" in route)
        or name.startswith("admin:desk_")
    }
)
IDS = [name for name, _ in PAGES]
assert len(PAGES) > 90


@pytest.fixture
def victim():
    """A shop with a row of everything that an address can name."""
    order = OrderFactory(
        number="ZEBRA-7741", number_key="ZEBRA-7741", email="zoe.private@example.com",
        name="Zoë Privat", external_id="ext-7741", lines=2, sync_conflict="Zoë Privat",
    )  # fmt: skip
    shop = order.merchant
    AddressFactory(order=order, street="Geheimgasse 1", name="Zoë Privat")
    BrandFactory(merchant=shop)
    OrderPolicyFactory(merchant=shop)
    return order


@pytest.fixture
def rows(victim):
    """Give the row that stands in an address, by the part of the address before it."""
    shop = victim.merchant
    message = MessageFactory(order=victim, recipient="zoe.private@example.com", state="failed")
    delivery = InboxEntryFactory(merchant=shop, body=b'{"name": "Zo\xc3\xab Privat"}')
    account = CarrierAccountFactory(merchant=shop, name="Geheimgasse")
    return {
        "admin/desk/orders/": victim.public_id,
        "messages/": message.public_id,
        "mails/": message.public_id,
        "notes/": NoteFactory(order=victim, text="Geheimgasse").public_id,
        "connections/deliveries/": delivery.public_id,
        "carriers/deliveries/": CarrierDeliveryFactory(
            account=account, body=b'{"name": "Zo\xc3\xab Privat"}', state="failed"
        ).public_id,
        "carriers/": account.public_id,
        "parcels/": ShipmentFactory(order=victim, signed_by="Zoë Privat").public_id,
        "/deliveries/": delivery.public_id,
        "imports/": ImportUploadFactory(merchant=shop).public_id,
        "connections/": StoreConnectionFactory(merchant=shop, kind="woocommerce").public_id,
        "history/": BrandVersionFactory(merchant=shop, published_at=timezone.now()).public_id,
        "invitations/": InvitationFactory(merchant=shop).public_id,
        "team/": MembershipFactory(merchant=shop, role=Role.AGENT).public_id,
        "keys/": ApiKeyFactory(merchant=shop, name="Geheimgasse").public_id,
        "changes/": SettingChangeFactory(merchant=shop).public_id,
    }


def url_of(name, route, rows, *, slug, order):
    """Give the address of a page with the victim's rows in it."""
    given = {
        "slug": slug,
        "need": "conflicts",
        "card": "orders",
        "version": "1",
        "act": "ask" if name == "admin:desk_parcel_act" else "links-off",
        "source": "easypost",
        "message_kind": "shipped",
        "person": seal(f"email {order.email}"),
        "form": "47e1da8d-0930-4b7a-b684-3c340eb85841",
    }
    kwargs = {}
    for before, argument in re.findall(r"([^<>]*)<(?:\w+:)?(\w+)>", route):
        fitting = [row for part, row in rows.items() if before.endswith(part)]
        kwargs[argument] = given.get(argument) or (fitting[0] if fitting else order.public_id)
    return reverse(name, kwargs=kwargs)


def open_page(client, method, url):
    response = getattr(client, method)(url)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code < 500
    return response, body.decode("utf-8", "replace")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("name", "route"), PAGES, ids=IDS)
def test_nobody_is_asked_to_log_in(client, victim, rows, name, route, method):
    url = url_of(name, route, rows, slug=victim.merchant.slug, order=victim)

    response, text = open_page(client, method, url)

    assert response.status_code in (302, 403, 405)
    assert response.status_code != 302 or "/login/" in response["Location"]
    assert not [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("name", "route"), PAGES, ids=IDS)
def test_an_owner_of_another_shop_learns_nothing(client, victim, rows, name, route, method):
    own = MembershipFactory(role=Role.OWNER)
    client.force_login(own.user)
    before = state_of(victim.merchant)

    # At the victim's shop, and with the victim's rows at one's own.
    for slug in (victim.merchant.slug, own.merchant.slug):
        url = url_of(name, route, rows, slug=slug, order=victim)
        response, text = open_page(client, method, url)
        assert not [secret for secret in SECRETS if secret in text]
        if slug == victim.merchant.slug and name.startswith("dashboard:"):
            assert response.status_code in (404, 405)
    assert state_of(victim.merchant) == before


@pytest.mark.parametrize(("name", "route"), PAGES, ids=IDS)
def test_a_member_who_reads_changes_nothing(client, victim, rows, name, route):
    reader = MembershipFactory(merchant=victim.merchant, role=Role.READER)
    client.force_login(reader.user)
    before = state_of(victim.merchant)

    url = url_of(name, route, rows, slug=victim.merchant.slug, order=victim)
    response, _ = open_page(client, "post", url)

    if name not in OWN_AFFAIRS:
        assert state_of(victim.merchant) == before
    if name not in OWN_AFFAIRS | LOOKS_ONLY:
        assert response.status_code in (403, 404, 405)


def state_of(merchant):
    """Give all that is stored of a merchant, but for looks that were written down."""
    return {
        model._meta.label: sorted(map(told, model.every.filter(merchant=merchant).values_list()))
        for model in apps.get_models()
        if issubclass(model, Tenant) and model is not PersonalDataLook and model._meta.managed
    }


def told(row):
    return repr([bytes(value) if isinstance(value, memoryview) else value for value in row])
