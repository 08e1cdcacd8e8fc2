"""A shop's look in the terms of a stylesheet and of mails: colours, corners, letters, links."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from merchants.models import Appearance, Brand
from merchants.social import LINKS_AT_MOST, FooterLink, readable_links
from merchants.statuses import Corners, Font
from postpurchase.lib import colour


@dataclass(frozen=True, slots=True)
class Shape:
    """How round things are, in pixels: cards, small things such as fields, buttons."""

    card: int
    small: int
    button: int


SHAPES: dict[str, Shape] = {
    Corners.SQUARE: Shape(0, 0, 0),
    Corners.SOFT: Shape(12, 8, 8),
    Corners.ROUND: Shape(20, 14, 24),
}
# Letters that devices have: nothing is downloaded. The plain ones are those of `static/app.css`.
FONTS: dict[str, str] = {
    Font.SYSTEM: (
        "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
    ),
    Font.SERIF: "Charter, 'Iowan Old Style', 'Palatino Linotype', 'URW Palladio L', Georgia, serif",
    Font.ROUNDED: (
        "ui-rounded, 'SF Pro Rounded', 'Hiragino Maru Gothic ProN', Nunito, Quicksand, "
        "'Arial Rounded MT Bold', 'Varela Round', Calibri, sans-serif"
    ),
}


def tokens_of(look: Appearance) -> colour.Tokens:
    """Give a look's colours; a colour that is none falls back to the default."""
    try:
        return colour.tokens(look.colour)
    except colour.BadColour:
        return colour.tokens(Brand().colour)


def shape_of(look: Appearance) -> Shape:
    """Give how round a look is."""
    return SHAPES.get(look.corners, SHAPES[Corners.SOFT])


def font_of(look: Appearance) -> str:
    """Give a look's letters as a stylesheet names them."""
    return FONTS.get(look.font, FONTS[Font.SYSTEM])


def stylesheet(look: Appearance) -> str:
    """Write a look as custom properties; what `static/app.css` says already is left out."""
    return colour.css(tokens_of(look)) + _shape_css(look)


def fingerprint(sheet: str) -> str:
    """Name a stylesheet in ten letters, so that it may be cached for ever."""
    return hashlib.sha256(sheet.encode()).hexdigest()[:10]


def _shape_css(look: Appearance) -> str:
    shape, said = shape_of(look), []
    if shape != SHAPES[Corners.SOFT]:
        said += [
            f"--radius:{shape.card}px",
            f"--radius-small:{shape.small}px",
            f"--radius-button:{shape.button}px",
        ]
    if look.font in FONTS and look.font != Font.SYSTEM:
        said.append(f"--font:{FONTS[look.font]}")
    return f":root{{{';'.join(said)}}}" if said else ""


def links_of(look: Appearance) -> tuple[FooterLink, ...]:
    """Give the links at the foot; whatever the row holds, only web addresses are shown."""
    rows = look.links if isinstance(look.links, list) else []
    return tuple(readable_links(rows))[:LINKS_AT_MOST]
