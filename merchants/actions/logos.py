"""Logos: checked, written anew, kept under a name that is made of what they show."""

from __future__ import annotations

import hashlib
import re

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from postpurchase.lib import images
from postpurchase.lib.errors import Refused

LARGEST = 4 * 1024 * 1024  # bytes
WIDTH, HEIGHT = 800, 400  # pixels: several times what pages and mails show
NAME = re.compile(r"logos/[0-9a-f]{32}\.png")


class BadLogo(Refused):
    """The file is no picture that can be a logo."""

    code = "bad_logo"


def store_logo(upload: UploadedFile[bytes]) -> str:
    """Keep an uploaded logo as a small PNG and give its name; nothing else of the file is kept.

    The same picture has the same name, so a file is never overwritten by another. Raises BadLogo.
    """
    if (upload.size or 0) > LARGEST:
        raise BadLogo(_("The logo must be smaller than 4 MB"))
    upload.seek(0)
    raw = upload.read()
    if _is_drawing(raw):
        text = _("SVG files can hold programs, so we don’t take them. Export the logo as PNG.")
        raise BadLogo(text)
    try:
        picture = images.png(images.small(raw, width=WIDTH, height=HEIGHT))
    except images.NotAPicture as error:
        raise BadLogo(_("The logo must be a PNG, JPEG, WebP or GIF")) from error
    name = f"logos/{hashlib.sha256(picture).hexdigest()[:32]}.png"
    if default_storage.exists(name):
        return name
    return default_storage.save(name, ContentFile(picture))


def is_stored(name: str) -> bool:
    """Tell whether a name is that of a logo we keep."""
    return bool(NAME.fullmatch(name)) and default_storage.exists(name)


def _is_drawing(raw: bytes) -> bool:
    return b"<svg" in raw[:4096].lower()
