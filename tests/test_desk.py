"""The desk: every page opens, shows a member their merchants' rows only, and stays cheap."""

import pytest
from django.contrib import admin
from django.urls import reverse

from merchants.models import Merchant, User
from merchants.statuses import Role
from postpurchase.lib.tenancy import Tenant
from tests import factories
from tests.shop import post_shopify, shopify_order

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
TENANTS = [model for model in MODELS if issubclass(model, Tenant)]
by_label = {"ids": lambda model: model._meta.label}


def make(model, merchant):
    """Make one row of any kind for a merchant."""
    factory = getattr(factories, f"{model.__name__}Factory")
    return factory(merchant=merchant)


@pytest.fixture
def shop():
    return factories.MerchantFactory()


@pytest.fixture
def agent(client, shop):
    member = factories.MembershipFactory(merchant=shop, role=Role.AGENT)
    client.force_login(member.user)
    return member.user


def pages_of(row):
    name = f"{row._meta.app_label}_{row._meta.model_name}"
    return [
        reverse(f"admin:{name}_changelist"),
        reverse(f"admin:{name}_change", args=[row.pk]),
    ]


@pytest.mark.parametrize("model", TENANTS, **by_label)
def test_a_member_sees_rows_of_their_merchant(client, agent, shop, model):
    row = make(model, shop)

    for page in pages_of(row):
        assert client.get(page).status_code == 200


@pytest.mark.parametrize("model", TENANTS, **by_label)
def test_a_member_of_another_merchant_sees_nothing(client, agent, model):
    row = make(model, factories.MerchantFactory())
    listing, detail = pages_of(row)

    assert f"/{row.pk}/change/" not in client.get(listing).content.decode()
    answer = client.get(detail)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    answer = client.post(detail, {"colour": "#000000", "_save": "Save"})
    assert answer.status_code in (302, 403)


@pytest.mark.parametrize("model", MODELS, **by_label)
def test_nobody_is_asked_to_log_in(client, model):
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    page = reverse(f"admin:{name}_changelist")

    answer = client.get(page)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_an_agent_cannot_change_settings(client, agent, shop):
    brand = factories.BrandFactory(merchant=shop, colour="#2f5d50")

    answer = client.post(pages_of(brand)[1], {"colour": "#000000"})

    brand.refresh_from_db()
    assert (answer.status_code, brand.colour) == (403, "#2f5d50")


def test_a_manager_changes_the_brand(client, shop):
    member = factories.MembershipFactory(merchant=shop, role=Role.MANAGER)
    client.force_login(member.user)
    brand = factories.BrandFactory(merchant=shop, colour="#2f5d50")

    fields = {"colour": "#ffd400", "tone": "calm", "confirmation_style": "simple"}
    answer = client.post(pages_of(brand)[1], fields)

    brand.refresh_from_db()
    assert (answer.status_code, brand.colour) == (302, "#ffd400")


def test_a_manager_enters_the_secret_that_shopify_chose(client, shop):
    client.force_login(factories.MembershipFactory(merchant=shop, role=Role.MANAGER).user)
    connection = factories.StoreConnectionFactory(merchant=shop, kind="shopify")
    old, page = connection.secret, pages_of(connection)[1]

    fields = {"name": "Shopify", "is_active": "on", "own_secret": "chosen-by-shopify"}
    assert client.post(page, fields).status_code == 302

    for number, secret in enumerate(("chosen-by-shopify", old)):
        order = shopify_order(number)
        answer = post_shopify(client, connection, "orders/create", order, secret=secret)
        assert answer.status_code == 200
    assert "chosen-by-shopify" not in client.get(page).content.decode()
    client.post(page, {**fields, "own_secret": ""})
    connection.refresh_from_db()
    assert connection.secret == "chosen-by-shopify"


def test_an_agent_is_not_asked_for_a_secret(client, agent, shop):
    connection = factories.StoreConnectionFactory(merchant=shop, kind="shopify")
    page = pages_of(connection)[1]

    assert "own_secret" not in client.get(page).content.decode()
    assert client.post(page, {"own_secret": "x"}).status_code == 403


def test_people_are_for_superusers(client, agent):
    assert client.get(reverse("admin:merchants_user_changelist")).status_code == 403


def test_a_member_finds_their_shop_and_no_other(client, agent, shop):
    factories.MerchantFactory(name="Somebody else")

    page = client.get(reverse("admin:merchants_merchant_changelist")).content.decode()

    assert shop.slug in page
    assert "Somebody else" not in page


@pytest.mark.parametrize("rows", [1, 6])
def test_lists_and_pages_ask_few_questions(
    client, agent, shop, rows, django_assert_max_num_queries
):
    orders = [factories.OrderFactory(merchant=shop, lines=3) for _ in range(rows)]
    for order in orders:
        factories.EventFactory.create_batch(rows, merchant=shop, order=order)

    listing, detail = pages_of(orders[0])
    with django_assert_max_num_queries(12):
        assert client.get(listing).status_code == 200
    with django_assert_max_num_queries(14):
        assert client.get(detail).status_code == 200


def test_orders_are_found_however_the_number_is_typed(client, agent, shop):
    factories.OrderFactory(merchant=shop, number="#1042", number_key="1042")
    factories.OrderFactory(merchant=shop, number="#2042", number_key="2042")
    listing = reverse("admin:orders_order_changelist")

    page = client.get(listing, {"q": " # 1042"}).content.decode()

    assert "#1042" in page
    assert "#2042" not in page


def test_every_table_has_a_page():
    from django.apps import apps

    ours = {
        model
        for model in apps.get_models()
        if model._meta.app_label in {"merchants", "orders", "tracking", "returns", "notifications"}
    }
    assert ours <= set(MODELS)
    assert {User, Merchant} <= set(MODELS)
