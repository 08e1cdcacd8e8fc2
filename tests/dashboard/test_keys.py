"""API keys: shown once, revoked at once, in the hands of owners and managers."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse

from merchants.models import ApiKey, SettingChange
from merchants.statuses import Role, Scope
from postpurchase.lib.crypto import digest
from tests.factories import ApiKeyFactory, MembershipFactory, MerchantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return MerchantFactory()


@pytest.fixture
def manager(client, shop):
    member = MembershipFactory(merchant=shop, role=Role.MANAGER)
    client.force_login(member.user)
    return member.user


def url(name, shop, row=None):
    args = [shop.slug, row.public_id] if row else [shop.slug]
    return reverse(f"dashboard:{name}", args=args)


def text(response):
    return response.content.decode()


def wish(**changes):
    return {"public_id": str(uuid4()), "name": "Warehouse", "scopes": ["orders:read"], **changes}


def ask_api(client, plain):
    return client.get(reverse("api:orders"), headers={"Authorization": f"Bearer {plain}"})


def test_a_new_key_is_shown_once_and_works(client, shop, manager):
    form = wish()

    client.post(url("keys_new", shop), form)
    client.post(url("keys_new", shop), form)  # a double click
    page = client.get(url("keys", shop))

    key = ApiKey.every.get()
    plain = page.context["fresh_key"]
    assert (key.digest, key.scopes) == (digest(plain), ["orders:read"])
    assert plain in text(page)
    assert plain not in str(dict(client.session))
    assert plain not in text(client.get(url("keys", shop)))
    assert ask_api(client, plain).status_code == 200
    [change] = SettingChange.every.all()
    assert (change.page, change.kind, change.by, change.title) == (
        "keys", "added", manager, "Warehouse",
    )  # fmt: skip
    assert plain not in str(change.fields)
    assert key.digest not in str(change.fields)


def test_the_list_says_who_made_a_key_and_when_it_was_used(client, shop, manager):
    client.post(url("keys_new", shop), wish())
    plain = client.get(url("keys", shop)).context["fresh_key"]
    assert "never" in text(client.get(url("keys", shop)))

    ask_api(client, plain)

    [line] = client.get(url("keys", shop)).context["working"]
    assert line.made_by == str(manager)
    assert line.used.endswith("ago")
    assert line.scopes == [str(Scope.ORDERS_READ.label)]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_no_more_for_more(client, shop, manager, rows, django_assert_max_num_queries):
    ApiKeyFactory.create_batch(rows, merchant=shop)

    with django_assert_max_num_queries(7):
        client.get(url("keys", shop))


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "a\0b"},
        {"name": "x" * 201},
        {"scopes": []},
        {"scopes": ["all"]},
        {"public_id": "x"},
    ],
)
def test_what_makes_no_key(client, shop, manager, changes):
    assert client.post(url("keys_new", shop), wish(**changes)).status_code == 422
    assert not ApiKey.every.exists()


def test_a_revoked_key_is_refused_at_once(client, shop, manager):
    key = ApiKeyFactory(merchant=shop)
    assert ask_api(client, key.plain).status_code == 200
    assert "Revoke A program?" in text(client.get(url("keys_revoke", shop, key)))
    assert ask_api(client, key.plain).status_code == 200

    client.post(url("keys_revoke", shop, key))
    client.post(url("keys_revoke", shop, key))

    assert ask_api(client, key.plain).status_code == 401
    assert SettingChange.every.count() == 1
    assert [line.key for line in client.get(url("keys", shop)).context["revoked"]] == [key]


def test_a_key_is_renamed(client, shop, manager):
    key = ApiKeyFactory(merchant=shop)

    client.post(url("keys_rename", shop, key), {"name": "<i>Shelf</i>"})

    assert "&lt;i&gt;Shelf" in text(client.get(url("keys", shop)))
    assert SettingChange.every.get().fields == {"name": ["A program", "<i>Shelf</i>"]}


@pytest.mark.parametrize("role", [Role.AGENT, Role.READER])
def test_agents_and_readers_see_no_keys(client, shop, role):
    client.force_login(MembershipFactory(merchant=shop, role=role).user)
    key = ApiKeyFactory(merchant=shop)

    assert client.get(url("keys", shop)).status_code == 403
    assert client.post(url("keys_new", shop), wish()).status_code == 403
    assert client.post(url("keys_revoke", shop, key)).status_code == 403
    assert client.post(url("keys_rename", shop, key), {"name": "x"}).status_code == 403
    assert ApiKey.every.get().revoked_at is None


@pytest.mark.parametrize("name", ["keys_rename", "keys_revoke"])
def test_a_foreign_key_is_as_unknown_as_none(client, shop, manager, name):
    theirs = ApiKeyFactory()

    for row in (theirs, SimpleNamespace(public_id=uuid4())):
        assert client.post(url(name, shop, row), {"name": "x"}).status_code == 404
    assert ApiKey.every.get().revoked_at is None


def test_an_id_that_is_taken_by_another_shop_makes_no_key(client, shop, manager):
    theirs = ApiKeyFactory()

    client.post(url("keys_new", shop), wish(public_id=str(theirs.public_id)))

    assert client.get(url("keys", shop)).context["fresh_key"] == ""
    assert not ApiKey.every.filter(merchant=shop).exists()
