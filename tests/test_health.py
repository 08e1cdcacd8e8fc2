"""The questions of load balancers."""

import pytest
from django.db import connection
from django.test import override_settings

pytestmark = pytest.mark.django_db


def test_live_answers_any_host_over_plain_http(client, settings):
    settings.SECURE_SSL_REDIRECT = True

    response = client.get("/healthz", headers={"host": "10.0.0.7"})

    assert (response.status_code, response.content) == (200, b"ok")


def test_ready_when_all_is_there(client):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        200,
        {"database": True, "migrations": True, "redis": True},
    )


def test_not_ready_while_a_migration_is_missing(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

    response = client.get("/readyz")

    assert (response.status_code, response.json()["migrations"]) == (503, False)


def test_not_ready_without_redis(client, settings):
    cache = {"BACKEND": "django.core.cache.backends.redis.RedisCache"}
    caches = {"default": {**cache, "LOCATION": "redis://127.0.0.1:1/0"}}

    with override_settings(CACHES=caches):
        response = client.get("/readyz")

    assert (response.status_code, response.json()["redis"]) == (503, False)
