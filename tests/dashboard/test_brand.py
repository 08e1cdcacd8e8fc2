"""The brand editor: drafts, publishing, going back, and what it never lets through."""

import io
import threading
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image

from merchants.actions.brands import (
    ChangedMeanwhile,
    draft_of,
    go_back,
    mark,
    publish_draft,
    save_draft,
    values_of_look,
)
from merchants.appearance import fingerprint, stylesheet
from merchants.models import Brand, BrandVersion, SettingChange
from merchants.statuses import Role
from tests.factories import (
    BrandFactory,
    BrandVersionFactory,
    MembershipFactory,
    MerchantFactory,
    OrderFactory,
    UserFactory,
)

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def shop(db):
    shop = MerchantFactory(name="Alma & Fern", slug="alma-fern")
    BrandFactory(merchant=shop, colour="#2f5d50")
    return shop


@pytest.fixture
def owner(shop):
    user = UserFactory(name="Ana", is_staff=True)
    return MembershipFactory(merchant=shop, user=user, role=Role.OWNER).user


@pytest.fixture
def editor(client, owner):
    client.force_login(owner)
    return client


URL = "/dashboard/alma-fern/brand/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def typed(shop, **changes):
    """Give what the form would send for the draft, or for the look in force."""
    draft = draft_of(shop.pk)
    look = values_of_look(draft or Brand.every.get(merchant=shop))
    links = look.pop("links")
    data = {name: value for name, value in look.items() if name not in {"logo", "shows_credit"}}
    for number, row in enumerate(links):
        data |= {f"link{number}-label": row["label"], f"link{number}-url": row["url"]}
    data |= {"colour_picked": look["colour"], "stored_logo": look["logo"], "seen": mark(draft)}
    return data | changes


def picture(size=(60, 30), kind="PNG"):
    data = io.BytesIO()
    Image.new("RGB", size, "teal").save(data, kind)
    return data.getvalue()


def upload(content, name="logo.png"):
    return SimpleUploadedFile(name, content)


def words(page):
    return page.content.decode()


def test_a_draft_changes_nothing_for_shoppers_until_it_is_published(editor, shop, owner):
    saved = editor.post(URL, typed(shop, colour="#ffd400", corners="round"))

    assert (saved.status_code, saved.url) == (302, URL)
    assert Brand.every.get().colour == "#2f5d50"
    assert (draft_of(shop.pk).colour, draft_of(shop.pk).by) == ("#ffd400", owner)
    assert "Shoppers don’t see it yet." in words(editor.get(URL))

    editor.post(URL, typed(shop, act="publish"))

    brand = Brand.every.get()
    assert (brand.colour, brand.corners) == ("#ffd400", "round")
    assert draft_of(shop.pk) is None
    change = SettingChange.every.get()
    assert (change.page, change.title, change.by) == ("brand", "Brand", owner)
    assert change.fields == {"colour": ["#2f5d50", "#ffd400"], "corners": ["soft", "round"]}
    sheet = words(editor.get(f"/o/alma-fern/brand-{fingerprint(stylesheet(brand))}.css"))
    assert f"brand-{fingerprint(stylesheet(brand))}.css" in words(editor.get("/o/alma-fern/"))
    assert "--brand:#ffd400" in sheet and "--radius:20px" in sheet


def test_publishing_twice_is_one_publication(editor, shop):
    editor.post(URL, typed(shop, colour="#ffd400"))
    form = typed(shop, act="publish")

    for _ in range(2):
        assert editor.post(URL, form).status_code == 302

    # The look from before is kept, too, so that one can go back to it.
    looks = [(row.colour, row.by_id is None) for row in BrandVersion.every.order_by("published_at")]
    assert looks == [("#2f5d50", True), ("#ffd400", False)]
    assert SettingChange.every.count() == 1


def test_one_can_go_back_and_forth(editor, shop):
    editor.post(URL, typed(shop, colour="#ffd400", act="publish"))
    first, second = BrandVersion.every.order_by("published_at")

    for version, colour in ((first, "#2f5d50"), (first, "#2f5d50"), (second, "#ffd400")):
        answer = editor.post(
            reverse("dashboard:brand_restore", args=["alma-fern", version.public_id])
        )
        assert answer.status_code == 302
        assert Brand.every.get().colour == colour

    assert BrandVersion.every.count() == 4
    page = words(editor.get(URL + "history/"))
    assert page.count("Colour: #2f5d50 → #ffd400") == 2
    assert page.count("In force") == 1


