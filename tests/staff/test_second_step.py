"""The second step: set up, asked for, used once, required, and never walked around."""

import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from merchants.models import Merchant, User
from postpurchase.staff.accounts import limits
from tests.factories import UserFactory
from tests.staff.doors import code_of, give_second_step, log_in, shown_code
from tests.test_attack import ADDRESSES

pytestmark = pytest.mark.django_db

CODE, ON, OFF = "/account/login/code/", "/account/second-step/on/", "/account/second-step/off/"


def key_on(page):
    return re.search(r'class="code">([A-Z2-7]+)<', page).group(1)


def is_in(client):
    return "_auth_user_id" in client.session


def test_it_is_set_up_with_an_app_and_shows_its_codes_once(
    client, ana, worker, django_capture_on_commit_callbacks
):
    log_in(client, ana)
    secret = key_on(client.get(ON).content.decode())

    assert "The code is wrong" in client.post(ON, {"code": "000000"}).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(ON, {"code": shown_code(secret)})

    page = client.get(answer["Location"]).content.decode()
    assert len(re.findall(r"\d{4} \d{4}</li>", page)) == 10
    assert "They were shown once" in client.get(answer["Location"]).content.decode()
    assert secret not in Authenticator.objects.get(type="totp").data["secret"]
    assert mail.outbox[-1].subject == "Your second step is on"


def test_the_second_of_two_clicks_shows_that_it_is_on(client, ana):
    log_in(client, ana)
    secret = key_on(client.get(ON).content.decode())
    for _ in range(2):
        answer = client.post(ON, {"code": shown_code(secret)})

    assert answer["Location"] == "/account/second-step/"
    assert "Show them once" in client.get(answer["Location"]).content.decode()


def test_a_password_alone_does_not_let_in(client, ana):
    give_second_step(ana)

    answer = log_in(client, ana)

    assert answer["Location"] == CODE
    for path in ("/admin/", "/dashboard/fern/", "/account/"):
        assert client.get(path).status_code == 302
    assert client.get("/admin/login/")["Location"].startswith("/account/login/")
    assert not is_in(client)
    assert client.post(CODE, {"code": code_of(ana)})["Location"] == "/dashboard/"
    assert is_in(client)


def test_the_desk_is_reached_after_both_steps(client, ana):
    give_second_step(ana)
    wanted = "/admin/orders/order/"

    client.post(
        "/account/login/",
        {"login": ana.email, "password": "correct horse battery staple", "next": wanted},
    )

    assert client.post(CODE, {"code": code_of(ana)})["Location"] == wanted


def test_a_code_is_good_once_also_while_the_cache_is_away(client, ana, settings):
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    }
    give_second_step(ana)
    code = code_of(ana)
    outcomes = []
    for _ in range(2):
        log_in(client, ana)
        client.post(CODE, {"code": code})
        outcomes.append(is_in(client))
        client.logout()

    assert outcomes == [True, False]


def test_an_older_code_works_no_more_after_a_newer_one(client, ana):
    give_second_step(ana)
    outcomes = []
    for periods in (0, -1, 1):
        log_in(client, ana)
        client.post(CODE, {"code": code_of(ana, periods=periods)})
        outcomes.append(is_in(client))
        client.logout()

    assert outcomes == [True, False, True]


def test_a_recovery_code_is_good_once(client, ana):
    codes = give_second_step(ana)
    outcomes = []
    for _ in range(2):
        log_in(client, ana)
        client.post(CODE, {"code": f"{codes[3][:4]} {codes[3][4:]}"})
        outcomes.append(is_in(client))
        client.logout()

    assert outcomes == [True, False]


def test_codes_cannot_be_tried_without_end(client, ana, monkeypatch):
    monkeypatch.setattr(limits, "CODES_PER_PERSON", 3)
    give_second_step(ana)
    log_in(client, ana)
    for _ in range(3):
        client.post(CODE, {"code": "000000"})

    refused = client.post(CODE, {"code": code_of(ana)})

    assert "There were many tries. Try again in" in refused.content.decode()
    assert not is_in(client)
    ana.refresh_from_db()
    assert ana.refused_at is not None


@pytest.mark.parametrize(
    "data", [{}, {"code": "\0"}, {"code": "١٢٣٤٥٦"}, {"code": "9" * 5000}, {"credential": "{}"}]
)
def test_odd_codes_are_answered(client, ana, data):
    give_second_step(ana)
    log_in(client, ana)

    assert client.post(CODE, data).status_code == 200


