"""A person's own page, their devices, and what they are told about them."""

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from merchants.statuses import Role
from postpurchase.staff.accounts import devices, middleware
from tests.factories import MembershipFactory, MerchantFactory
from tests.staff.doors import log_in

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"
DEVICES = "/account/devices/"


def test_name_and_language_are_ones_own_choice(client, ana):
    client.force_login(ana)

    assert client.post("/account/", {"name": "Ana Lima", "language": "de"}).url == "/account/"

    ana.refresh_from_db()
    assert (ana.name, ana.language) == ("Ana Lima", "de")
    assert 'lang="de"' in client.get("/account/").content.decode()
    assert 'lang="de"' in client.get("/dashboard/fern/team/").content.decode()
    client.post("/account/", {"name": "Ana", "language": ""})
    assert 'lang="en"' in client.get("/account/").content.decode()


@pytest.mark.parametrize(
    "data", [{"name": ""}, {"name": "x" * 201}, {"name": "\0"}, {"name": "Ana", "language": "xx"}]
)
def test_what_does_not_fit_is_told_and_not_saved(client, ana, data):
    client.force_login(ana)

    assert "There is a problem" in client.post("/account/", data).content.decode()
    ana.refresh_from_db()
    assert (ana.name, ana.language) == ("Ana", "")


def test_devices_are_listed_in_words_and_networks_coarsely(client, ana):
    log_in(client, ana, headers={"User-Agent": FIREFOX}, REMOTE_ADDR="203.0.113.77")
    log_in(Client(), ana, headers={"User-Agent": IPHONE}, REMOTE_ADDR="2001:db8:1:2::7")

    page = client.get(
        DEVICES, headers={"User-Agent": FIREFOX}, REMOTE_ADDR="203.0.113.77"
    ).content.decode()

    assert page.index("Firefox on Windows") < page.index("Safari on iPhone")
    assert "This device" in page
    assert "203.0.113.…" in page
    assert "2001:db8:1:…" in page
    assert {row.ip for row in UserSession.objects.all()} == {"203.0.113.0", "2001:db8:1::"}


def test_one_device_or_all_others_are_logged_out(client, ana):
    others = [Client() for _ in range(3)]
    for each in (client, *others):
        log_in(each, ana)
    first = UserSession.objects.get(session_key=others[0].session.session_key)

    for _ in range(2):
        assert client.post(f"{DEVICES}end/", {"device": first.pk}).url == DEVICES
    states = [each.get("/account/").status_code for each in (client, *others)]
    assert states == [200, 302, 200, 200]
    client.post(f"{DEVICES}end-others/")
    states = [each.get("/account/").status_code for each in (client, *others)]
    assert states == [200, 302, 302, 302]


def test_nobody_logs_out_somebody_else(client, ana):
    log_in(client, ana)
    stranger = Client()
    log_in(stranger, MembershipFactory().user)
    theirs = UserSession.objects.exclude(user=ana).get()

    for pk in (theirs.pk, "x", "1" * 40, "١", ""):
        assert client.post(f"{DEVICES}end/", {"device": pk}).status_code == 302

    assert stranger.get("/account/").status_code == 200


def test_logging_this_device_out_leads_to_the_door(client, ana):
    log_in(client, ana)

    assert (
        client.post(f"{DEVICES}end/", {"device": UserSession.objects.get().pk}).url
        == "/account/login/"
    )
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("rows", [1, 6])
def test_the_list_of_devices_asks_few_questions(client, ana, rows, django_assert_max_num_queries):
    for each in [client, *(Client() for _ in range(rows - 1))]:
        log_in(each, ana)

    with django_assert_max_num_queries(8):
        assert client.get(DEVICES).content.decode().count('class="device"') == rows


def test_a_new_device_is_told_once(client, ana, worker):
    for _ in range(2):
        log_in(client, ana, headers={"User-Agent": FIREFOX})
        client.post("/account/logout/")
    log_in(Client(), ana, headers={"User-Agent": IPHONE}, REMOTE_ADDR="203.0.113.77")

    assert [letter.subject for letter in mail.outbox] == ["New log-in to your account"] * 2
    assert "Safari on iPhone" in mail.outbox[1].body
    assert "203.0.113.…" in mail.outbox[1].body
    assert "203.0.113.77" not in mail.outbox[1].body


def test_when_a_session_was_last_used_is_written_now_and_then(
    client, ana, django_assert_num_queries
):
    log_in(client, ana)
    UserSession.objects.update(last_seen_at="2020-01-01T00:00Z")

    client.get("/account/")
    assert UserSession.objects.get().last_seen_at.year > 2020
    UserSession.objects.update(last_seen_at="2020-01-01T00:00Z")
    client.get("/account/")
    assert UserSession.objects.get().last_seen_at.year == 2020
    middleware._seen.clear()


def test_the_shop_that_was_open_last_opens_again(client, ana, shop):
    other = MembershipFactory(
        user=ana, role=Role.AGENT, merchant=MerchantFactory(name="Zoo", slug="zoo")
    )
    client.force_login(ana)
    assert client.get("/dashboard/").url == "/dashboard/fern/"

    assert client.get("/dashboard/zoo/team/").status_code == 200

    assert client.get("/dashboard/").url == "/dashboard/zoo/"
    assert other.merchant.name in client.get("/dashboard/zoo/team/").content.decode()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Linux"),
        ("curl/8", "A device we do not know"),
        ("", "A device we do not know"),
    ],
)  # fmt: skip
def test_devices_in_words(agent, words):
    assert devices.in_words(agent) == words
