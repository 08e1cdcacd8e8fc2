"""The desk against a curious member of staff, a hostile shop system and somebody without a password."""

import pytest
from django.urls import reverse

from merchants.statuses import Role
from orders.models import InboxEntry, Order
from tests import factories
from tests.shop import post_shopify

pytestmark = pytest.mark.django_db

ORDERS = "/admin/orders/order/"


@pytest.fixture
def shop():
    return factories.MerchantFactory()


@pytest.fixture
def agent(client, shop):
    member = factories.MembershipFactory(merchant=shop, role=Role.AGENT)
    client.force_login(member.user)
    return member.user


@pytest.fixture
def manager(client, shop):
    member = factories.MembershipFactory(merchant=shop, role=Role.MANAGER)
    client.force_login(member.user)
    return member.user


@pytest.mark.parametrize(
    "query",
    [
        # What others own, by way of relations.
        "merchant__slug=other", "merchant__slug__startswith=o", "customer__email__startswith=a",
        "connection__secret__startswith=g", "merchant__support_email__contains=a",
        # Columns that no page shows, letter by letter.
        "link_epoch=0", "version_hash__startswith=a", "email__startswith=a",
        # Patterns and values that Postgres chokes on.
        "number__regex=(", "number__iregex=(a%2B)%2B$", "placed_at__year=99999999",
        "number__trigram_similar=a", "status__exact=%00", "number__search=a", "id__in=1,a",
        "_to_field=email&_popup=1",
    ],
)  # fmt: skip
def test_lists_are_narrowed_by_the_offered_filters_only(client, agent, query):
    assert client.get(f"{ORDERS}?{query}").status_code == 400


@pytest.mark.parametrize(
    "page",
    [
        "/admin/orders/onetimecode/?digest__startswith=a",
        "/admin/merchants/apikey/?digest__startswith=a",
        "/admin/merchants/storeconnection/?secret__startswith=a",
        "/admin/notifications/message/?sealed__startswith=a",
        "/admin/merchants/merchant/?slug__regex=(",
        "/admin/orders/inboxentry/?topic=%00",
    ],
)
def test_hidden_columns_cannot_be_guessed_at(client, manager, page):
    assert client.get(page).status_code == 400


@pytest.mark.parametrize(
    "query",
    ["status__exact=placed", "status__exact=zz", "q=%00", "q=a%00@", "p=abc", "p=99999999",
     "o=1.2.999.-x", "e=1", "_facets=True", "q=%22a", "payment_status__exact=paid&o=-2"],
)  # fmt: skip
def test_what_is_offered_works_and_nonsense_is_borne(client, agent, query):
    assert client.get(f"{ORDERS}?{query}").status_code == 200


@pytest.mark.parametrize("pk", ["abc", "1\0", "-1", "", "1 or 1=1", "١"])
def test_rows_without_a_number_cannot_be_ticked(client, agent, pk):
    data = {"action": "switch_off_links", "_selected_action": pk, "index": 0}
    assert client.post(ORDERS, data).status_code == 400


def test_actions_do_not_reach_rows_of_others(client, agent):
    foreign = factories.OrderFactory()
    for pk, across in ((foreign.pk, "0"), (foreign.pk, "1"), (10**30, "0")):
        data = {"action": "switch_off_links", "_selected_action": pk, "select_across": across}
        assert client.post(ORDERS, data).status_code == 302

    assert Order.every.get(pk=foreign.pk).link_epoch == 0


def test_a_form_from_another_site_does_nothing(shop):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.MembershipFactory(merchant=shop).user)
    order = factories.OrderFactory(merchant=shop)

    data = {"action": "switch_off_links", "_selected_action": order.pk}
    answer = strict.post(ORDERS, data, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert Order.every.get(pk=order.pk).link_epoch == 0


@pytest.mark.parametrize(
    "body",
    [b'{"id":1,"name":"\\ud800"}', b'{"a":' * 900 + b"1" + b"}" * 900, b'{"id":' + b"9" * 4000 + b"}",
     b'{"a":"\\u0000\\u202e</pre><script>alert(1)</script>"}', b'{"a":1e999999999}', b'{"a":NaN}'],
    ids=["surrogate", "deep", "long", "script", "huge", "nan"],
)  # fmt: skip
def test_odd_deliveries_can_be_looked_at(client, agent, shop, body):
    connection = factories.StoreConnectionFactory(merchant=shop, kind="shopify")
    assert post_shopify(client, connection, "orders/create", body).status_code == 200

    entry = InboxEntry.every.get()
    page = client.get(reverse("admin:orders_inboxentry_change", args=[entry.pk]))

    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("path", ["add/", "{pk}/change/", "{pk}/delete/", "{pk}/history/"])
@pytest.mark.parametrize("table", ["merchants/brand", "orders/orderpolicy", "merchants/apikey"])
def test_tables_of_settings_take_nothing(client, manager, shop, table, path):
    factory = {"brand": "Brand", "orderpolicy": "OrderPolicy", "apikey": "ApiKey"}
    row = getattr(factories, f"{factory[table.partition('/')[2]]}Factory")(merchant=shop)
    before = type(row).every.values().get()

    answer = client.post(
        f"/admin/{table}/{path.format(pk=row.pk)}",
        {"colour": "#000000", "merchant": shop.pk, "cancel_minutes": 1, "post": "yes"},
    )

    assert answer.status_code in {302, 403}
    assert type(row).every.values().get() == before


def test_other_programs_tables_are_not_here(client):
    client.force_login(factories.UserFactory(is_staff=True, is_superuser=True))
    for table in ("mfa/authenticator", "usersessions/usersession", "account/emailaddress"):
        assert client.get(f"/admin/{table}/").status_code == 404
