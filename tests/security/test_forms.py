"""Forms and headers of shoppers, filled in by machines: a page or a refusal, never an error of ours."""

import pytest
from django.core.cache import cache

from tests.factories import BrandFactory, MerchantFactory

pytestmark = pytest.mark.django_db

PAGE = "/o/strange/"
URLENCODED = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def shop():
    cache.clear()
    merchant = MerchantFactory(slug="strange")
    BrandFactory(merchant=merchant)
    return merchant


def post(client, body, path=PAGE, content_type=URLENCODED):
    raw = body.encode() if isinstance(body, str) else body
    return client.generic("POST", path, raw, content_type=content_type)


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}links/", f"{PAGE}order/x/verify/"])
@pytest.mark.parametrize(
    "body",
    ["number=%00&contact=%00&email=%00&code=%00", "number=%ff&contact=%c0%80", "number=%ed%a0%80&contact=x",
     "number=" + "%EF%B7%BA" * 200 + "&contact=" + "%EF%B7%BA" * 300, "number=1&number=2&contact=a&contact=b",
     "email=a%40b.example%0d%0aBcc:x%40y.z", "email=a%40b.example%E2%80%AE", "code=%D9%A1%D9%A2", "&&&=", "x" * 5000],
)  # fmt: skip
def test_odd_words_are_answered(client, path, body):
    assert post(client, body, path).status_code in {200, 302, 404}


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", f"multipart/form-data; boundary={'x' * 300}", f"{URLENCODED}; charset=utf-7",
     f"{URLENCODED}; charset=bogus", "application/json", "text/plain", "x"],
)  # fmt: skip
def test_odd_kinds_of_forms_are_answered(client, content_type):
    assert post(client, b"--x\r\n", content_type=content_type).status_code in {200, 400}


def test_more_than_any_form_holds_is_refused_and_not_repeated(client):
    for body in ("number=" + "1" * 1_000_000, "&".join(f"a{at}=1" for at in range(2_000))):
        answer = post(client, body)
        assert answer.status_code == 400
        assert len(answer.content) < 10_000


def test_what_comes_back_for_another_try_is_bounded(shop):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"})
    answer = post(strict, "number=1042&contact=" + "x" * 1_000_000)

    assert answer.status_code == 403
    assert 'value="1042"' in answer.content.decode()
    assert len(answer.content) < 10_000


@pytest.mark.parametrize(
    "word",
    [
        "x" * 600,
        "de-" + "x" * 600,
        "..",
        "de_DE@x",
        "-" * 600,
        "zh-hant-" + "a-" * 300,
        "\x01",
        "%00",
    ],
)
def test_odd_languages_are_no_language(client, word):
    client.cookies["django_language"] = word
    assert client.get(PAGE).status_code == 200
    assert client.get(PAGE, headers={"Accept-Language": word}).status_code == 200
    assert client.get(PAGE, {"lang": word}).status_code in {200, 302}
