"""Shop details: who sees and changes them, and that changes are written down."""

import pytest
from django.urls import reverse

from merchants.models import Merchant, SettingChange
from merchants.statuses import Role
from postpurchase.lib import places
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

ANSWERS = {
    "name": "Alma & Fern",
    "legal_name": "Alma & Fern GmbH",
    "postal_address": "Lindenstraße 9\r\n10969 Berlin",
    "shop_url": "alma-fern.example",
    "support_email": "help@alma-fern.example",
    "support_phone": "+49 30 1234567",
    "support_hours": "",
    "country": "DE",
    "zone_name": "Europe/Berlin",
    "language": "de",
    "currency": "EUR",
}


@pytest.fixture
def work(client):
    """Log in as somebody in a role; give their shop and the page's address."""

    def work(role=Role.MANAGER):
        member = MembershipFactory(role=role)
        client.force_login(member.user)
        return member, reverse("dashboard:shop", args=[member.merchant.slug])

    return work


def answers(**changes):
    return {**ANSWERS, "shop_url": "https://alma-fern.example", **changes}


def test_a_change_is_saved_told_and_written_down(client, work):
    member, url = work()

    answer = client.post(url, answers(name="Fern"), follow=True)

    merchant = Merchant.objects.get()
    assert (merchant.name, merchant.language, merchant.postal_address) == (
        "Fern", "de", "Lindenstraße 9\r\n10969 Berlin",
    )  # fmt: skip
    assert "Pages and mails show it from now on" in answer.text
    change = SettingChange.every.get()
    assert (change.page, change.by) == ("shop", member.user)
    assert change.fields["name"] == [member.merchant.name, "Fern"]
    client.post(url, answers(name="Fern"))
    assert SettingChange.every.count() == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": ""}, "Enter the shop’s name."),
        ({"zone_name": "Berlin/Nowhere"}, "Choose a time zone from the list"),
        ({"support_email": "nobody"}, "Enter an e-mail address such as"),
        ({"support_phone": "call us"}, "Enter a phone number such as"),
        ({"shop_url": "javascript:alert(1)"}, "Enter a web address such as"),
        ({"name": "x" * 1_000_000}, "at most 200 characters"),
        ({"name": "a\0b"}, "Null characters are not allowed"),
        ({"country": "XX"}, "XX"),
    ],
)
def test_what_does_not_fit_is_said_and_kept(client, work, changes, error):
    member, url = work()

    answer = client.post(url, answers(**changes))

    assert (answer.status_code, SettingChange.every.count()) == (422, 0)
    assert error in answer.text
    assert Merchant.objects.get().name == member.merchant.name


@pytest.mark.parametrize("typed", ["europe/berlin", "Berlin", "Europe/Berlin "])
def test_a_zone_is_found_by_its_city(client, work, typed):
    _, url = work()
    client.post(url, answers(zone_name=typed))
    assert Merchant.objects.get().zone_name == "Europe/Berlin"


def test_of_two_people_the_second_is_told(client, work):
    _, url = work()
    seen = client.get(url).context["form"].initial["seen"]
    client.post(url, answers(name="First", seen=seen))

    answer = client.post(url, answers(name="Second", seen=seen))

    assert "Somebody saved these details" in answer.text
    assert 'value="Second"' in answer.text
    assert Merchant.objects.get().name == "First"


@pytest.mark.parametrize("role", [Role.AGENT, Role.READER])
def test_others_may_look_only(client, work, role):
    member, url = work(role)

    page = client.get(url)

    assert member.merchant.legal_name in page.text.replace("&amp;", "&")
    assert "Save details" not in page.text
    assert client.post(url, answers()).status_code == 403
    assert Merchant.objects.get().name == member.merchant.name


def test_a_foreign_and_an_unknown_shop_are_the_same(client, work):
    work()
    other = MembershipFactory().merchant
    for slug in (other.slug, "nothing"):
        assert client.get(reverse("dashboard:shop", args=[slug])).status_code == 404


def test_hostile_text_is_shown_as_text(client, work):
    _, url = work()
    Merchant.objects.update(name="<script>alert(1)</script>")
    assert "<script>alert" not in client.get(url).text


def test_lists_to_choose_from_hold_what_is_in_use():
    codes = dict(places.countries())
    assert codes["DE"] == "Germany"
    assert {"EU", "ZZ", "XA"} & codes.keys() == set()
    assert "Europe/Kyiv" in places.zones()
    assert dict(places.currencies())["RON"].startswith("RON – ")
