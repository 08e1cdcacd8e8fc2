"""Accounts with those who tell of parcels: their secrets, log-ins and order."""

import base64
from uuid import uuid4

import pytest
from django.utils import timezone

from merchants.actions.connections import SecretTooShort
from merchants.actions.looks import Viewer
from merchants.models import SettingChange
from tests.factories import CarrierAccountFactory, MembershipFactory, MerchantFactory
from tracking.actions import accounts
from tracking.models import CarrierAccount

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def by():
    member = MembershipFactory()
    return Viewer(member.user, member.merchant_id)


def add(by, source, public_id=None):
    return accounts.add_account(
        public_id=public_id or uuid4(), source=source, name="", by=by, now=NOW
    )


def test_a_generic_account_gets_a_secret_as_standard_webhooks_writes_it(by):
    account, secret = add(by, "generic")

    assert secret == account.secret
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    [change] = SettingChange.every.all()
    assert secret not in str(change.fields)


@pytest.mark.parametrize("source", ["aftership", "shippo", "17track", "sendcloud", "karrio"])
def test_a_source_that_makes_its_secret_gets_none_of_ours(by, source):
    account, secret = add(by, source)

    assert (secret, account.secret) == ("", "")
    assert accounts.makes_secret(source)
    mark = accounts.secret_mark(account)
    assert accounts.rotate_secret(account, replaces=mark, by=by, now=NOW) == ""


def test_the_same_form_twice_makes_one_account(by):
    name = uuid4()

    first, again = add(by, "easypost", name), add(by, "easypost", name)

    assert first[1]
    assert again == (first[0], "")
    assert CarrierAccount.every.count() == 1


def test_a_form_of_another_merchant_is_not_theirs(by):
    theirs = CarrierAccountFactory(merchant=MerchantFactory())

    with pytest.raises(accounts.FormUsed):
        add(by, "easypost", theirs.public_id)


def test_an_unknown_source_is_refused(by):
    with pytest.raises(accounts.UnknownSource):
        add(by, "pigeons")
    assert not CarrierAccount.every.exists()


def test_a_double_click_rotates_once_and_the_old_secret_lasts(by):
    account, old = add(by, "easypost")
    mark = accounts.secret_mark(account)

    new, nothing = (accounts.rotate_secret(account, replaces=mark, by=by, now=NOW) for _ in "ab")

    account.refresh_from_db()
    assert (account.active_secrets(now=NOW), nothing) == ([new, old], "")
    assert account.active_secrets(now=NOW + accounts.OVERLAP) == [new]


def test_an_entered_secret_replaces_the_old_one(by):
    account, _ = add(by, "aftership")

    with pytest.raises(SecretTooShort):
        accounts.enter_secret(account, secret="short", by=by, now=NOW)
    accounts.enter_secret(account, secret="a secret of theirs", by=by, now=NOW)

    account.refresh_from_db()
    assert account.active_secrets(now=NOW) == ["a secret of theirs"]


def test_a_log_in_keeps_the_secrets_that_are_left_empty(by):
    account, _ = add(by, "ups")
    fields = accounts.POLLERS["ups"].fields
    whole = {field.name: field.default or f"{field.name}-1" for field in fields}

    with pytest.raises(accounts.LogInIncomplete):
        accounts.enter_log_in(account, log_in={}, by=by, now=NOW)
    accounts.enter_log_in(account, log_in=whole, by=by, now=NOW)
    shown = {name: whole[name] for name in whole if name not in _secrets(fields)}
    accounts.enter_log_in(account, log_in=shown, by=by, now=NOW)

    account.refresh_from_db()
    assert accounts.log_in_of(account) == whole
    for change in SettingChange.every.all():
        assert not any(whole[name] in str(change.fields) for name in _secrets(fields))


def _secrets(fields):
    return {field.name for field in fields if field.is_secret}


def test_who_is_preferred_comes_first(by):
    rows = [add(by, source)[0] for source in ("easypost", "ups", "generic")]

    accounts.prefer(rows[2], by=by, now=NOW)
    accounts.prefer(rows[2], by=by, now=NOW)
    accounts.prefer(rows[2], by=by, now=NOW)

    order = CarrierAccount.every.order_by("priority").values_list("source", flat=True)
    assert list(order) == ["generic", "easypost", "ups"]


def test_switching_off_and_on(by):
    account, _ = add(by, "easypost")

    for switch, expected in ((accounts.switch_off, False), (accounts.switch_on, True)):
        switch(account, by=by, now=NOW)
        switch(account, by=by, now=NOW)
        account.refresh_from_db()
        assert account.is_active is expected
    assert SettingChange.every.count() == 3