def test_a_look_whose_logo_is_gone_does_not_come_back(editor, shop):
    version = BrandVersionFactory(merchant=shop, published_at=NOW, logo="logos/gone.png")

    page = editor.post(
        reverse("dashboard:brand_restore", args=["alma-fern", version.public_id]), follow=True
    )

    assert "no longer stored" in words(page)
    assert not Brand.every.get().logo


def test_who_saves_second_is_told_and_loses_nothing(editor, shop):
    form = typed(shop, footer="Mine")
    other = UserFactory(name="Ben")
    look = values_of_look(Brand.every.get()) | {"footer": "Theirs"}
    theirs = save_draft(shop, look, seen="", by=other, now=NOW)

    page = editor.post(URL, form)

    assert page.status_code == 409
    assert "Ben saved this draft meanwhile." in words(page)
    assert "Mine</textarea>" in words(page)
    assert draft_of(shop.pk).footer == "Theirs"
    editor.post(URL, form | {"overwrite": mark(theirs)})
    assert draft_of(shop.pk).footer == "Mine"


def test_a_draft_that_was_published_meanwhile_is_not_published_again(editor, shop, owner):
    editor.post(URL, typed(shop, footer="First"))
    form = typed(shop, footer="Second", act="publish")
    other = UserFactory(name="Ben")
    publish_draft(shop, seen=mark(draft_of(shop.pk)), by=other, now=NOW)

    page = editor.post(URL, form)

    assert page.status_code == 409
    assert Brand.every.get().footer == "First"


