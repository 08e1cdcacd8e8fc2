"""Who may call, how often, and what everybody else is told."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from merchants.models import ApiKey
from tests.api.conftest import Program, order
from tests.factories import ApiKeyFactory, MerchantFactory


def test_every_wrong_key_gets_the_same_answer(merchant):
    revoked = ApiKeyFactory(merchant=merchant, revoked_at=timezone.now())
    closed = ApiKeyFactory(merchant=MerchantFactory(is_active=False))
    right = ApiKeyFactory(merchant=merchant).plain
    attempts = [
        None, "", "Bearer", "Bearer ", "Bearer pp_unknown", f"Basic {right}", f"Bearer {right}x",
        f"Bearer {revoked.plain}", f"Bearer {closed.plain}", "Bearer \xff\xfe", "Bearer " + "x" * 9000,
    ]  # fmt: skip

    answers = [
        Client(headers={"Authorization": attempt} if attempt is not None else {}).get(
            "/api/v1/orders"
        )
        for attempt in attempts
    ]

    assert {(answer.status_code, answer.content) for answer in answers} == {
        (401, answers[0].content)
    }
    assert answers[0].json()["title"] == "Unauthorized"
    assert answers[0].headers["WWW-Authenticate"] == 'Bearer realm="postpurchase"'


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        (["orders:read"], 200, 403),
        (["orders:write"], 403, 201),
        (["orders:read", "orders:write"], 200, 201),
        ([], 403, 403),
    ],
)
def test_a_key_does_what_its_scopes_name(merchant, scopes, reads, writes):
    program = Program(ApiKeyFactory(merchant=merchant, scopes=scopes).plain)

    assert program.get("orders").status_code == reads
    assert program.put("orders/1", order("1")).status_code == writes


def test_use_is_noted_at_most_once_a_minute(api, key):
    start = timezone.now()
    for seconds, expected in [(0, 0), (59, 0), (61, 61)]:
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            api.get("orders")
        noted = ApiKey.every.get(pk=key.pk).last_used_at
        assert noted == start + timedelta(seconds=expected)


def test_too_many_requests_are_told_when_to_come_back(api, merchant, settings):
    settings.API_REQUESTS_PER_MINUTE = 3
    other = Program(ApiKeyFactory(merchant=merchant).plain)
    with time_machine.travel("2026-11-20T12:00:10Z", tick=False):
        answers = [api.get("orders") for _ in range(4)]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
        assert answers[3].headers["RateLimit-Limit"] == "3"
        assert answers[3].headers["Retry-After"] == "50"
        assert answers[3].headers["Content-Type"] == "application/problem+json"
        assert other.get("orders").status_code == 200


def test_a_session_opens_nothing(merchant, admin_user):
    client = Client()
    client.force_login(admin_user)

    assert client.get("/api/v1/orders").status_code == 401