def test_switching_off_asks_for_the_password_again_after_a_while(client, ana):
    give_second_step(ana)
    log_in(client, ana)
    client.post(CODE, {"code": code_of(ana)})
    assert client.get(OFF).status_code == 200

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        answer = client.post(OFF)
        assert answer["Location"].startswith("/account/again/?next=")
        assert Authenticator.objects.count() == 2
        assert (
            "The password is wrong"
            in client.post(answer["Location"], {"password": "x"}).content.decode()
        )
        again = client.post(answer["Location"], {"password": "correct horse battery staple"})

    assert again["Location"] == "/account/second-step/"
    assert Authenticator.objects.count() == 0


def test_new_recovery_codes_end_the_old_ones(
    client, ana, worker, django_capture_on_commit_callbacks
):
    old = give_second_step(ana)
    log_in(client, ana)
    client.post(CODE, {"code": code_of(ana)})

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/account/second-step/codes/new/")

    assert old[0][:4] not in client.get(answer["Location"]).content.decode()
    assert mail.outbox[-1].subject == "You have new recovery codes"


def test_who_lost_phone_and_codes_is_let_in_by_a_command(client, ana):
    give_second_step(ana)

    with pytest.raises(CommandError, match="Nobody has this address"):
        call_command("switch_off_second_step", "bo@staff.example")
    call_command("switch_off_second_step", "Ana@staff.example", stdout=StringIO())

    assert log_in(client, ana).url == "/dashboard/"


def test_keys_and_sessions_are_no_tables_of_the_desk():
    ours = {model._meta.app_label for model in admin.site._registry}

    assert ours & {"account", "mfa", "usersessions"} == set()


class TestRequired:
    """A shop asks for it of everybody."""

    @pytest.fixture(autouse=True)
    def required(self, shop):
        Merchant.objects.filter(pk=shop.pk).update(requires_mfa=True)

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_no_page_of_desk_or_dashboard_opens_before_it(self, client, ana, method):
        client.force_login(ana)
        paths = [
            "/admin/",
            "/admin/merchants/merchant/",
            "/admin/jsi18n/",
            "/admin/password_change/",
        ]
        paths += [
            reverse(f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist")
            for m in admin.site._registry
        ]
        for name, route in ADDRESSES:
            if name.startswith("dashboard:"):
                paths.append(reverse(name, kwargs=_arguments(route)))
        answers = {path: getattr(client, method)(path) for path in paths}

        assert {path for path, answer in answers.items() if answer.get("Location") != ON} == set()

    def test_setting_it_up_and_logging_out_stay_possible(self, client, ana):
        log_in(client, ana)

        page = client.get(ON).content.decode()
        assert "Your shop asks everybody for a second step" in page
        answer = client.post(ON, {"code": shown_code(key_on(page))})
        assert answer["Location"] == "/account/second-step/codes/"
        assert client.get("/dashboard/fern/").status_code == 200
        assert client.post("/account/logout/").status_code == 302

    @pytest.mark.parametrize(
        "path", ["/account/", "/account/password/", "/account/devices/", "/account/second-step/"]
    )
    def test_ones_account_stays_open(self, client, ana, path):
        client.force_login(ana)

        assert client.get(path).status_code == 200

    def test_the_admins_log_out_stays_possible(self, client, ana):
        client.force_login(ana)

        assert client.post("/admin/logout/")["Location"] == "/account/login/"

    def test_superusers_are_asked_too(self, client):
        client.force_login(User.objects.create_superuser("root@staff.example"))

        assert client.get("/admin/")["Location"] == ON

    def test_people_of_other_shops_are_not(self, client):
        client.force_login(UserFactory())

        assert client.get("/dashboard/").status_code == 403

    def test_it_cannot_be_switched_off(self, client, ana):
        give_second_step(ana)
        log_in(client, ana)
        client.post(CODE, {"code": code_of(ana)})

        page = client.post(OFF).content.decode()

        assert "asks for a second step, so it stays on" in page
        assert Authenticator.objects.count() == 2

    def test_htmx_is_led_there_as_a_whole_page(self, client, ana):
        client.force_login(ana)

        answer = client.get("/dashboard/fern/", headers={"HX-Request": "true"})

        assert (answer.status_code, answer["HX-Redirect"]) == (200, ON)


def _arguments(route):
    """Fill an address with anything: the gate stands before it is read."""
    known = {"public_id": "00000000-0000-4000-8000-000000000000", "slug": "fern"}
    kinds = re.findall(r"<(?:(\w+):)?(\w+)>", route)
    anything = {"uuid": known["public_id"], "int": 1, "slug": "x", "str": "x", "": "x", "path": "x"}
    return {name: known.get(name, anything.get(kind, "x")) for kind, name in kinds}
