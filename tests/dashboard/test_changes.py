"""The audit of settings, taking changes back, and who looked at personal data."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from merchants.actions import Edit, save_settings
from merchants.actions.brands import publish_look
from merchants.actions.reverting import ChangedSince, NotRevertable, obstacle, revert
from merchants.actions.rules import add_version
from merchants.models import Brand, BrandVersion, Membership, Merchant, SettingChange
from merchants.statuses import ChangeKind, LookKind, Role, SettingsPage
from orders.models import OrderPolicy
from postpurchase.lib.crypto import keyed_digest
from postpurchase.lib.versions import in_force
from tests.factories import (
    BrandFactory,
    MembershipFactory,
    MessageFactory,
    OrderFactory,
    OrderPolicyFactory,
    PersonalDataLookFactory,
    SettingChangeFactory,
    StoreConnectionFactory,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = timedelta(hours=1)


@pytest.fixture
def owner(client):
    member = MembershipFactory(role=Role.OWNER)
    client.force_login(member.user)
    return member


def url(member, name="changes", *args):
    return reverse(f"dashboard:{name}", args=[member.merchant.slug, *args])


def text(response):
    return response.content.decode()


def rename(member, name, *, now=NOW):
    shop = Merchant.objects.get(pk=member.merchant.pk)
    shop.name = name
    return save_settings(shop, edit=Edit(member.user, SettingsPage.SHOP, "Shop details"), now=now)


def name_of(member):
    return Merchant.objects.get(pk=member.merchant.pk).name


# The list


def test_changes_are_told_by_field_from_and_to(client, owner):
    owner.merchant.name = "Before"
    owner.merchant.save()
    change = rename(owner, "After <b>")

    page = text(client.get(url(owner)))
    one = text(client.get(url(owner, "changes_one", change.public_id)))

    assert "Name: Before → After &lt;b&gt;" in page
    assert "Bring back what was before" in one
    assert "<b>" not in one


def test_values_are_words_not_codes(client, owner):
    change = SettingChangeFactory(
        merchant=owner.merchant, table="merchants.brand", page=SettingsPage.BRAND,
        fields={"tone": ["calm", "warm"], "shows_credit": [False, True], "nonsense": ["", "x"]},
    )  # fmt: skip

    page = text(client.get(url(owner, "changes_one", change.public_id)))

    for word in ("Tone", "Calm", "Warm", "No", "Yes", "Nonsense"):
        assert word in page


def test_filters_narrow_by_page_person_and_day(client, owner):
    other = MembershipFactory(merchant=owner.merchant)
    SettingChangeFactory(
        merchant=owner.merchant, by=owner.user, page=SettingsPage.SHOP, title="One", at=NOW
    )
    SettingChangeFactory(
        merchant=owner.merchant, by=other.user, page=SettingsPage.BRAND, title="Two",
        at=NOW - timedelta(days=9),
    )  # fmt: skip
    SettingChangeFactory(title="Foreign")
    name = keyed_digest(str(other.user.pk), purpose="name of a member of staff")[:12]

    def titles(query):
        return [row.change.title for row in client.get(f"{url(owner)}?{query}").context["rows"]]

    day = (NOW - timedelta(days=8)).date()
    assert titles("") == ["One", "Two"]
    assert titles("page=brand") == ["Two"]
    assert titles(f"person={name}") == ["Two"]
    assert titles(f"until={day}") == ["Two"]
    assert titles("page=brand&person=&since=2099-01-01") == []


@pytest.mark.parametrize("query", ["cursor=x", "page=%00", "person=%00", "since=%00&until=x"])
def test_bad_addresses_are_no_errors_of_ours(client, owner, query):
    assert client.get(f"{url(owner)}?{query}").status_code in (200, 404)
    assert client.get(f"{url(owner, 'changes_looks')}?{query}&order=%00").status_code in (200, 404)


@pytest.mark.parametrize("rows", [1, 9])
def test_queries_do_not_grow_with_the_rows(client, owner, rows, django_assert_max_num_queries):
    for _ in range(rows):
        SettingChangeFactory(merchant=owner.merchant)
        order = OrderFactory(merchant=owner.merchant)
        PersonalDataLookFactory(merchant=owner.merchant, table="orders.order", rows=[order.pk])

    with django_assert_max_num_queries(12):
        client.get(url(owner))
    with django_assert_max_num_queries(12):
        client.get(url(owner, "changes_looks"))


def test_pages_follow_one_another(client, owner):
    for _ in range(51):
        SettingChangeFactory(merchant=owner.merchant)

    first = client.get(url(owner))
    second = client.get(url(owner) + first.context["older_url"])

    assert [len(page.context["rows"]) for page in (first, second)] == [50, 1]
    assert "Newest" in text(second)


def test_a_change_of_another_shop_is_like_an_unknown_one(client, owner):
    other = SettingChangeFactory()

    for public_id in (other.public_id, uuid4()):
        assert client.get(url(owner, "changes_one", public_id)).status_code == 404
        assert client.post(url(owner, "changes_one", public_id)).status_code == 404


# Taking back


def test_taking_back_restores_the_value_and_is_a_change_of_its_own(client, owner):
    before = name_of(owner)
    change = rename(owner, "After")

    for _ in range(2):
        client.post(url(owner, "changes_one", change.public_id))

    back = SettingChange.every.get(reverts=change)
    assert name_of(owner) == before
    assert back.fields == {"name": ["After", before]}
    assert (back.by, back.page) == (owner.user, SettingsPage.SHOP)
    assert "took it back" in text(client.get(url(owner, "changes_one", change.public_id)))


def test_what_was_changed_since_stays_and_the_page_leads_there(client, owner):
    change = rename(owner, "First", now=NOW - HOUR)
    later = rename(owner, "Second")

    page = client.post(url(owner, "changes_one", change.public_id), follow=True)

    assert name_of(owner) == "Second"
    assert f"It was changed since by {owner.user}." in text(page)
    assert url(owner, "changes_one", later.public_id) in text(page)


def test_a_change_back_and_forth_can_be_taken_back_again(owner):
    original = name_of(owner)
    change = rename(owner, "After", now=NOW - HOUR)
    revert(change, by=owner.user, now=NOW)

    revert(SettingChange.every.get(reverts=change), by=owner.user, now=NOW + HOUR)

    assert (name_of(owner), original != "After") == ("After", True)


def test_a_look_is_taken_back_as_a_version_of_its_own(owner):
    BrandFactory(merchant=owner.merchant, colour="#111111")
    edit = Edit(owner.user, SettingsPage.BRAND, "Brand")
    publish_look(owner.merchant, {"colour": "#ffd400"}, edit=edit, now=NOW)
    change = SettingChange.every.get()

    revert(change, by=owner.user, now=NOW + HOUR)

    assert Brand.every.get().colour == "#111111"
    assert BrandVersion.every.filter(published_at=NOW + HOUR).get().colour == "#111111"


def test_a_rule_is_taken_back_by_a_new_version_from_now_on(owner):
    edit = Edit(owner.user, SettingsPage.POLICIES, "Changes by shoppers")
    OrderPolicyFactory(merchant=owner.merchant, cancel_minutes=60)
    fresh = OrderPolicy(merchant=owner.merchant, cancel_minutes=5, in_force_from=NOW - HOUR)
    add_version(fresh, edit=edit, now=NOW - HOUR)
    change = SettingChange.every.get()

    for _ in range(2):
        revert(change, by=owner.user, now=NOW)

    versions = OrderPolicy.every.order_by("in_force_from")
    assert [row.cancel_minutes for row in versions] == [60, 5, 60]
    assert in_force(versions, NOW - HOUR / 2).cancel_minutes == 5
    assert SettingChange.every.get(reverts=change).kind == ChangeKind.ADDED


def test_a_rule_that_has_not_begun_or_had_none_before_is_not_taken_back(owner):
    edit = Edit(owner.user, SettingsPage.POLICIES, "Changes by shoppers")
    OrderPolicyFactory(merchant=owner.merchant)
    to_come = OrderPolicy(merchant=owner.merchant, cancel_minutes=5, in_force_from=NOW + HOUR)
    add_version(to_come, edit=edit, now=NOW)
    change = SettingChange.every.get()

    assert "has not begun yet" in str(obstacle(change, now=NOW).reason)
    change.fields = {"cancel_minutes": ["", 5]}
    assert "no version before" in str(obstacle(change, now=NOW).reason)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"page": SettingsPage.TEAM}, "not brought back from here"),
        ({"page": SettingsPage.SECURITY}, "not brought back from here"),
        ({"kind": ChangeKind.ADDED}, "It was added."),
        ({"kind": ChangeKind.REMOVED}, "It was removed"),
        ({"table": "merchants.gone"}, "no longer there"),
        ({"table": "nonsense"}, "no longer there"),
        ({"row": 0}, "no longer there"),
        ({"fields": {"name": ["•••", "•••"]}}, "Secrets are not kept"),
        ({"fields": {"name": ["x" * 2000, "y"]}}, "too long"),
        ({"fields": {"gone": ["x", "y"]}}, "changed since"),
    ],
)
def test_what_cannot_be_taken_back_says_what_to_do(owner, values, reason):
    change = rename(owner, "After")
    SettingChange.every.filter(pk=change.pk).update(**values)
    change = SettingChange.every.get(pk=change.pk)

    with pytest.raises(NotRevertable) as refusal:
        revert(change, by=owner.user, now=NOW)

    assert reason in str(refusal.value.reason)
    assert name_of(owner) == "After"


def test_the_row_of_another_shop_is_never_touched(owner):
    change = rename(owner, "After")
    other = MembershipFactory()
    rename(other, "After")
    SettingChange.every.filter(pk=change.pk).update(row=other.merchant.pk)

    with pytest.raises(NotRevertable):
        revert(SettingChange.every.get(pk=change.pk), by=owner.user, now=NOW)

    assert name_of(other) == "After"


def test_a_secret_is_never_brought_back_with_a_name(owner):
    connection = StoreConnectionFactory(merchant=owner.merchant, name="Old")
    connection.name, connection.secret = "New", "another-secret"
    edit = Edit(owner.user, SettingsPage.CONNECTIONS, "Shopify")
    change = save_settings(connection, edit=edit, now=NOW)

    assert "Secrets" in str(obstacle(change, now=NOW).reason)
    assert "another-secret" not in str(change.fields)


def test_a_role_is_not_regained_by_taking_its_loss_back(client, owner):
    manager = MembershipFactory(merchant=owner.merchant, role=Role.MANAGER)
    manager.role = Role.OWNER
    edit = Edit(owner.user, SettingsPage.TEAM, "Manager")
    save_settings(manager, edit=edit, now=NOW - HOUR)
    manager.role = Role.MANAGER
    change = save_settings(manager, edit=edit, now=NOW)
    client.force_login(manager.user)

    client.post(url(owner, "changes_one", change.public_id))

    assert Membership.every.get(pk=manager.pk).role == Role.MANAGER


@pytest.mark.parametrize("role", [Role.AGENT, Role.READER])
def test_those_who_may_not_set_up_see_changes_but_take_none_back(client, owner, role):
    change = rename(owner, "After")
    client.force_login(MembershipFactory(merchant=owner.merchant, role=role).user)

    page = client.get(url(owner, "changes_one", change.public_id))
    refused = client.post(url(owner, "changes_one", change.public_id))

    assert (page.status_code, "Bring back" in text(page)) == (200, False)
    assert (refused.status_code, name_of(owner)) == (403, "After")


def test_changed_since_names_the_change(owner):
    change = rename(owner, "First", now=NOW - HOUR)
    later = rename(owner, "Second")

    refusal = obstacle(change, now=NOW)

    assert isinstance(refusal, ChangedSince)
    assert refusal.later == later


# Looks


def test_looks_are_told_with_their_orders_and_found_by_order_number(client, owner):
    order = OrderFactory(merchant=owner.merchant, number="#1042", number_key="1042")
    mail = MessageFactory(order=order)
    PersonalDataLookFactory(
        merchant=owner.merchant, table="orders.order", rows=[order.pk], user=owner.user
    )
    PersonalDataLookFactory(
        merchant=owner.merchant, table="notifications.message", rows=[mail.pk], kind=LookKind.MAIL
    )
    PersonalDataLookFactory(merchant=owner.merchant, table="orders.order", rows=[order.pk + 1])
    PersonalDataLookFactory(table="orders.order", rows=[order.pk])

    every = client.get(url(owner, "changes_looks"))
    found = client.get(url(owner, "changes_looks") + "?order=1042")

    assert len(every.context["rows"]) == 3
    assert len(found.context["rows"]) == 2
    assert text(found).count("#1042") == 2
    assert client.get(url(owner, "changes_looks") + "?order=9").context["rows"] == []


@pytest.mark.parametrize("role", [Role.AGENT, Role.READER])
def test_looks_are_for_those_who_look_after_privacy(client, owner, role):
    client.force_login(MembershipFactory(merchant=owner.merchant, role=role).user)

    assert client.get(url(owner, "changes_looks")).status_code == 403
    assert "Who looked" not in text(client.get(url(owner)))