def test_discard(editor, shop):
    editor.post(URL, typed(shop, footer="Draft"))
    stale = editor.post(URL + "discard/", {"seen": "2020-01-01"}, follow=True)
    assert "It was not discarded." in words(stale)

    editor.post(URL + "discard/", {"seen": mark(draft_of(shop.pk))})

    assert draft_of(shop.pk) is None
    assert editor.post(URL + "discard/", {"seen": ""}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_many_who_publish_at_once_one_publishes(shop, owner):
    look = values_of_look(Brand.every.get()) | {"colour": "#ffd400"}
    seen = mark(save_draft(shop, look, seen="", by=owner, now=NOW))
    outcomes = []

    def publish():
        try:
            outcomes.append(publish_draft(shop, seen=seen, by=owner, now=NOW).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 4 and len(set(outcomes)) == 1
    assert SettingChange.every.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told(shop, owner):
    outcomes = []

    def save(footer):
        look = values_of_look(Brand.every.get(merchant=shop)) | {"footer": footer}
        try:
            save_draft(shop, look, seen="", by=owner, now=NOW)
            outcomes.append("saved")
        except ChangedMeanwhile:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[text]) for text in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["saved", "told"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("colour", "yellow", "Enter a colour such as #2f5d50"),
        ("colour", "#fff;}body{", "Enter a colour such as #2f5d50"),
        ("colour", "", "Enter a colour such as #2f5d50"),
        ("sender_email", "nobody", "Enter an e-mail address such as"),
        ("sender_name", "Alma\r\nBcc: x@y.example", "on one line"),
        ("footer", "x" * 1_001, "at most 1000"),
        ("footer", "a\0b", "Null characters"),
        ("font", "Comic Sans", "Select a valid choice"),
        ("link0-url", "javascript:alert(1)", "Enter an address such as https://instagram.com"),
        ("link0-url", "data:text/html,x", "Enter an address such as https://instagram.com"),
        ("link0-url", "https://a@b.example", "Enter an address such as https://instagram.com"),
        ("link0-url", "https://x.example/\u202e", "Enter an address such as https://instagram.com"),
        ("link0-label", "Discord", "Enter the address of this link"),
        ("link0-url", f"https://x.example/{'a' * 300}", "at most 300"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(editor, shop, field, value, sentence):
    data = typed(shop, tone="warm") | {field: value}

    page = editor.post(URL, data)

    assert page.status_code == 200
    assert sentence in words(page)
    assert 'value="warm" checked' in words(page)
    assert draft_of(shop.pk) is None


@pytest.mark.parametrize("size", [1_000_000, 3_000_000])
def test_a_huge_field_is_no_error_of_ours(editor, shop, size):
    for field in ("colour", "footer", "sender_email", "link0-url", "seen", "act"):
        assert editor.post(URL, typed(shop) | {field: "x" * size}).status_code < 500


def bomb():
    """Give a PNG of 12,000 × 12,000 pixels that takes 20 kB."""

    def chunk(kind, data):
        crc = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + crc

    head = (12_000).to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    rows = zlib.compress(b"\0" * (12_000 * 1_501), 9)
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG files can hold programs"),
        (b"<?xml version='1.0'?><!-- x --><SVG/>", "SVG files can hold programs"),
        (b"<html><script>alert(1)</script></html>", "The logo must be a PNG"),
        (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "The logo must be a PNG"),
        (bomb(), "The logo must be a PNG"),
        (b"x" * (4 * 1024 * 1024 + 1), "smaller than 4 MB"),
        (b"", "The file is empty"),
    ],
)  # fmt: skip
def test_only_pictures_become_logos(editor, shop, content, sentence, tmp_path):
    page = editor.post(URL, typed(shop, logo=upload(content)))

    assert sentence in words(page)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_logo_is_written_anew_and_its_file_never_overwritten(editor, shop, tmp_path):
    hidden = picture(kind="JPEG") + b"<script>alert(1)</script>"
    for _ in range(2):
        editor.post(URL, typed(shop, logo=upload(hidden, name="../../x.php"), act="publish"))

    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert file.parent.name == "logos" and file.suffix == ".png"
    assert b"script" not in file.read_bytes()
    assert Brand.every.get().logo.name == f"logos/{file.name}"
    assert editor.get(reverse("portal:logo", args=["alma-fern", "1"])).status_code == 200
    editor.post(URL, typed(shop, **{"logo-clear": "on", "act": "publish"}))
    assert not Brand.every.get().logo
    assert file.exists()


def test_a_logo_is_not_lost_when_something_else_is_wrong(editor, shop):
    page = editor.post(URL, typed(shop, logo=upload(picture()), colour="?"))

    name = words(page).split('name="stored_logo" value="')[1].split('"')[0]
    editor.post(URL, typed(shop, stored_logo=name))
    assert draft_of(shop.pk).logo.name == name


@pytest.mark.parametrize("name", ["../secret.png", "pictures/x.png", "logos/x.svg", "x" * 200])
def test_nobody_names_a_file_as_logo(editor, shop, name):
    editor.post(URL, typed(shop, stored_logo=name))

    assert draft_of(shop.pk) is None
    assert not Brand.every.get().logo


def test_links_are_moved_removed_and_named_without_javascript(editor, shop):
    data = typed(shop) | {
        "link0-url": "instagram.com/alma", "link1-label": "Our forum", "link1-url": "https://forum.example/",
        "link2-url": "https://www.tiktok.com/@alma",
    }  # fmt: skip
    editor.post(URL, data)
    assert [row["label"] for row in draft_of(shop.pk).links] == ["Instagram", "Our forum", "TikTok"]
    assert draft_of(shop.pk).links[0]["url"] == "https://instagram.com/alma"

    moved = editor.post(URL, typed(shop, act="link-up-2"))
    assert moved.url == f"{URL}#links"
    editor.post(URL, typed(shop, act="link-down-0"))
    assert [row["label"] for row in draft_of(shop.pk).links] == ["TikTok", "Instagram", "Our forum"]
    editor.post(URL, typed(shop, act="link-remove-1"))
    editor.post(URL, typed(shop, act="link-remove-9"))
    assert [row["label"] for row in draft_of(shop.pk).links] == ["TikTok", "Our forum"]


def test_the_foot_of_pages_and_mails_shows_links_and_escapes_everything(editor, shop):
    evil = "<script>alert(1)</script>"
    editor.post(
        URL,
        typed(shop, footer=evil, act="publish")
        | {"link0-label": '"><b>x', "link0-url": "https://forum.example/?a=1&b=2"},
    )

    page = words(editor.get("/o/alma-fern/"))
    mail = words(editor.get(URL + "preview/mail/"))
    for source in (page, mail):
        assert evil not in source and "<b>x" not in source
        assert 'href="https://forum.example/?a=1&amp;b=2"' in source.replace("&#38;", "&amp;")
    assert 'rel="noopener"' in page


def test_links_that_came_another_way_are_not_shown(client, shop):
    Brand.every.update(links=[{"label": "x", "url": "javascript:alert(1)"}, "x", {"url": 1}])

    assert "javascript:" not in words(client.get("/o/alma-fern/"))


def test_typing_saves_the_draft_and_says_so(editor, shop):
    part = editor.post(URL, typed(shop, colour="#ffd400"), headers=HTMX)

    assert part["HX-Trigger"] == '{"look-changed": {}}'
    assert "<html" not in words(part)
    assert f'id="seen" name="seen" value="{mark(draft_of(shop.pk))}"' in words(part).replace(
        "&#43;", "+"
    )
    assert "text on it is black" in words(part)
    wrong = editor.post(URL, typed(shop, colour="?"), headers=HTMX)
    assert "HX-Trigger" not in wrong and "Not saved" in words(wrong)
    assert draft_of(shop.pk).colour == "#ffd400"


def test_the_picker_wins_where_the_typed_colour_was_left_alone(editor, shop):
    editor.post(URL, typed(shop, colour_picked="#1f4fa3"))
    assert draft_of(shop.pk).colour == "#1f4fa3"
    editor.post(URL, typed(shop, colour="#FC0", colour_picked="#123456"))
    assert draft_of(shop.pk).colour == "#ffcc00"


@pytest.mark.parametrize("role", [Role.AGENT, Role.READER])
def test_others_may_look_but_change_nothing(client, shop, role):
    client.force_login(MembershipFactory(merchant=shop, role=role).user)
    version = BrandVersionFactory(merchant=shop, published_at=NOW, colour="#ffd400")

    page = words(client.get(URL))
    assert "You can look, not change" in page and 'value="publish"' not in page
    assert "Go back to this look" not in words(client.get(f"{URL}history/{version.public_id}/"))
    for path in ("", "discard/", f"history/{version.public_id}/restore/", "domain/",
                 "domain/check/", "domain/remove/"):  # fmt: skip
        assert client.post(URL + path, typed(shop, act="publish")).status_code == 403, path
    assert Brand.every.get().colour == "#2f5d50"


def test_looks_of_other_shops_are_nobody_s(editor, shop):
    other = BrandVersionFactory(published_at=NOW, merchant=MerchantFactory())

    for path in (f"history/{other.public_id}/", f"preview/page/?look={other.public_id}",
                 f"preview/mail/?look={other.public_id}", f"preview/sheet.css?look={other.public_id}",
                 "preview/page/?look=x", "history/?after=x"):  # fmt: skip
        assert editor.get(URL + path).status_code == 404, path


FRAMES = ["preview/page/", "preview/mail/"]


@pytest.mark.parametrize("path", FRAMES)
def test_previews_are_framed_by_ourselves_only(editor, shop, path):
    page = editor.get(URL + path)

    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    if path.endswith("mail/"):
        assert "script-src 'none'" in page["Content-Security-Policy"]
    assert '<base target="_blank">' in words(page)
    assert page["Cache-Control"] == "private, no-store"


def test_only_the_editor_has_frames_and_nobody_frames_it(editor, shop):
    page = editor.get(URL)

    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert (
        page["X-Frame-Options"],
        "frame-ancestors 'none'" in page["Content-Security-Policy"],
    ) == ("DENY", True)
    assert "frame-src" not in editor.get(URL + "history/")["Content-Security-Policy"]


@pytest.mark.parametrize("path", FRAMES)
def test_previews_show_the_draft_and_no_shopper(editor, shop, path):
    OrderFactory(merchant=shop, number="ZEBRA-1", name="Zoë Privat", email="zoe@private.example")
    before = words(editor.get(URL + path))
    editor.post(URL, typed(shop, footer="Only in the draft"))

    after = words(editor.get(URL + path))

    assert "Only in the draft" not in before and "Only in the draft" in after
    assert "Zoë" not in after and "ZEBRA" not in after
    assert "Only in the draft" not in words(editor.get("/o/alma-fern/"))


@pytest.mark.parametrize(("scheme", "dark_everywhere"), [("dark", True), ("light", False)])
def test_previews_are_light_or_dark_as_asked(editor, shop, scheme, dark_everywhere):
    sheet = words(editor.get(f"{URL}preview/sheet.css?scheme={scheme}"))
    mail = words(editor.get(f"{URL}preview/mail/?scheme={scheme}"))

    for source in (sheet, mail):
        assert "prefers-color-scheme" not in source
        assert ("@media all" in source, "@media not all" in source) == (
            dark_everywhere,
            not dark_everywhere,
        )
        assert f"color-scheme: {scheme}" in source


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow(editor, shop, rows, django_assert_max_num_queries):
    for number in range(rows):
        at = NOW + timedelta(minutes=number)
        BrandVersionFactory(merchant=shop, published_at=at, changed_at=at, by=UserFactory())
    BrandVersionFactory(
        merchant=shop, by=UserFactory(), links=[{"label": "x", "url": "https://x.example"}] * rows
    )

    for path in ("", "history/", "preview/page/", "preview/mail/", "domain/"):
        with django_assert_max_num_queries(12):
            editor.get(URL + path)


def test_going_back_from_another_module_keeps_the_rest(shop, owner):
    version = BrandVersionFactory(merchant=shop, published_at=NOW, footer="Old words")

    assert go_back(shop, version, by=owner, now=NOW).footer == "Old words"
    assert go_back(shop, version, by=owner, now=NOW) is None
