"""Fetch product pictures once, make them small, keep them with us."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from orders.models import Picture
from orders.statuses import PictureState
from postpurchase.lib.http import OutboundError, fetch

SIDE = 192  # pixels: twice the largest place a picture is shown in, for dense screens
MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_ATTEMPTS = 4
LEASE = timedelta(minutes=2)


class NotAPicture(ValueError):
    """The bytes are no picture that may be shown."""


def fetch_due(*, now: datetime, limit: int = 10) -> int:
    """Fetch pictures that are due; give how many were tried.

    Each is leased first, so that no lock is held while a foreign server takes its time.
    """
    pictures = _lease(now=now, limit=limit)
    for picture in pictures:
        _fetch(picture, now=now)
    return len(pictures)


@transaction.atomic
def _lease(*, now: datetime, limit: int) -> list[Picture]:
    due = Picture.every.filter(state=PictureState.PLANNED).exclude(next_at__gt=now)
    pictures = list(due.order_by("next_at", "id").select_for_update(skip_locked=True)[:limit])
    Picture.every.filter(pk__in=[picture.pk for picture in pictures]).update(next_at=now + LEASE)
    return pictures


def _fetch(picture: Picture, *, now: datetime) -> None:
    picture.attempts += 1
    try:
        small = thumbnail(fetch(picture.source_url, max_bytes=MAX_BYTES).content)
    except OutboundError as error:
        picture.error = str(error)[:200]
        picture.next_at = now + timedelta(minutes=5 * 4**picture.attempts)
        if error.is_final or picture.attempts >= MAX_ATTEMPTS:
            picture.state = PictureState.MISSING
    except NotAPicture as error:
        picture.state, picture.error = PictureState.MISSING, str(error)[:200]
    else:
        picture.state, picture.error = PictureState.READY, ""
        picture.file.save(f"{picture.url_digest[:32]}.jpg", ContentFile(small), save=False)
    picture.save()


def thumbnail(raw: bytes) -> bytes:
    """Make a small square-bounded JPEG on white; metadata is dropped. Raises NotAPicture."""
    try:
        with Image.open(io.BytesIO(raw), formats=["JPEG", "PNG", "WEBP", "GIF"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise NotAPicture("The picture is too large.")
            image.draft("RGB", (SIDE * 2, SIDE * 2))
            return _jpeg(ImageOps.exif_transpose(image))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError) as error:
        raise NotAPicture("This is not a picture in JPEG, PNG, WebP or GIF.") from error


def _jpeg(image: Image.Image) -> bytes:
    coloured = image.convert("RGBA")
    coloured.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    ground = Image.new("RGB", coloured.size, "white")
    ground.paste(coloured, mask=coloured.getchannel("A"))
    out = io.BytesIO()
    ground.save(out, "JPEG", quality=82, optimize=True, progressive=True)
    return out.getvalue()
