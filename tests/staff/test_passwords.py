"""A new password: by mail for who forgot it, by the present one for who has it."""

import re

import pytest
from django.core import mail
from django.test import Client

from merchants.models import User
from postpurchase.staff.accounts import limits
from tests.factories import PASSWORD, UserFactory
from tests.smtp_sink import Sink
from tests.staff.doors import give_second_step, log_in

pytestmark = pytest.mark.django_db

RESET = "/account/password/reset/"
NEW = "maple syrup on toast"


def link_in(text):
    return re.search(r"http://[^/]+(/account/password/new/\S+)", text).group(1)


def ask(client, email="ana@staff.example", **extra):
    return client.post(RESET, {"email": email}, **extra)


def test_a_forgotten_password_is_set_by_mail(client, ana, worker):
    elsewhere = Client()
    log_in(elsewhere, ana)
    mail.outbox.clear()

    assert ask(client, " Ana@STAFF.example ").url == "/account/password/reset/sent/"
    letter = mail.outbox[0]
    assert (letter.to, letter.subject) == (["ana@staff.example"], "Set a new password")
    page = client.get(link_in(letter.body), follow=True)
    path = page.redirect_chain[-1][0]
    assert path.endswith("/set-password/")
    assert "too short" in client.post(path, {"password1": "short"}).content.decode()
    client.post(path, {"password1": NEW})

    assert log_in(client, ana).status_code == 200
    assert log_in(client, ana, password=NEW).status_code == 302
    assert mail.outbox[1].subject == "Your password was changed"
    assert elsewhere.get("/account/").status_code == 302
    again = Client().get(link_in(letter.body))
    assert "This link cannot be used any more" in again.content.decode()


def test_it_goes_through_a_real_mail_server(client, ana, worker, settings):
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        ask(client)
        arrived = sink.mails[0].parsed

    assert arrived["To"] == "ana@staff.example"
    assert [part.get_content_type() for part in arrived.iter_parts()] == ["text/plain", "text/html"]
    assert link_in(arrived.get_body(("plain",)).get_content()).startswith("/account/password/new/")


def test_a_mail_server_in_trouble_breaks_no_page(client, ana, worker, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert ask(client).status_code == 302


@pytest.mark.parametrize("email", ["nobody@staff.example", "off@staff.example"])
def test_unknown_people_get_the_same_answer_and_no_mail(client, ana, worker, email):
    UserFactory(email="off@staff.example", is_active=False)

    assert ask(client, email).url == ask(client).url
    assert [letter.to for letter in mail.outbox] == [["ana@staff.example"]]


def test_mails_cannot_be_asked_for_without_end(client, ana, worker, monkeypatch):
    monkeypatch.setattr(limits, "RESETS_PER_PERSON", 2)
    for place in range(2):
        ask(client, REMOTE_ADDR=f"10.0.{place}.1")

    refused = ask(client, REMOTE_ADDR="10.0.9.1")

    assert "There were many tries. Try again in" in refused.content.decode()
    assert len(mail.outbox) == 2


def test_a_new_password_is_not_a_second_step(client, ana, worker):
    give_second_step(ana)
    ask(client)
    path = client.get(link_in(mail.outbox[0].body)).url

    client.post(path, {"password1": NEW})

    assert "_auth_user_id" not in client.session
    assert log_in(client, ana, password=NEW).url == "/account/login/code/"


@pytest.mark.parametrize(
    "path", ["/account/password/new/1/x-y/", "/account/password/new/zzzzzzzzzzzzzzzzzz/a/"]
)
def test_links_that_we_did_not_make_open_nothing(client, path):
    answer = client.get(path)

    assert answer.status_code == 200
    assert "This link cannot be used any more" in answer.content.decode()


def test_a_change_takes_the_present_password_and_ends_other_sessions(client, ana, worker):
    elsewhere = Client()
    for each in (client, elsewhere):
        log_in(each, ana)
    mail.outbox.clear()

    wrong = client.post("/account/password/", {"oldpassword": "x", "password1": NEW})
    assert "This is not your present password" in wrong.content.decode()
    assert (
        client.post("/account/password/", {"oldpassword": PASSWORD, "password1": NEW}).url
        == "/account/"
    )

    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert User.objects.get(pk=ana.pk).check_password(NEW)
    assert [letter.subject for letter in mail.outbox] == ["Your password was changed"]


def test_the_present_password_cannot_be_guessed_without_end(client, ana, monkeypatch):
    monkeypatch.setattr(limits, "LOGINS_PER_PERSON", 2)
    client.force_login(ana)
    for _ in range(2):
        client.post("/account/password/", {"oldpassword": "x", "password1": NEW})

    refused = client.post("/account/password/", {"oldpassword": PASSWORD, "password1": NEW})

    assert "There were many tries" in refused.content.decode()


def test_somebody_without_a_password_gets_one_by_mail(client):
    user = UserFactory()
    user.set_unusable_password()
    user.save()
    client.force_login(user)

    assert client.get("/account/password/").url == RESET
