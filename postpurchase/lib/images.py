"""Pictures from outside: opened with care, made small, written anew without what else they held."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

MAX_PIXELS = 25_000_000  # unpacked, 100 MB
MAX_PIXELS_OF_JPEG = 50_000_000  # unpacked at a fraction of its size
MAX_SIDE = 15_000  # pixels: each row costs memory too, however short
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SHRINKABLE = frozenset({"L", "RGB", "RGBA"})  # kinds of pixels that can be mixed as they are


class NotAPicture(ValueError):
    """The bytes are no picture that may be shown."""


def small(raw: bytes, *, width: int, height: int) -> Image.Image:
    """Read a picture and fit it into so many pixels, upright, with its transparency.

    Raises NotAPicture, also for one that unpacks to more than a process has room for.
    """
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
            _check_size(image)
            image.draft("RGB", (width * 2, height * 2))
            return _shrunk(image, width=width, height=height)
    except NotAPicture:
        raise
    except Exception as error:  # a broken picture brings out any error there is
        raise NotAPicture("This is not a picture in JPEG, PNG, WebP or GIF.") from error


def _check_size(image: Image.Image) -> None:
    most = MAX_PIXELS_OF_JPEG if image.format == "JPEG" else MAX_PIXELS
    if image.width * image.height > most or max(image.size) > MAX_SIDE:
        raise NotAPicture("The picture is too large.")


def _shrunk(image: Image.Image, *, width: int, height: int) -> Image.Image:
    # Made small first and in place: a copy in full size costs a hundred megabytes.
    shrunk = image if image.mode in SHRINKABLE else image.convert("RGBA")
    side = max(width, height)
    shrunk.thumbnail((side, side), Image.Resampling.LANCZOS)
    ImageOps.exif_transpose(shrunk, in_place=True)
    upright = shrunk.convert("RGBA")
    upright.thumbnail((width, height), Image.Resampling.LANCZOS)
    return upright


def jpeg(image: Image.Image) -> bytes:
    """Write a picture as JPEG on white; nothing but its pixels is kept."""
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    out = io.BytesIO()
    ground.save(out, "JPEG", quality=82, optimize=True, progressive=True)
    return out.getvalue()


def png(image: Image.Image) -> bytes:
    """Write a picture as PNG with its transparency; nothing but its pixels is kept."""
    bare = Image.new("RGBA", image.size)
    bare.paste(image)
    out = io.BytesIO()
    bare.save(out, "PNG", optimize=True)
    return out.getvalue()
