"""The team's page: who may do what to whom, what is written down, and that an owner always stays."""

import threading

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from merchants.actions.people import Actor, LastOwner, change_role, remove
from merchants.models import Invitation, Membership, Merchant, SettingChange, User
from merchants.statuses import Role
from tests.factories import InvitationFactory, MembershipFactory, MerchantFactory, UserFactory
from tests.staff.doors import give_second_step, log_in

pytestmark = pytest.mark.django_db

TEAM = "/dashboard/fern/team/"
ROLES = [Role.OWNER, Role.MANAGER, Role.AGENT, Role.READER]


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def shop():
    return MerchantFactory(slug="fern", name="Alma & Fern")


def member_of(shop, role, **user):
    return MembershipFactory(
        merchant=shop, role=role, **{f"user__{key}": value for key, value in user.items()}
    )


@pytest.fixture
def owner(client, shop):
    member = member_of(shop, Role.OWNER, name="Ana", email="ana@staff.example")
    log_in(client, member.user)
    return member


def changes():
    return [
        (row.page, row.kind, row.title, row.fields) for row in SettingChange.every.order_by("pk")
    ]


def test_everybody_sees_the_team_and_readers_see_no_buttons(client, shop, owner):
    member_of(shop, Role.READER, name="Rea")
    InvitationFactory(merchant=shop, email="bo@staff.example")
    mine = client.get(TEAM).content.decode()
    client.force_login(User.objects.get(name="Rea"))
    theirs = client.get(TEAM).content.decode()

    for page in (mine, theirs):
        assert "Ana" in page
        assert "bo@staff.example" in page
    assert "Invite somebody" in mine
    for act in ("Invite somebody", "Send again", "Take back", "Ask it of everybody", ">Change<"):
        assert act not in theirs


def test_second_step_last_seen_and_lock_out_are_shown(client, shop, owner):
    give_second_step(owner.user)
    User.objects.filter(pk=member_of(shop, Role.AGENT, name="Bo").user_id).update(
        refused_at=timezone.now()
    )

    page = client.get(TEAM).content.decode()

    assert page.count("Log-in refused") == 1
    assert "Never" in page
    member = Membership.every.get(user__name="Bo")
    assert "too many wrong tries" in client.get(f"{TEAM}{member.public_id}/").content.decode()


@pytest.mark.parametrize("rows", [1, 6])
def test_the_team_asks_few_questions(client, shop, owner, rows, django_assert_max_num_queries):
    for _ in range(rows):
        member_of(shop, Role.AGENT)
        InvitationFactory(merchant=shop, invited_by=owner.user)
    client.get(TEAM)

    with django_assert_max_num_queries(8):
        client.get(TEAM)


def test_a_role_is_changed_and_written_down(client, shop, owner):
    bo = member_of(shop, Role.AGENT, name="Bo")

    for _ in range(2):
        assert client.post(f"{TEAM}{bo.public_id}/", {"role": "manager"}).url == TEAM

    bo.refresh_from_db()
    assert bo.role == "manager"
    assert changes() == [("team", "changed", "Bo", {"role": ["agent", "manager"]})]


def test_naming_an_owner_asks_for_the_password_and_then_does_it(client, shop, owner):
    bo = member_of(shop, Role.AGENT, name="Bo")
    late = Client()
    late.force_login(owner.user)  # logged in, but not within the last quarter of an hour

    answer = late.post(f"{TEAM}{bo.public_id}/", {"role": "owner"})
    assert answer.url == f"/account/again/?next={TEAM.replace('/', '%2F')}{bo.public_id}%2F"
    assert Membership.every.get(pk=bo.pk).role == "agent"
    assert late.post(answer.url, {"password": "correct horse battery staple"}).url == TEAM

    assert Membership.every.get(pk=bo.pk).role == "owner"


def test_removing_ends_sessions_and_the_desk_of_who_belongs_nowhere(client, shop, owner):
    bo, cy = member_of(shop, Role.AGENT, name="Bo"), member_of(shop, Role.AGENT, name="Cy")
    MembershipFactory(user=cy.user, role=Role.READER)
    sessions = {}
    for each in (bo, cy):
        sessions[each.user.name] = Client()
        log_in(sessions[each.user.name], each.user)
        for _ in range(2):
            assert client.post(f"{TEAM}{each.public_id}/remove/").url == TEAM

    assert sessions["Bo"].get("/account/").status_code == 302
    assert sessions["Cy"].get("/account/").status_code == 200
    assert sessions["Cy"].get(TEAM).status_code == 404
    assert [User.objects.get(name=name).is_staff for name in ("Bo", "Cy")] == [False, True]
    assert changes()[0] == ("team", "removed", "Bo", {"role": ["agent", ""]})


