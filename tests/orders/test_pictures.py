"""Product pictures: fetched once, made small, served from our host, or a tile."""

import io
import zlib
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image

from orders.actions.pictures import NotAPicture, fetch_due, thumbnail
from orders.actions.relations import pictures_of
from orders.models import Picture
from tests.factories import MerchantFactory
from tests.local_site import site

pytestmark = pytest.mark.django_db


def png(size=(800, 600), mode="RGB"):
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, "PNG")
    return out.getvalue()


@pytest.fixture(autouse=True)
def _loopback(settings, tmp_path):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.MEDIA_ROOT = tmp_path


def test_a_picture_is_fetched_once_and_served_small(client, django_capture_on_commit_callbacks):
    shop = MerchantFactory()
    with site({"/mug.png": (200, {"Content-Type": "image/png"}, png())}) as (address, asked):
        for _ in range(3):
            pictures_of(shop.pk, [f"{address}/mug.png"])
            fetch_due(now=timezone.now())

    picture = Picture.every.get()
    assert (picture.state, asked) == ("ready", ["/mug.png"])
    answer = client.get(f"/media/{picture.file.name}")
    image = Image.open(io.BytesIO(b"".join(answer.streaming_content)))
    assert (image.format, image.size) == ("JPEG", (192, 144))
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_what_is_no_picture_is_given_up():
    shop = MerchantFactory()
    script = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    with site({"/x.png": (200, {"Content-Type": "image/png"}, script)}) as (address, _):
        pictures_of(shop.pk, [f"{address}/x.png"])
        fetch_due(now=timezone.now())

    assert Picture.every.get().state == "missing"


def test_a_server_in_trouble_is_asked_again_later():
    shop = MerchantFactory()
    with site({"/x.png": (503, {}, b"")}) as (address, asked):
        pictures_of(shop.pk, [f"{address}/x.png"])
        now = timezone.now()
        for hours in (0, 0, 2, 40, 80, 400):
            fetch_due(now=now + timedelta(hours=hours))

    assert Picture.every.get().state == "missing"
    assert len(asked) == 4


def test_an_address_that_is_none_holds_up_no_other():
    shop = MerchantFactory()
    with site({"/x.png": (200, {}, png())}) as (address, _):
        pictures_of(shop.pk, ["http://a..b/x.png", f"{address}/x.png"])
        fetch_due(now=timezone.now())

    assert sorted(Picture.every.values_list("state", flat=True)) == ["missing", "ready"]


def test_a_private_address_is_never_asked(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = False
    shop = MerchantFactory()
    with site({"/x.png": (200, {}, png())}) as (address, asked):
        pictures_of(shop.pk, [f"{address}/x.png"])
        fetch_due(now=timezone.now())

    assert (Picture.every.get().state, asked) == ("missing", [])


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "1", "LA"])
def test_pictures_of_all_kinds_become_small(mode):
    small = Image.open(io.BytesIO(thumbnail(png(mode=mode) if mode != "LA" else png(mode="LA"))))

    assert max(small.size) == 192


def test_a_picture_taken_sideways_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    out = io.BytesIO()
    Image.new("RGB", (800, 400)).save(out, "JPEG", exif=exif)

    assert Image.open(io.BytesIO(thumbnail(out.getvalue()))).size == (96, 192)


def bomb(width=30_000, height=30_000):
    """A PNG of a few bytes that claims many pixels."""
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    chunk = b"IHDR" + header
    crc = zlib.crc32(chunk).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + len(header).to_bytes(4, "big") + chunk + crc


def gif(width):
    """A GIF whose frame is wider than its screen."""
    out = io.BytesIO()
    Image.new("P", (30, 20)).save(out, "GIF")
    raw = bytearray(out.getvalue())
    frame = raw.rindex(b"\x2c")
    raw[frame + 1 : frame + 3] = width.to_bytes(2, "little")
    return bytes(raw)


@pytest.mark.parametrize(
    "raw",
    [b"", b"GIF89a", png()[:100], bomb(), bomb(1, 20_000), b"<html>", gif(60_000),
     png().replace(b"\0\0\0\rIHDR", b"\0\0\0\x01IHDR")],
)  # fmt: skip
def test_hostile_bytes_are_no_picture(raw):
    with pytest.raises(NotAPicture):
        thumbnail(raw)


@pytest.mark.parametrize(
    "name", ["other/x.jpg", "pictures/../x.jpg", "pictures/x.svg", "pictures/none.jpg", "pictures/",
     "pictures/a%00.jpg", f"pictures/{'a' * 3000}.jpg", "pictures/%2e%2e/%2e%2e/x.png", "pictures/%ff.jpg"],
)  # fmt: skip
def test_only_pictures_are_served(client, name):
    assert client.get(f"/media/{name}").status_code == 404
