"""The desk against a curious member of staff, a hostile shop system and somebody without a password."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from merchants import forms
from merchants.statuses import Role
from orders.models import InboxEntry, Order
from tests import factories
from tests.shop import post_shopify

pytestmark = pytest.mark.django_db

ORDERS = "/admin/orders/order/"


@pytest.fixture
def shop():
    return factories.MerchantFactory()


@pytest.fixture
def agent(client, shop):
    member = factories.MembershipFactory(merchant=shop, role=Role.AGENT)
    client.force_login(member.user)
    return member.user


@pytest.fixture
def manager(client, shop):
    member = factories.MembershipFactory(merchant=shop, role=Role.MANAGER)
    client.force_login(member.user)
    return member.user


@pytest.mark.parametrize(
    "query",
    [
        # What others own, by way of relations.
        "merchant__slug=other", "merchant__slug__startswith=o", "customer__email__startswith=a",
        "connection__secret__startswith=g", "merchant__support_email__contains=a",
        # Columns that no page shows, letter by letter.
        "link_epoch=0", "version_hash__startswith=a", "email__startswith=a",
        # Patterns and values that Postgres chokes on.
        "number__regex=(", "number__iregex=(a%2B)%2B$", "placed_at__year=99999999",
        "number__trigram_similar=a", "status__exact=%00", "number__search=a", "id__in=1,a",
        "_to_field=email&_popup=1",
    ],
)  # fmt: skip
def test_lists_are_narrowed_by_the_offered_filters_only(client, agent, query):
    assert client.get(f"{ORDERS}?{query}").status_code == 400


@pytest.mark.parametrize(
    "page",
    [
        "/admin/orders/onetimecode/?digest__startswith=a",
        "/admin/merchants/apikey/?digest__startswith=a",
        "/admin/merchants/storeconnection/?secret__startswith=a",
        "/admin/notifications/message/?sealed__startswith=a",
        "/admin/merchants/merchant/?slug__regex=(",
        "/admin/orders/inboxentry/?topic=%00",
    ],
)
def test_hidden_columns_cannot_be_guessed_at(client, manager, page):
    assert client.get(page).status_code == 400


@pytest.mark.parametrize(
    "query",
    ["status__exact=placed", "status__exact=zz", "q=%00", "q=a%00@", "p=abc", "p=99999999",
     "o=1.2.999.-x", "e=1", "_facets=True", "q=%22a", "payment_status__exact=paid&o=-2"],
)  # fmt: skip
def test_what_is_offered_works_and_nonsense_is_borne(client, agent, query):
    assert client.get(f"{ORDERS}?{query}").status_code == 200


@pytest.mark.parametrize("pk", ["abc", "1\0", "-1", "", "1 or 1=1", "١"])
def test_rows_without_a_number_cannot_be_ticked(client, agent, pk):
    data = {"action": "switch_off_links", "_selected_action": pk, "index": 0}
    assert client.post(ORDERS, data).status_code == 400


def test_actions_do_not_reach_rows_of_others(client, agent):
    foreign = factories.OrderFactory()
    for pk, across in ((foreign.pk, "0"), (foreign.pk, "1"), (10**30, "0")):
        data = {"action": "switch_off_links", "_selected_action": pk, "select_across": across}
        assert client.post(ORDERS, data).status_code == 302

    assert Order.every.get(pk=foreign.pk).link_epoch == 0


def test_a_form_from_another_site_does_nothing(shop):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.MembershipFactory(merchant=shop).user)
    order = factories.OrderFactory(merchant=shop)

    data = {"action": "switch_off_links", "_selected_action": order.pk}
    answer = strict.post(ORDERS, data, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert Order.every.get(pk=order.pk).link_epoch == 0


@pytest.mark.parametrize(
    "body",
    [b'{"id":1,"name":"\\ud800"}', b'{"a":' * 900 + b"1" + b"}" * 900, b'{"id":' + b"9" * 4000 + b"}",
     b'{"a":"\\u0000\\u202e</pre><script>alert(1)</script>"}', b'{"a":1e999999999}', b'{"a":NaN}'],
    ids=["surrogate", "deep", "long", "script", "huge", "nan"],
)  # fmt: skip
def test_odd_deliveries_can_be_looked_at(client, agent, shop, body):
    connection = factories.StoreConnectionFactory(merchant=shop, kind="shopify")
    assert post_shopify(client, connection, "orders/create", body).status_code == 200

    entry = InboxEntry.every.get()
    page = client.get(reverse("admin:orders_inboxentry_change", args=[entry.pk]))

    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def log_in(client, *, email="person@staff.example", password="wrong", **extra):
    return client.post("/admin/login/", {"username": email, "password": password}, **extra)


@pytest.fixture
def fresh_counts():
    from django.core.cache import cache

    cache.clear()


def test_passwords_cannot_be_tried_without_end(client, fresh_counts, monkeypatch):
    monkeypatch.setattr(forms, "TRIES_PER_VISITOR", 3)
    person = factories.UserFactory(email="person@staff.example", is_staff=True)
    for _ in range(3):
        assert "There were many tries" not in log_in(client).content.decode()

    refused = log_in(client, password=factories.PASSWORD)

    assert "There were many tries" in refused.content.decode()
    assert "_auth_user_id" not in client.session
    answer = log_in(client, password=factories.PASSWORD, REMOTE_ADDR="10.0.0.9")
    assert (answer.status_code, client.session["_auth_user_id"]) == (302, str(person.pk))


def test_one_person_cannot_be_tried_from_everywhere(client, fresh_counts, monkeypatch):
    monkeypatch.setattr(forms, "TRIES_PER_PERSON", 3)
    factories.UserFactory(email="person@staff.example", is_staff=True)
    for place in range(3):
        log_in(client, email="Person@STAFF.example ", REMOTE_ADDR=f"10.0.0.{place}")

    refused = log_in(client, password=factories.PASSWORD, REMOTE_ADDR="10.0.1.1")

    assert "There were many tries" in refused.content.decode()


def change_logo(client, brand, content, name="logo.png"):
    fields = {"colour": "#2f5d50", "tone": "calm", "confirmation_style": "simple"}
    logo = SimpleUploadedFile(name, content, content_type="image/png")
    page = reverse("admin:merchants_brand_change", args=[brand.pk])
    return client.post(page, fields | {"logo": logo})


@pytest.fixture
def brand(shop, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return factories.BrandFactory(merchant=shop)


def picture(kind="PNG", size=(40, 20), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


def test_a_logo_is_written_anew(client, manager, brand):
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>"
    sent = picture("JPEG", (1600, 200), exif=exif) + b"<?php system($_GET[0]); ?><script>"

    assert change_logo(client, brand, sent, "../../x.php.jpg").status_code == 302

    brand.refresh_from_db()
    kept = brand.logo.read()
    assert Image.open(io.BytesIO(kept)).size == (800, 100)
    assert b"script" not in kept
    assert brand.logo.name.startswith("logos/")
    assert brand.logo.name.endswith(".png")
    assert brand.logo.name.count(".") == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "a.svg"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "a.eps"),
        (b"GIF89a<script>", "a.gif"),
        (b"", "a.png"),
    ],
    ids=["svg", "eps", "broken", "empty"],
)
def test_what_is_no_picture_is_no_logo(client, manager, brand, content, name):
    answer = change_logo(client, brand, content, name)

    brand.refresh_from_db()
    assert (answer.status_code, bool(brand.logo)) == (200, False)


def test_a_logo_that_unpacks_to_gigabytes_is_refused(client, manager, brand):
    answer = change_logo(client, brand, picture(size=(20_000, 2_000)))

    assert answer.status_code == 200
    assert "Use a picture in PNG" in answer.content.decode()


def test_the_brand_cannot_be_moved_to_another_shop(client, manager, brand):
    other = factories.BrandFactory()
    page = reverse("admin:merchants_brand_change", args=[brand.pk])
    fields = {"colour": "#000000", "tone": "calm", "confirmation_style": "simple"}

    client.post(page, fields | {"merchant": other.merchant_id, "id": other.pk, "logo": ""})

    brand.refresh_from_db()
    other.refresh_from_db()
    assert (brand.colour, other.colour != "#000000") == ("#000000", True)
    assert brand.merchant_id != other.merchant_id


def test_versions_are_not_added_for_others(client, manager):
    other = factories.MerchantFactory()
    now = timezone.now()
    fields = {"merchant": other.pk, "in_force_from_0": f"{now:%Y-%m-%d}", "in_force_from_1": "00:00",
              "cancel_minutes": 1, "edit_minutes": 1}  # fmt: skip

    answer = client.post("/admin/orders/orderpolicy/add/", fields)

    assert answer.status_code == 200
    assert "Select a valid choice" in answer.content.decode()
