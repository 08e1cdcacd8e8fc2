"""An invitation's life: mailed, opened by each kind of person, used once, renewed, taken back."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from merchants.actions.people import Actor, invite, renew, take_back
from merchants.models import Invitation, Membership, SettingChange, User
from merchants.statuses import Role
from postpurchase.staff.accounts.mails import invitation_path
from tests.factories import PASSWORD, InvitationFactory, MembershipFactory, UserFactory
from tests.staff.doors import give_second_step, log_in

pytestmark = pytest.mark.django_db

NEW = {"name": "Bo Berg", "password1": "maple syrup on toast"}
GONE = "This invitation cannot be used any more"


@pytest.fixture
def owner(ana, shop):
    return Actor(ana, shop, Role.OWNER)


@pytest.fixture
def invitation(owner):
    return invite(owner, email="Bo@staff.example", role=Role.AGENT, now=timezone.now())


@pytest.fixture
def path(invitation):
    return invitation_path(invitation)


def test_the_mail_opens_it_and_somebody_new_joins(client, ana, shop, worker):
    log_in(client, ana)
    mail.outbox.clear()
    client.post("/dashboard/fern/team/invite/", {"email": "Bo@staff.example", "role": "agent"})
    letter = mail.outbox[0]
    assert (letter.to, letter.subject) == (
        ["bo@staff.example"],
        "Invitation to work for Alma & Fern",
    )
    assert letter.from_email.startswith("Alma & Fern") or "Alma" in letter.from_email
    assert "Ana invites you to work for Alma & Fern." in letter.body
    path = re.search(r"http://[^/]+(/account/invitation/\S+)", letter.body).group(1)

    guest = Client()
    assert "Your role" in guest.get(path).content.decode()
    assert "too short" in guest.post(path, {"name": "Bo", "password1": "short"}).content.decode()
    assert guest.post(path, NEW).url == "/dashboard/fern/"

    bo = User.objects.get(email="bo@staff.example")
    member = Membership.every.get(user=bo)
    assert (bo.name, bo.is_staff, member.role, member.merchant) == ("Bo Berg", True, "agent", shop)
    assert guest.get("/dashboard/fern/team/").status_code == 200
    assert [
        (row.page, row.kind, row.title, row.by_name, row.fields)
        for row in SettingChange.every.order_by("pk")
    ] == [
        ("team", "added", "bo@staff.example", "Ana", {"role": ["", "agent"]}),
        ("team", "added", "Bo Berg", "Bo Berg", {"role": ["", "agent"]}),
    ]


def test_two_clicks_join_once(client, path):
    for _ in range(2):
        assert client.post(path, NEW).url == "/dashboard/fern/"

    assert Membership.every.filter(user__email="bo@staff.example").count() == 1


def test_two_clicks_of_two_browsers_join_once(path):
    assert Client().post(path, NEW).url == "/dashboard/fern/"

    second = Client().post(path, NEW)

    assert second.status_code == 410
    assert GONE in second.content.decode()


def test_somebody_with_an_account_logs_in_and_accepts(client, path):
    bo = UserFactory(email="bo@staff.example")
    page = client.get(path).content.decode()
    assert f"/account/login/?next={quote(path)}" in page
    assert client.post(path, NEW).status_code == 200
    assert not Membership.every.filter(user=bo).exists()

    answer = client.post("/account/login/", {"login": bo.email, "password": PASSWORD, "next": path})
    assert answer.url == path
    assert "Accept the invitation" in client.get(path).content.decode()
    for _ in range(2):
        assert client.post(path).url == "/dashboard/fern/"

    bo.refresh_from_db()
    assert (bo.is_staff, bo.check_password(PASSWORD)) == (True, True)


def test_a_new_password_behind_an_invitation_is_no_second_step(client, path):
    bo = UserFactory(email="bo@staff.example")
    bo.set_unusable_password()
    bo.save()
    give_second_step(bo)

    assert client.post(path, NEW).url == "/account/login/code/"
    assert "_auth_user_id" not in client.session


def test_somebody_else_is_told_whose_it_is(client, ana, path):
    client.force_login(ana)

    page = client.get(path).content.decode()

    assert (
        "You are logged in as ana@staff.example. The invitation went to bo@staff.example." in page
    )
    assert client.post(path).status_code == 200
    assert client.post("/account/logout/", {"next": path}).url == path
    assert "Accept the invitation" in client.get(path).content.decode()


def test_taken_back_or_run_out_it_says_so(client, owner, invitation, path):
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert client.get(path).status_code == 410
        assert client.post(path, NEW).status_code == 410
    take_back(owner, invitation, now=timezone.now())

    assert GONE in client.get(path).content.decode()
    assert client.post(path, NEW).status_code == 410
    assert not User.objects.filter(email="bo@staff.example").exists()


def test_a_renewed_one_opens_by_its_new_link(client, owner, invitation, path):
    later = timezone.now() + timedelta(days=8)
    renewed = renew(owner, invitation, now=later)

    with time_machine.travel(later):
        assert client.get(path).status_code == 410
        assert client.get(invitation_path(renewed)).status_code == 200


def test_asking_again_changes_the_one_invitation(owner, invitation):
    again = invite(owner, email="bo@STAFF.example", role=Role.MANAGER, now=timezone.now())

    assert (again.pk, Invitation.every.get().role) == (invitation.pk, "manager")


def test_a_switched_off_account_stays_off(client, path):
    UserFactory(email="bo@staff.example", is_active=False)

    assert client.get(path).status_code == 410


@pytest.mark.parametrize("token", ["x", "A" * 56, "%00", "é"])
def test_other_tokens_open_nothing(client, token):
    assert client.get(f"/account/invitation/{token}/").status_code == 410


def test_links_of_other_purposes_open_nothing(client, invitation):
    from postpurchase.lib import links

    token = links.sign(
        purpose="order", subject=invitation.public_id, epoch=0, expires_at=invitation.expires_at
    )

    assert client.get(f"/account/invitation/{token}/").status_code == 410


def test_an_inactive_shop_takes_nobody(client, shop, path):
    type(shop).objects.update(is_active=False)

    assert client.get(path).status_code == 410


def test_hostile_names_are_words(client, owner, ana):
    ana.name = '<script>alert(1)</script> "\r\nBcc: x@y.z'
    ana.save()
    row = InvitationFactory(merchant=owner.merchant, invited_by=ana)

    page = client.get(invitation_path(row)).content.decode()

    assert "<script>alert" not in page
    from postpurchase.staff.accounts.mails import invitation_letter

    letter = invitation_letter(row, key="k")
    assert "<script>alert" not in letter.html
    assert "\nBcc" not in letter.text
    assert len(letter.html) < 60_000


def test_who_joined_otherwise_keeps_their_role(client, owner, invitation, path):
    bo = UserFactory(email="bo@staff.example")
    MembershipFactory(user=bo, merchant=owner.merchant, role=Role.MANAGER)
    client.force_login(bo)

    assert client.post(path).url == "/dashboard/fern/"
    assert Membership.every.get(user=bo).role == "manager"