@pytest.mark.parametrize("act", ["role", "remove", "leave"])
def test_the_last_owner_stays(client, shop, owner, act):
    member_of(shop, Role.MANAGER)
    member_of(shop, Role.OWNER, is_active=False)

    if act == "role":
        page = client.post(f"{TEAM}{owner.public_id}/", {"role": "reader"}).content.decode()
    elif act == "remove":
        page = client.post(f"{TEAM}{owner.public_id}/remove/", follow=True).content.decode()
    else:
        page = client.post(f"{TEAM}leave/", follow=True).content.decode()

    assert "A shop needs an owner." in page
    owner.refresh_from_db()
    assert owner.role == "owner"
    assert changes() == []


@pytest.mark.parametrize("role", ROLES[1:])
def test_anybody_may_leave(client, shop, owner, role):
    bo = member_of(shop, role)
    client.force_login(bo.user)

    assert client.post(f"{TEAM}leave/").url == "/dashboard/"

    assert not Membership.every.filter(pk=bo.pk).exists()
    assert client.get(TEAM).status_code in {302, 404}


def test_invitations_are_sent_again_and_taken_back(client, shop, owner):
    for _ in range(2):
        assert (
            client.post(f"{TEAM}invite/", {"email": "bo@staff.example", "role": "reader"}).url
            == TEAM
        )
    row = Invitation.every.get()
    Invitation.every.update(expires_at=timezone.now())
    assert "Ran out" in client.get(TEAM).content.decode()

    assert client.post(f"{TEAM}invitations/{row.public_id}/again/").url == TEAM
    assert Invitation.every.get().is_open(now=timezone.now())
    for _ in range(2):
        assert client.post(f"{TEAM}invitations/{row.public_id}/back/").url == TEAM
    assert Invitation.every.get().revoked_at is not None
    assert [change[:3] for change in changes()] == [
        ("team", "added", "bo@staff.example"), ("team", "removed", "bo@staff.example")
    ]  # fmt: skip
    assert "Open invitations" not in client.get(TEAM).content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"email": "", "role": "agent"}, "Enter an e-mail address"),
        ({"email": "bo", "role": "agent"}, "Enter an e-mail address such as"),
        ({"email": "bo@staff.example"}, "Choose a role"),
        ({"email": "bo@staff.example", "role": "king"}, "Choose a role that you may give"),
        ({"email": "Ana@Staff.example", "role": "agent"}, "This person is in your team already."),
        ({"email": "bo\0@staff.example", "role": "\0"}, "There is a problem"),
    ],
)
def test_what_does_not_fit_is_told(client, shop, owner, data, said):
    assert said in client.post(f"{TEAM}invite/", data).content.decode()
    assert not Invitation.every.exists()


def test_everybody_is_asked_for_a_second_step_by_an_owner_who_has_one(client, shop, owner):
    page = client.post(f"{TEAM}second-step/on/", follow=True).content.decode()
    assert "Switch on a second step for yourself first." in page
    give_second_step(owner.user)

    client.post(f"{TEAM}second-step/on/")
    assert Merchant.objects.get(pk=shop.pk).requires_mfa
    client.post(f"{TEAM}second-step/off/")

    assert not Merchant.objects.get(pk=shop.pk).requires_mfa
    assert [(page, fields) for page, _, _, fields in changes()] == [
        ("security", {"requires_mfa": [False, True]}), ("security", {"requires_mfa": [True, False]})
    ]  # fmt: skip


@pytest.mark.parametrize("way", ["on", "off"])
def test_asking_for_it_takes_the_password(shop, owner, way):
    late = Client()
    late.force_login(owner.user)

    assert late.post(f"{TEAM}second-step/{way}/").url.startswith("/account/again/")


