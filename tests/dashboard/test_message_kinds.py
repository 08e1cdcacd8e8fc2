"""The page of what is sent: switches, samples, and who may do what."""

import pytest
from django.urls import reverse

from merchants.models import SettingChange
from merchants.statuses import Role
from notifications.models import Message, MessageChoice
from notifications.statuses import ABOUT_PARCELS
from tests.factories import MembershipFactory, MerchantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    member = MembershipFactory(role=Role.OWNER)
    client.force_login(member.user)
    return member


def url(member, name="messages_kinds", *args):
    return reverse(f"dashboard:{name}", args=[member.merchant.slug, *args])


def test_every_kind_is_listed_with_its_switch(client, owner):
    text = client.get(url(owner)).content.decode()

    for kind in ABOUT_PARCELS:
        assert f'id="{kind.value}"' in text
        assert str(kind.label) in text
    assert text.count("Switch off<") == 9
    assert text.count("Switch on<") == 1


def test_a_switch_pressed_twice_is_one_change(client, owner):
    for _ in range(2):
        answer = client.post(url(owner), {"kind": "in_transit", "is_on": "1"})
        assert answer.status_code == 302

    row = MessageChoice.every.get()
    assert (row.kind, row.is_on) == ("in_transit", True)
    assert SettingChange.every.get().title == "Package under way"
    assert client.get(reverse("dashboard:changes", args=[owner.merchant.slug])).status_code == 200


@pytest.mark.parametrize("kind", ["", "confirmation", "nonsense", "\0", "x" * 100_000])
def test_what_has_no_switch_is_not_found(client, owner, kind):
    assert client.post(url(owner), {"kind": kind, "is_on": "1"}).status_code == 404
    assert MessageChoice.every.count() == 0


def test_without_javascript_the_own_page_comes_back(client, owner):
    form = {"kind": "shipped", "is_on": "0", "stay": "1"}

    assert client.post(url(owner), form).url == url(owner, "messages_kind", "shipped")


@pytest.mark.parametrize("kind", ABOUT_PARCELS)
@pytest.mark.parametrize("view", ["", "phone", "text", "nonsense"])
def test_each_kind_can_be_looked_at(client, owner, kind, view):
    answer = client.get(url(owner, "messages_kind", kind) + f"?view={view}&language=en")

    assert answer.status_code == 200
    assert "#1042" in answer.content.decode()


def test_the_sample_opens_no_order_and_runs_nothing(client, owner):
    answer = client.get(url(owner, "messages_kind_html", "shipped"))

    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src 'none'" in answer["Content-Security-Policy"]
    assert "/order/…/" in answer.content.decode()


def test_a_sample_goes_to_whoever_asks(client, owner):
    client.post(url(owner, "messages_kind_sample", "delayed"))

    message = Message.every.get()
    assert (message.recipient, message.kind) == (owner.user.email, "delayed")
    page = client.get(
        reverse("dashboard:messages_one", args=[owner.merchant.slug, message.public_id])
    )
    assert "New date for order #1042" in page.content.decode()


@pytest.mark.parametrize("role", [Role.AGENT, Role.READER])
def test_who_may_only_look_sees_values_and_no_buttons(client, role):
    member = MembershipFactory(role=role)
    client.force_login(member.user)

    for page in (url(member), url(member, "messages_kind", "shipped")):
        text = client.get(page).content.decode()
        assert "Switch off" not in text
        assert "Send me a sample" not in text
    assert client.post(url(member), {"kind": "shipped", "is_on": "0"}).status_code == 403
    assert client.post(url(member, "messages_kind_sample", "shipped")).status_code == 403
    assert MessageChoice.every.count() == Message.every.count() == 0


def test_a_foreign_shops_page_is_not_found(client, owner):
    other = MerchantFactory()

    assert client.get(reverse("dashboard:messages_kinds", args=[other.slug])).status_code == 404


def test_the_pages_take_few_queries(client, owner, django_assert_max_num_queries):
    for page in (url(owner), url(owner, "messages_kind", "shipped")):
        with django_assert_max_num_queries(12):
            client.get(page)
