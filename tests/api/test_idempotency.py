"""One key, one act: repeated, changed, crashed and raced requests."""

import json
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from merchants import idempotency
from merchants.models import IdempotencyKey
from orders.models import Order
from tests.api.conftest import Program, order
from tests.factories import ApiKeyFactory, MerchantFactory

KEY = {"Idempotency_Key": "one-act"}


def test_the_same_request_gets_the_first_answer_again(api):
    first = api.put("orders/1", order("1"), **KEY)
    api.put("orders/1", order("1", note="later", updated_at="2026-12-01T00:00:00Z"))

    again = api.put("orders/1", order("1"), **KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Content-Type"] == "application/json"
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert Order.every.get().note == "later"


def test_a_refusal_is_repeated_too(api):
    first = api.put("orders/1", {"number": "1"}, **KEY)
    again = api.put("orders/1", {"number": "1"}, **KEY)

    assert (first.status_code, again.status_code, again.content) == (400, 400, first.content)
    assert again.headers["Content-Type"] == "application/problem+json"
    assert again.headers["Idempotent-Replayed"] == "true"


def test_another_request_with_the_key_is_refused(api):
    api.put("orders/1", order("1"), **KEY)

    answer = api.put("orders/1", order("1", total="1.00"), **KEY)

    assert (answer.status_code, answer.json()["type"]) == (
        422,
        "urn:postpurchase:problem:idempotency-key-reused",
    )
    assert Order.every.get().total_minor == 4490


def test_a_key_belongs_to_one_address_and_one_merchant(api):
    other = Program(ApiKeyFactory(merchant=MerchantFactory()).plain)

    assert api.put("orders/1", order("1"), **KEY).status_code == 201
    assert api.put("orders/2", order("2"), **KEY).status_code == 201
    assert api.put("orders/" + "x" * 150, order("x" * 150), **KEY).status_code == 201
    assert api.put("orders/" + "x" * 149 + "y", order("x" * 149 + "y"), **KEY).status_code == 201
    assert other.put("orders/1", order("1"), **KEY).status_code == 201


def test_while_the_first_is_at_work_the_second_is_told_to_wait(api):
    api.put("orders/1", order("1"), **KEY)
    IdempotencyKey.every.update(
        status=None, response=None, leased_until=timezone.now() + timedelta(seconds=30)
    )

    answer = api.put("orders/1", order("1"), **KEY)

    assert answer.status_code == 409
    assert 25 <= int(answer.headers["Retry-After"]) <= 30


def test_a_crash_leaves_a_lease_that_runs_out(api):
    api.put("orders/1", order("1"), **KEY)
    IdempotencyKey.every.update(status=None, response=None, leased_until=timezone.now())

    answer = api.put("orders/1", order("1"), **KEY)

    assert (answer.status_code, answer.json()["result"]) == (200, "unchanged")
    assert IdempotencyKey.every.get().status == 200


def test_a_key_is_kept_for_a_day(api):
    api.put("orders/1", order("1"), **KEY)
    document = order("1", note="new", updated_at="2026-12-01T00:00:00Z")

    with time_machine.travel(timezone.now() + timedelta(hours=23), tick=False):
        assert api.put("orders/1", document, **KEY).status_code == 422
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert api.put("orders/1", document, **KEY).json()["result"] == "updated"


def test_what_broke_may_be_tried_again(api, monkeypatch):
    api.client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("orders.api.views.order_fields", None)
        assert api.put("orders/1", order("1"), **KEY).status_code == 500
    assert not Order.every.exists()

    assert api.put("orders/1", order("1"), **KEY).status_code == 201


def test_an_act_that_outlived_its_lease_is_undone(api, monkeypatch):
    """Somebody else took the act over while the first was at work: only one may count."""

    def lose(*args, **kwargs):
        raise idempotency.LeaseLost

    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "settle", lose)
        assert api.put("orders/1", order("1"), **KEY).status_code == 409
    assert not Order.every.exists()


def test_only_the_holder_of_a_lease_settles(merchant):
    now = timezone.now()
    act = {"merchant_id": merchant.pk, "scope": "s", "key": "k", "request_hash": "h"}
    slow = idempotency.begin(**act, now=now)
    quick = idempotency.begin(**act, now=now + timedelta(seconds=61))

    idempotency.settle(quick, status=200, response={"body": "quick"})

    with pytest.raises(idempotency.LeaseLost):
        idempotency.settle(slow, status=200, response={"body": "slow"})
    idempotency.release(slow)
    assert idempotency.begin(**act, now=now) == idempotency.Stored(200, {"body": "quick"})


@pytest.mark.parametrize("word", ["", "x" * 256, "späť", "a\tb"])
def test_keys_that_cannot_be_kept(api, word):
    answer = api.put("orders/1", order("1"), Idempotency_Key=word.encode().decode("latin-1"))

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "Idempotency-Key"


@pytest.mark.django_db(transaction=True)
def test_eight_threads_with_one_key_are_one_act():
    merchant = MerchantFactory()
    plain = ApiKeyFactory(merchant=merchant).plain
    Program(plain).put("orders/0", order("0"))
    body = json.dumps({"orders": [order(str(n)) for n in range(1, 21)]}).encode()
    barrier, answers = Barrier(8), []

    def send():
        program = Program(plain)
        barrier.wait()
        answers.append(program.post("orders/batch", body, **KEY))
        connection.close()

    threads = [Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    acted = [a for a in answers if a.status_code == 200 and "Idempotent-Replayed" not in a.headers]
    others = [a for a in answers if a not in acted]
    assert [a.json()["created"] for a in acted] == [20]
    assert all(a.status_code == 409 or a.content == acted[0].content for a in others)
    assert Order.every.count() == 21
    assert Program(plain).post("orders/batch", body, **KEY).content == acted[0].content


@pytest.mark.django_db(transaction=True)
def test_eight_threads_with_one_new_order_create_it_once():
    plain = ApiKeyFactory(merchant=MerchantFactory()).plain
    barrier, results = Barrier(8), []

    def send():
        barrier.wait()
        results.append(Program(plain).put("orders/1", order("1")).json().get("result"))
        connection.close()

    threads = [Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["created"] + ["unchanged"] * 7
