"""What all mails of a shop share: its look, its help, its imprint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi

from merchants.appearance import Shape, font_of, links_of, shape_of, tokens_of
from merchants.models import Brand, Merchant
from merchants.queries import support_hours_text
from merchants.social import FooterLink
from notifications.rendering.text import one_line
from postpurchase.lib import colour

LOGO_HEIGHT = 40
LOGO_WIDTH = 240
# What every mail program shows; Outlook on Windows knows neither WebP nor SVG.
LOGO_FORMATS = (".png", ".jpg", ".jpeg", ".gif")


@dataclass(frozen=True, slots=True)
class Logo:
    """The shop's logo on our host, as large as it is shown, in pixels."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Style:
    """How a brand's mails look: colours, corners, letters."""

    palette: colour.Tokens
    shape: Shape
    font: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of a mail around what it says. Colours are literal: mails know no variables."""

    shop: str
    confirmation_style: str
    shop_url: str
    logo: Logo | None
    style: Style
    links: tuple[FooterLink, ...]
    support_email: str
    support_phone: str
    support_hours: str
    imprint: str
    footer: str
    shows_credit: bool
    language: str
    direction: str

    @property
    def has_help(self) -> bool:
        """Tell whether there is anybody to ask."""
        return bool(self.support_email or self.support_phone)


def frame_of(merchant: Merchant, *, brand: Brand | None = None) -> Frame:
    """Put together the frame of a merchant's mails, in the active language.

    It looks as the merchant's brand, or as one that is only being tried.
    """
    brand = brand or Brand.of(merchant)
    legal_name = one_line(merchant.legal_name or merchant.name)
    return Frame(
        shop=one_line(merchant.name, at_most=80),
        confirmation_style=brand.confirmation_style,
        shop_url=merchant.shop_url,
        logo=_logo(brand, slug=merchant.slug),
        style=Style(tokens_of(brand), shape_of(brand), font_of(brand)),
        links=links_of(brand),
        support_email=merchant.support_email,
        support_phone=one_line(merchant.support_phone),
        support_hours=one_line(support_hours_text(merchant, timezone.now())),
        imprint="\n".join([legal_name, *merchant.postal_address.splitlines()]),
        footer=brand.footer,
        shows_credit=brand.shows_credit,
        language=get_language() or settings.LANGUAGE_CODE,
        direction="rtl" if get_language_bidi() else "ltr",
    )


@lru_cache(maxsize=256)
def look(style: Style, *, direction: str) -> SafeString:
    """Write the head's styles: the same for all mails of a brand, so worked out once."""
    context = {
        "palette": style.palette,
        "shape": style.shape,
        "font": style.font,
        "light": colour.LIGHT,
        "dark": colour.DARK,
        "direction": direction,
    }
    return render_to_string("mail/_look.mjml", context)


def absolute(path: str) -> str:
    """Give the address, as the outside world knows it, of a file on our host.

    Not on the merchant's own domain: pictures of old mails are there even if that is given up.
    """
    return path if path.startswith(("https://", "http://")) else f"{settings.PUBLIC_URL}{path}"


def _logo(brand: Brand, *, slug: str) -> Logo | None:
    if not brand.logo or not str(brand.logo.name).lower().endswith(LOGO_FORMATS):
        return None
    size = _pixels(brand)
    if size is None:
        return None
    width, height = size
    scale = min(LOGO_HEIGHT / height, LOGO_WIDTH / width)
    path = (
        reverse("portal:logo", args=[slug, f"{brand.updated_at:%Y%m%d%H%M%S}"])
        if brand.pk
        else reverse("media", args=[brand.logo.name])  # one that is only being tried
    )
    return Logo(absolute(path), max(1, round(width * scale)), max(1, round(height * scale)))


_measured: dict[tuple[str, datetime | None], tuple[int, int]] = {}
MEASURED_AT_MOST = 1_000


def _pixels(brand: Brand) -> tuple[int, int] | None:
    """Measure a logo once; a name may come again with another picture, but not unchanged."""
    key = (str(brand.logo.name), brand.updated_at)
    if key not in _measured:
        try:
            size = (int(brand.logo.width), int(brand.logo.height))
        except (OSError, TypeError, ValueError):
            return None  # The file is missing or no picture: the name stands there instead.
        if len(_measured) >= MEASURED_AT_MOST:
            _measured.clear()
        _measured[key] = size
    width, height = _measured[key]
    return (width, height) if width and height else None
