"""Deliveries from carriers and aggregators: what is stored and what is answered."""

import gzip
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import CarrierAccountFactory, MerchantFactory
from tests.tracking.senders import SECRETS, document, post, signed
from tracking import webhooks
from tracking.actions.inbox import apply_due
from tracking.carriers import SOURCES
from tracking.models import CarrierDelivery
from tracking.statuses import InboxState

pytestmark = pytest.mark.django_db

SIGNED_MOMENT = ["shippo", "generic"]


@pytest.fixture(autouse=True)
def forgotten():
    webhooks._accounts.clear()


def account_of(source, **values):
    return CarrierAccountFactory(
        source=source, secret=SECRETS.get(source, "a secret of it"), **values
    )


@pytest.mark.parametrize("source", SOURCES)
def test_each_source_proves_its_deliveries_and_they_are_stored_once(client, source):
    account = account_of(source)

    answers = [post(client, account, document(source)).status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    [delivery] = CarrierDelivery.every.all()
    assert (delivery.account_id, delivery.merchant_id) == (account.pk, account.merchant_id)


@pytest.mark.parametrize("source", SOURCES)
def test_a_wrong_secret_stores_nothing(client, source):
    account = account_of(source)
    other = "whsec_b3RoZXIgc2VjcmV0IG9mIHNvbWVib2R5" if source == "generic" else "another secret"

    answer = post(client, account, document(source), secret=other)

    assert (answer.status_code, CarrierDelivery.every.count()) == (401, 0)
    account.refresh_from_db()
    assert account.last_error == "A delivery was signed with another secret."


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_no_signature_signs_nothing(client, source):
    account = account_of(source)
    names = signed(source, account.secret, b"{}")

    for given in ("", "x", "é", "v1,", "t=1,v1=", "A" * 10_000):
        answer = post(client, account, b"{}", headers=dict.fromkeys(names, given))
        assert answer.status_code == 401, given
    assert CarrierDelivery.every.count() == 0


def test_an_unknown_address_answers_like_a_wrong_signature(client):
    account = account_of("aftership")
    wrong = post(client, account, {}, secret="another secret")
    account.public_id = "00000000-0000-7000-8000-000000000000"
    unknown = post(client, account, {})
    account.refresh_from_db()
    account.source = "easypost"
    elsewhere = post(client, account, {})
    account.source = "magento"
    nowhere = post(client, account, {}, headers={})

    answers = {(each.status_code, each.content) for each in (wrong, unknown, elsewhere, nowhere)}
    assert answers == {(401, b'{"detail": "The signature does not fit."}')}


@pytest.mark.parametrize(
    "values",
    [{"is_active": False}, {"secret": ""}, {"merchant__is_active": False}],
    ids=["off", "no-secret", "merchant-off"],
)
def test_who_is_switched_off_is_not_heard(client, values):
    account = CarrierAccountFactory(source="aftership", **values)

    answer = post(client, account, document("aftership"), secret=account.secret or "x")

    assert (answer.status_code, CarrierDelivery.every.count()) == (401, 0)


def test_both_secrets_are_good_while_one_replaces_the_other(client):
    account = account_of("aftership")
    post(client, account, document("aftership"))
    account.previous_secret, account.secret = account.secret, "the new secret"
    account.previous_secret_until = timezone.now() + timedelta(days=2)
    account.save()

    new = post(client, account, document("aftership", at="2026-11-20T11:00:00Z"))
    old = post(
        client, account, document("aftership", at="2026-11-20T12:00:00Z"),
        secret=account.previous_secret,
    )  # fmt: skip

    assert (new.status_code, old.status_code, CarrierDelivery.every.count()) == (200, 200, 3)


@pytest.mark.parametrize("source", SIGNED_MOMENT)
@pytest.mark.parametrize(("seconds", "status"), [(-290, 200), (290, 200), (-310, 401), (310, 401)])
def test_a_signed_moment_may_be_five_minutes_off(client, source, seconds, status):
    account = account_of(source)
    at = timezone.now().timestamp() + seconds

    assert post(client, account, document(source), at=at).status_code == status


@pytest.mark.parametrize("source", ["clickpost", "karrio"])
def test_a_shown_secret_needs_https(client, settings, source):
    account = account_of(source)
    settings.IS_HTTPS = True

    over_http = post(client, account, document(source)).status_code
    settings.IS_HTTPS = False

    assert (over_http, CarrierDelivery.every.count()) == (403, 0)


def test_a_delivery_has_its_own_name_at_each_account(client):
    merchant = MerchantFactory()
    accounts = [account_of("generic", merchant=merchant) for _ in range(2)]

    for account in accounts:
        post(client, account, document("generic"), event_id="the same")

    assert CarrierDelivery.every.count() == 2


def test_two_signatures_of_which_one_fits_are_enough(client):
    account = account_of("generic")
    body = b'{"number": "1"}'
    headers = signed("generic", account.secret, body)
    headers["Webhook-Signature"] = f"v1,AAAA v2,x {headers['Webhook-Signature']}"

    assert post(client, account, body, headers=headers).status_code == 200


ODD = {
    "empty": (b"", 400), "text": (b"hello", 400), "page": (b"<html>", 400),
    "deep-list": (b"[" * 200_000, 400), "deep": (b'{"a":' * 200_000, 400),
    "closed": (b"[" * 100_000 + b"]" * 100_000, 400), "long": (b"9" * 500_000, 400),
    "bytes": (b"\xff\xfe{}", 400), "gzip": (gzip.compress(b'{"id":1}'), 400),
    "list": (b"[]", 200), "null": (b"null", 200), "number": (b"1e999", 200),
    "strings": (b'["a", 1, null, [[]]]', 200),
    "odd-id": (b'{"id": {"a": 1}, "event_id": [], "number": {}, "data": 3}', 200),
    "nul": (b'{"event_id": "\\u0000\\ud800", "id": "\\ud800", "number": "\\u0000\\ud800"}', 200),
    "long-id": (b'{"event_id": "' + b"x" * 5000 + b'", "id": "' + b"y" * 5000 + b'"}', 200),
    "large": (b'{"a":"' + b"x" * (1024 * 1024) + b'"}', 413),
}  # fmt: skip


@pytest.mark.parametrize("source", SOURCES)
def test_odd_bodies_get_their_answer(client, source):
    account = account_of(source)
    for number, (name, (body, status)) in enumerate(ODD.items()):
        answer = post(client, account, body, event_id=f"msg_{number}")
        assert (name, answer.status_code) == (name, status)

    apply_due(now=timezone.now())

    assert not CarrierDelivery.every.filter(state=InboxState.PLANNED)
    for delivery in CarrierDelivery.every.exclude(waiting_for="?"):
        assert delivery.state == InboxState.FAILED, delivery.state
        assert "Error" not in delivery.reason


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch", "options"])
def test_deliveries_are_posted(client, method):
    account = account_of("aftership")
    answer = getattr(client, method)(f"/hooks/carriers/aftership/{account.public_id}/")

    assert answer.status_code == 405


def test_a_body_in_chunks_is_asked_for_in_one_piece(client):
    account = account_of("aftership")
    answer = client.post(
        f"/hooks/carriers/aftership/{account.public_id}/", data=b"{}",
        content_type="application/json", headers={"Transfer-Encoding": "chunked"},
    )  # fmt: skip

    assert answer.status_code == 411
