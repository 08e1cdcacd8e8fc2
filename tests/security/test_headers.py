"""Every kind of answer, errors too, tells browsers to run nothing foreign and caches to keep nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from postpurchase.lib import links
from tests.factories import BrandFactory, MembershipFactory, OrderFactory

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
SHOPPERS = ["/o/{slug}/", "/o/{slug}/links/", "/o/{slug}/order/{token}/",
            "/o/{slug}/order/{token}/verify/", "/o/{slug}/order/bad/", "/o/none/"]  # fmt: skip
STAFF = ["/admin/", "/admin/login/", "/admin/orders/order/", "/admin/merchants/user/",
         "/admin/orders/order/?merchant__slug=x"]  # fmt: skip
OTHERS = [
    "/none",
    "/media/pictures/none.jpg",
    "/api/v1/orders",
    "/api/v1/none",
]


@pytest.fixture
def order():
    order = OrderFactory(lines=1, email="ana@example.com")
    BrandFactory(merchant=order.merchant)
    return order


@pytest.fixture
def ask(client, order):
    until = timezone.now() + timedelta(days=1)
    token = links.sign(purpose="order", subject=order.public_id, epoch=0, expires_at=until)

    def get(path, **options):
        return client.get(path.format(slug=order.merchant.slug, token=token), **options)

    return get


def policy_of(answer):
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in parts}


@pytest.mark.parametrize("path", [*SHOPPERS, *STAFF, *OTHERS])
def test_nothing_foreign_runs(client, ask, order, path):
    if path in STAFF:
        client.force_login(MembershipFactory(merchant=order.merchant).user)
    answer = ask(path)

    assert POLICY.items() <= policy_of(answer).items()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_answers_to_shop_systems_are_no_pages(ask):
    for answer in (ask("/hooks/shopify/none/"), ask("/hooks/shopify/0/../none/")):
        assert answer["Content-Type"] == "application/json"
        assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", [*SHOPPERS, *STAFF])
def test_nobody_keeps_pages_of_people(client, ask, order, path):
    if path in STAFF:
        client.force_login(MembershipFactory(merchant=order.merchant).user)
    answer = ask(path)

    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", SHOPPERS)
def test_shoppers_pages_name_themselves_to_nobody(ask, path):
    answer = ask(path)

    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]


def test_an_error_of_ours_is_covered_too(client, ask, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("postpurchase.portal.order.order_page", lambda *_, **__: 1 / 0)

    answer = ask("/o/{slug}/order/{token}/")

    assert answer.status_code == 500
    assert POLICY.items() <= policy_of(answer).items()
    assert "no-store" in answer["Cache-Control"]
    assert "ZeroDivisionError" not in answer.content.decode()


def test_a_foreign_host_is_refused(ask):
    answer = ask("/o/{slug}/", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["//evil.example/o/", "/o/{slug}", "/admin/login/?next=//evil.example"]
)
def test_no_address_leads_away(ask, path):
    answer = ask(path)

    assert not answer.get("Location", "").startswith(("//", "http"))


def test_choosing_a_language_stays_on_the_page(ask):
    answer = ask("/o/{slug}/?lang=de&next=https://evil.example&lang=%0d%0aX: 1&lang=de")

    assert answer["Location"].startswith("/o/")
    assert "\n" not in answer["Location"]
