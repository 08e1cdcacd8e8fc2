"""What all pages share: headers, language, look, errors."""

from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from merchants.models import Brand
from postpurchase.lib.colour import fingerprint, tokens
from postpurchase.portal import shop as shops
from tests.portal.reading import of_class, one, text_of
from tests.portal.scenes import PLACED, link_to

LOOKUP = "/o/alma-fern/"


def change_brand(**fields):
    brand = Brand.every.get()
    for name, value in fields.items():
        setattr(brand, name, value)
    brand.save()


def pages(order):
    good, ended = link_to(order), link_to(order, expires_at=PLACED)
    return [
        LOOKUP,
        f"{LOOKUP}links/",
        f"{LOOKUP}links/sent/",
        good,
        f"{good}verify/",
        ended,
        "/o/x/",
    ]


def test_every_page_is_kept_out_of_caches_search_engines_and_referers(client, order):
    for path in pages(order):
        page = client.get(path)
        assert page["Cache-Control"] == "private, no-store", path
        assert page["Referrer-Policy"] == "no-referrer", path
        assert page["X-Robots-Tag"] == "noindex, nofollow", path
        assert "default-src 'none'" in page["Content-Security-Policy"], path
        assert "unsafe" not in page["Content-Security-Policy"], path
        assert page["X-Frame-Options"] == "DENY", path
        assert "<script" not in page.content.decode(), path
        assert "style=" not in page.content.decode(), path


def test_a_look_at_the_headers_is_no_act(client, order):
    for path in pages(order):
        assert client.head(path).status_code == client.get(path).status_code, path


def test_pages_name_the_shop_and_not_the_software(client, order):
    for path in pages(order)[:-1]:
        assert "Postpurchase" not in client.get(path).content.decode()
    change_brand(shows_credit=True)
    assert "Powered by Postpurchase" in text_of(client.get(LOOKUP))


def test_help_stands_at_the_end_of_every_page(client, order):
    for path in pages(order)[:-1]:
        words = text_of(client.get(path))
        assert words.rindex("Need help?") < words.rindex("help@alma-fern.example"), path
        assert "+49 30 1234567 We answer Mon–Fri 9–17." in words, path


@pytest.mark.parametrize(
    ("cookie", "order_language", "browser", "spoken"),
    [
        ("", "en", "", "en"),
        ("", "de", "en-GB,en;q=0.8", "de"),
        ("", "de-AT", "", "de"),
        ("", "xx", "fr,de;q=0.5", "de"),
        ("", "", "fr", "en"),
        ("en", "de", "de", "en"),
        ("nonsense", "de", "", "de"),
    ],
)
def test_which_language_a_page_speaks(order, cookie, order_language, browser, spoken):
    type(order).every.update(language=order_language)
    client = Client(headers={"accept-language": browser})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie

    page = client.get(link_to(order))

    assert f'<html lang="{spoken}" dir="ltr">' in page.content.decode()
    assert page["Content-Language"] == spoken


def test_a_click_on_a_language_is_remembered(client, order):
    answer = client.get(link_to(order) + "?lang=de&print=")

    assert (answer.status_code, answer.url) == (302, link_to(order) + "?print=")
    assert '<html lang="de"' in client.get(LOOKUP).content.decode()


@pytest.mark.parametrize("lang", ["xx", "../..", "de\r\nX: y", ""])
def test_an_unknown_language_changes_nothing(client, shop, lang):
    page = client.get(LOOKUP, {"lang": lang})

    assert page.status_code == 200
    assert settings.LANGUAGE_COOKIE_NAME not in page.cookies


def test_the_brand_s_colours_have_an_address_that_may_be_kept(client, shop):
    version = fingerprint(tokens("#2f5d50"))
    path = f"/o/alma-fern/brand-{version}.css"
    assert path in client.get(LOOKUP).content.decode()

    sheet = client.get(path)
    change_brand(colour="#ffd400")
    stale = client.get(path)

    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert sheet["Cache-Control"] == "public, max-age=31536000, immutable"
    assert sheet.content.decode().startswith(":root{--brand:#2f5d50;")
    assert stale["Cache-Control"] == "no-store"
    assert "--on-brand:#000000" in stale.content.decode()


def picture():
    data = BytesIO()
    Image.new("RGB", (60, 20), "#2f5d50").save(data, "PNG")
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [("logo.png", picture(), 200), ("logo.svg", b"<svg onload='alert(1)'/>", 404)],
)
def test_only_pictures_are_logos(client, shop, settings, tmp_path, name, content, status):
    settings.MEDIA_ROOT = tmp_path
    brand = Brand.every.get(merchant=shop)
    brand.logo.save(name, ContentFile(content))

    path = reverse("portal:logo", args=["alma-fern", "1"])

    assert client.get(path).status_code == status


@pytest.mark.urls("tests.portal.demo_urls")
def test_the_gallery_is_for_demo_and_debug_only(client, settings, db):
    settings.DEMO = settings.DEBUG = False
    assert client.get("/gallery/").status_code == 404
    settings.DEMO = True
    assert client.get("/gallery/").status_code == 200


def test_an_unknown_shop_and_an_unknown_page_say_the_same(client, shop):
    client.get(LOOKUP)

    for path in ("/o/nobody/", "/o/alma-fern/nothing/"):
        page = client.get(path)
        assert (page.status_code, one(page, "h1")) == (404, "We could not find that page")
    assert of_class(page, "top__shop") == ["Alma & Fern"]


def test_a_closed_shop_is_gone(client, shop):
    type(shop).objects.update(is_active=False)

    assert client.get(LOOKUP).status_code == 404


def test_when_we_fail_the_page_keeps_its_look_without_the_database(shop, monkeypatch, caplog):
    client = Client(raise_request_exception=False)
    client.get(LOOKUP)

    def broken(slug):
        raise RuntimeError("the database is away")

    monkeypatch.setattr(shops, "shop_or_404", broken)
    read, sent = client.get(LOOKUP), client.post(LOOKUP)

    assert (read.status_code, one(read, "h1")) == (500, "Something on our side did not work")
    assert of_class(read, "top__shop") == ["Alma & Fern"]
    assert "Nothing was changed." in text_of(read)
    assert "may not have been saved" in text_of(sent)
    assert "Traceback" not in text_of(read)
    (reference,) = of_class(read, "number")
    assert f"reference {reference}" in caplog.text


def test_a_form_that_was_open_too_long_comes_back_as_it_was(order):
    client = Client(enforce_csrf_checks=True, headers={"sec-fetch-site": "same-origin"})
    client.get(LOOKUP)
    typed = {"number": "#1042", "contact": "10435", "csrfmiddlewaretoken": "old"}

    page = client.post(LOOKUP, typed)

    assert (page.status_code, one(page, "h1")) == (403, "This form was open for too long")
    source = page.content.decode()
    token = source.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert '<input type="hidden" name="contact" value="10435">' in source
    again = client.post(LOOKUP, typed | {"csrfmiddlewaretoken": token})
    assert again.status_code == 302


def test_a_form_from_another_site_does_not_come_back(order):
    client = Client(enforce_csrf_checks=True, headers={"sec-fetch-site": "cross-site"})

    page = client.post(LOOKUP, {"number": "#1042", "contact": "10435"})

    assert page.status_code == 403
    assert "10435" not in page.content.decode()
