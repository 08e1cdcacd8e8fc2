"""Logging in and out: one door for desk and dashboard, the same answer for everybody outside."""

import re

import pytest
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse

from merchants.models import User
from merchants.statuses import Role
from postpurchase.staff.accounts import limits
from tests.factories import PASSWORD, MembershipFactory, MerchantFactory, UserFactory

pytestmark = pytest.mark.django_db

LOG_IN = "/account/login/"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def ana():
    member = MembershipFactory(role=Role.OWNER, merchant=MerchantFactory(slug="fern"))
    member.user.email = "ana@staff.example"
    member.user.save()
    return member.user


def log_in(client, *, email="ana@staff.example", password=PASSWORD, to=LOG_IN, **extra):
    return client.post(to, {"login": email, "password": password}, **extra)


def test_password_opens_the_shop(client, ana):
    answer = log_in(client, email=" Ana@STAFF.example ")

    assert (answer.status_code, answer["Location"]) == (302, "/dashboard/")
    assert client.get("/dashboard/")["Location"] == "/dashboard/fern/"


def test_wrong_password_and_unknown_address_get_the_same_answer(client, ana):
    answers = [
        re.sub('value="[^"]+"', "", log_in(client, email=email, password="wrong").content.decode())
        for email in ("ana@staff.example", "bob@staff.example")
    ]

    assert "The e-mail address or the password is wrong" in answers[0]
    assert answers[0] == answers[1]


def test_unknown_address_costs_as_many_hashes(client, ana, monkeypatch):
    from django.contrib.auth.hashers import Argon2PasswordHasher

    hashed = []
    encode, verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify
    monkeypatch.setattr(
        Argon2PasswordHasher, "encode", lambda *a, **k: hashed.append("x") or encode(*a, **k)
    )
    monkeypatch.setattr(
        Argon2PasswordHasher, "verify", lambda *a, **k: hashed.append("x") or verify(*a, **k)
    )
    counts = []
    for email in ("ana@staff.example", "bob@staff.example"):
        hashed.clear()
        log_in(client, email=email, password="wrong")
        counts.append(len(hashed))

    assert counts == [1, 1]


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/admin/orders/order/?q=1", "/admin/orders/order/?q=1"),
        ("/dashboard/fern/team/", "/dashboard/fern/team/"),
        ("https://evil.example/", "/dashboard/"),
        ("//evil.example/", "/dashboard/"),
        ("javascript:alert(1)", "/dashboard/"),
    ],
)
def test_next_leads_to_our_own_pages_only(client, ana, wanted, reached):
    answer = client.post(LOG_IN, {"login": ana.email, "password": PASSWORD, "next": wanted})

    assert answer["Location"] == reached


@pytest.mark.parametrize(
    "path", ["/admin/login/?next=/admin/orders/order/", "/admin/orders/order/"]
)
def test_the_desk_has_no_door_of_its_own(client, ana, path):
    answer = client.get(path, follow=True)

    assert answer.redirect_chain[-1][0] == f"{LOG_IN}?next=/admin/orders/order/"
    assert (
        client.post("/admin/login/", {"username": ana.email, "password": PASSWORD}).status_code
        == 302
    )
    assert "_auth_user_id" not in client.session


def test_somebody_without_a_shop_is_told_so(client):
    client.force_login(UserFactory())

    answer = client.get("/admin/orders/order/", follow=True)

    assert answer.status_code == 403
    assert "You belong to no shop yet" in answer.content.decode()


def test_admin_pages_about_passwords_lead_to_ours(client, ana):
    client.force_login(ana)

    assert client.get("/admin/password_change/")["Location"] == "/account/password/"
    assert client.post("/admin/logout/")["Location"] == LOG_IN
    assert "_auth_user_id" not in client.session


def test_logging_out_takes_a_click(client, ana):
    client.force_login(ana)

    assert client.get("/account/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/account/logout/")["Location"] == LOG_IN
    assert "_auth_user_id" not in client.session


def test_somebody_switched_off_stays_out(client, ana):
    User.objects.update(is_active=False)

    assert log_in(client).status_code == 403
    assert "_auth_user_id" not in client.session


def test_one_network_is_locked_out_and_told_until_when(client, ana, monkeypatch):
    monkeypatch.setattr(limits, "LOGINS_PER_NETWORK", 3)
    for number in range(3):
        assert log_in(client, email=f"x{number}@staff.example").status_code == 200

    refused = log_in(client)

    assert refused.status_code == 429
    assert "There were many tries. Try again in" in refused.content.decode()
    assert log_in(client, REMOTE_ADDR="10.0.0.9").status_code == 302


@pytest.mark.parametrize("email", ["Ana@STAFF.example ", "nobody@staff.example"])
def test_one_person_is_locked_out_from_everywhere(client, ana, monkeypatch, email):
    monkeypatch.setattr(limits, "LOGINS_PER_PERSON", 3)
    for place in range(3):
        log_in(client, email=email, password="wrong", REMOTE_ADDR=f"10.0.{place}.1")

    refused = log_in(client, email=email, REMOTE_ADDR="10.0.9.1")

    assert refused.status_code == 429
    ana.refresh_from_db()
    assert (ana.refused_at is not None) == email.startswith("Ana")


def test_without_a_cache_people_still_get_in_and_guessing_still_ends(
    client, ana, settings, monkeypatch
):
    from postpurchase.lib import throttle

    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    }
    monkeypatch.setattr(throttle, "_local", throttle._LocalCounts())
    monkeypatch.setattr(limits, "LOGINS_PER_PERSON", 3)

    assert log_in(client).status_code == 302
    client.logout()
    answers = [log_in(client, password="wrong").status_code for _ in range(3)]
    assert answers == [200, 200, 429]


@pytest.mark.parametrize(
    "data",
    [
        {"login": "\0@x.example", "password": "\0"},
        {"login": "ana@staff.example", "password": "x" * 5_000},
        {"login": "ana@" + "x" * 5_000, "password": "x"},
        {"login": "ana@staff.example\r\nBcc: x@y.z", "password": "\ud800".encode("utf-8", "surrogatepass")},
        {"next": "\0", "login": "a", "password": "b"},
        {},
    ],
)  # fmt: skip
def test_odd_words_are_answered(client, ana, data):
    assert client.post(LOG_IN, data).status_code == 200


def test_a_megabyte_is_refused(client):
    assert log_in(client, password="x" * 1_000_000).status_code == 400


@pytest.mark.parametrize(
    "name",
    ["account_signup", "account_email", "account_confirm_email", "account_set_password",
     "account_confirm_login_code", "mfa_list_webauthn", "mfa_trust", "mfa_download_recovery_codes"],
)  # fmt: skip
def test_what_we_do_not_use_does_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "path", [LOG_IN, "/account/password/reset/", "/account/", "/account/devices/"]
)
def test_account_pages_stay_out_of_caches(client, ana, path):
    if path in ("/account/", "/account/devices/"):
        client.force_login(ana)

    assert {"private", "no-store"} <= set(client.get(path)["Cache-Control"].split(", "))