def acts(shop):
    """Every POST of the team, on rows of each role."""
    rows = {role: member_of(shop, role) for role in ROLES}
    asked = {role: InvitationFactory(merchant=shop, role=role) for role in ROLES}
    for role in ROLES:
        yield (
            role,
            f"{TEAM}{rows[role].public_id}/",
            {"role": "reader" if role != Role.READER else "agent"},
        )
        yield Role.OWNER, f"{TEAM}{rows[role].public_id}/", {"role": "owner"}
        yield role, f"{TEAM}{rows[role].public_id}/remove/", {}
        yield role, f"{TEAM}invitations/{asked[role].public_id}/again/", {}
        yield role, f"{TEAM}invitations/{asked[role].public_id}/back/", {}
        yield role, f"{TEAM}invite/", {"email": "new@staff.example", "role": role}
    yield Role.OWNER, f"{TEAM}second-step/on/", {}
    yield Role.OWNER, f"{TEAM}second-step/off/", {}


def state():
    return (
        sorted(Membership.every.values_list("pk", "role")),
        sorted(Invitation.every.values_list("pk", "role", "expires_at", "revoked_at")),
        list(Merchant.objects.values_list("pk", "requires_mfa").order_by("pk")),
    )


@pytest.mark.parametrize("who", [Role.MANAGER, Role.AGENT, Role.READER, "stranger", "nobody"])
def test_nobody_does_to_others_what_their_role_does_not_include(client, shop, who):
    if who == "stranger":
        client.force_login(MembershipFactory(role=Role.OWNER).user)
    elif who != "nobody":
        client.force_login(member_of(shop, who).user)
    refused = list(acts(shop))
    if who == Role.MANAGER:
        refused = [each for each in refused if each[0] in {Role.OWNER, Role.MANAGER}]
    before = state()

    answers = [client.post(path, data).status_code for _, path, data in refused]

    assert state() == before
    assert max(answers) < 500
    assert who == Role.MANAGER or set(answers) <= {302, 403, 404}


def test_a_managers_own_acts_work(client, shop):
    client.force_login(member_of(shop, Role.MANAGER).user)
    bo = member_of(shop, Role.AGENT)

    assert client.post(f"{TEAM}{bo.public_id}/", {"role": "reader"}).url == TEAM
    assert client.post(f"{TEAM}{bo.public_id}/remove/").url == TEAM
    assert (
        client.post(f"{TEAM}invite/", {"email": "new@staff.example", "role": "agent"}).url == TEAM
    )


def test_rows_of_other_shops_are_not_there(client, shop, owner):
    foreign, asked = MembershipFactory(role=Role.AGENT), InvitationFactory()

    assert client.get(f"{TEAM}{foreign.public_id}/").status_code == 404
    client.post(f"{TEAM}{foreign.public_id}/remove/")
    assert client.post(f"{TEAM}invitations/{asked.public_id}/back/").status_code == 404
    assert Membership.every.filter(pk=foreign.pk).exists()


def test_superusers_act_as_owners(client, shop):
    bo = member_of(shop, Role.AGENT)
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    page = client.get(TEAM).content.decode()
    assert "Leave this shop" not in page
    assert client.post(f"{TEAM}{bo.public_id}/", {"role": "manager"}).url == TEAM


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "act", [remove, lambda actor, member, now: change_role(actor, member, role=Role.AGENT, now=now)]
)
def test_of_two_owners_who_oust_each_other_at_once_one_stays(shop, act):
    owners = [member_of(shop, Role.OWNER) for _ in range(2)]
    start, outcomes = threading.Barrier(2), []

    def oust(own, other):
        try:
            start.wait(5)
            act(Actor(own.user, shop, Role.OWNER), other, now=timezone.now())
            outcomes.append("done")
        except LastOwner:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=oust, args=pair) for pair in (owners, owners[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(outcomes) == ["done", "refused"]
    assert Membership.every.filter(role=Role.OWNER).count() == 1


@pytest.mark.django_db(transaction=True)
def test_members_of_before_get_different_names_in_addresses():
    from django.db.migrations.executor import MigrationExecutor

    merchant = MerchantFactory()
    members = [MembershipFactory(merchant=merchant) for _ in range(3)]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE merchants_membership DROP COLUMN public_id")
    executor = MigrationExecutor(connection)
    state_before = executor.loader.project_state([("merchants", "0002_dashboard_and_audit")])
    operation = executor.loader.get_migration("merchants", "0003_people_at_work").operations[0]
    state_after = state_before.clone()
    operation.state_forwards("merchants", state_after)
    with connection.schema_editor() as editor:
        operation.database_forwards("merchants", editor, state_before, state_after)

    assert len(set(Membership.every.values_list("public_id", flat=True))) == len(members)
