"""Fetch product pictures once, make them small, keep them with us."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet

from orders.models import Picture
from orders.statuses import PictureState
from postpurchase.lib import images
from postpurchase.lib.http import OutboundError, fetch
from postpurchase.lib.images import NotAPicture

SIDE = 192  # pixels: twice the largest place a picture is shown in, for dense screens
MAX_BYTES = 8 * 1024 * 1024
MAX_ATTEMPTS = 4
LEASE = timedelta(minutes=2)


def fetch_due(*, now: datetime, limit: int = 10) -> int:
    """Fetch pictures that are due; give how many were tried.

    Each is leased first, so that no lock is held while a foreign server takes its time.
    """
    pictures = _lease(now=now, limit=limit)
    for picture in pictures:
        _fetch(picture, now=now)
    return len(pictures)


def fetch_again(pictures: QuerySet[Picture], *, now: datetime) -> int:
    """Have pictures fetched once more, whatever became of them; give how many."""
    return pictures.update(state=PictureState.PLANNED, attempts=0, next_at=now, error="")


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
    return images.jpeg(images.small(raw, width=SIDE, height=SIDE))
