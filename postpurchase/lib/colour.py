"""A merchant's one colour, turned into a set that everybody can read.

Pages and mails never use the brand colour blindly: from it we work out which text fits on it, a
shade of the same hue that is dark (or light) enough for text, a tint, and an outline. Contrast is
WCAG 2.2's ratio (success criteria 1.4.3 and 1.4.11); hue is kept in OKLCH
(https://bottosson.github.io/posts/oklab/), where equal steps look equal.
"""

import hashlib
import math
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache

from django.utils.translation import gettext, gettext_noop

TEXT_CONTRAST = 4.5
SHAPE_CONTRAST = 3.0

Rgb = tuple[float, float, float]


class BadColour(ValueError):
    """What was given is not a colour of the form #rgb or #rrggbb."""


@dataclass(frozen=True)
class Neutrals:
    """The colours that no merchant changes; `static/app.css` and the mails share them."""

    bg: str
    surface: str
    ink: str
    muted: str
    line: str


@dataclass(frozen=True)
class Palette:
    """The brand's colours on one ground, each as #rrggbb."""

    brand: str
    on_brand: str
    brand_ink: str
    brand_soft: str
    brand_line: str


@dataclass(frozen=True)
class Tokens:
    """The brand's colours for light and dark pages."""

    light: Palette
    dark: Palette


LIGHT = Neutrals(bg="#f7f7f5", surface="#ffffff", ink="#1c1c1a", muted="#5d5d58", line="#dcdcd6")
DARK = Neutrals(bg="#141413", surface="#1e1e1c", ink="#f1f1ee", muted="#b4b4ad", line="#3a3a36")


def parse(text: str) -> str:
    """Bring a colour to the form #rrggbb.

    Raise BadColour for anything but three or six hexadecimal digits.
    """
    digits = text.strip().removeprefix("#").lower()
    if re.fullmatch(r"[0-9a-f]{3}", digits):
        digits = "".join(digit * 2 for digit in digits)
    if not re.fullmatch(r"[0-9a-f]{6}", digits):
        raise BadColour(f"{text!r} is not a colour such as #1f4fa3.")
    return f"#{digits}"


def contrast(one: str, other: str) -> float:
    """Tell the WCAG contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=1024)
def tokens(brand: str) -> Tokens:
    """Work out the colours of a brand; raise BadColour if there is no such colour."""
    brand = parse(brand)
    return Tokens(
        light=_palette(brand, LIGHT, soft_lightness=0.955, soft_chroma=0.022, end=0.0),
        dark=_palette(brand, DARK, soft_lightness=0.29, soft_chroma=0.035, end=1.0),
    )


def css(tokens: Tokens) -> str:
    """Write the colours as custom properties, for light pages and for dark ones."""
    return (
        f":root{{{_properties(tokens.light)}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{_properties(tokens.dark)}}}}}"
    )


def in_scheme(sheet: str, scheme: str) -> str:
    """Rewrite a stylesheet, or a page with one, so that it is light or dark whatever is preferred.

    For previews: browsers offer no way to ask a single frame for the other scheme.
    """
    if scheme not in {"light", "dark"}:
        return sheet
    forced = "all" if scheme == "dark" else "not all"
    sheet = re.sub(r"(?:screen and )?\(prefers-color-scheme:\s*dark\)", forced, sheet)
    return re.sub(r"color-scheme:\s*light dark", f"color-scheme: {scheme}", sheet)


def fingerprint(tokens: Tokens) -> str:
    """Name these colours in ten letters, so that their stylesheet may be cached for ever."""
    return hashlib.sha256(css(tokens).encode()).hexdigest()[:10]


def in_words(tokens: Tokens) -> str:
    """Tell a merchant in sentences what becomes of the colour."""
    light = tokens.light
    on_brand = (
        gettext_noop("Your colour %(brand)s stays as it is; text on it is white.")
        if light.on_brand == "#ffffff"
        else gettext_noop("Your colour %(brand)s stays as it is; text on it is black.")
    )
    sentences = [gettext(on_brand) % {"brand": light.brand}]
    if light.brand_ink != light.brand:
        sentences.append(
            gettext("Links use %(ink)s, the same hue, so that everybody can read them.")
            % {"ink": light.brand_ink}
        )
    if light.brand_line != light.brand:
        sentences.append(gettext("It is close to the page's ground, so buttons get an outline."))
    return " ".join(sentences)


def _properties(palette: Palette) -> str:
    return ";".join(f"--{name.replace('_', '-')}:{hex}" for name, hex in asdict(palette).items())


def _palette(
    brand: str, neutrals: Neutrals, *, soft_lightness: float, soft_chroma: float, end: float
) -> Palette:
    """Fit the brand to one ground; `end` is the lightness that text moves towards."""
    _, chroma, hue = _oklch(brand)
    soft = _hex_in_gamut(soft_lightness, min(chroma, soft_chroma), hue)
    grounds = (neutrals.bg, neutrals.surface, soft)
    stands_out = min(contrast(brand, ground) for ground in grounds[:2]) >= SHAPE_CONTRAST
    return Palette(
        brand=brand,
        on_brand=max("#ffffff", "#000000", key=lambda text: contrast(text, brand)),
        brand_ink=_readable(brand, grounds, end=end),
        brand_soft=soft,
        brand_line=brand if stands_out else neutrals.ink,
    )


def _readable(brand: str, grounds: tuple[str, ...], *, end: float) -> str:
    """Move the lightness towards `end`, no further than the text needs on every ground."""

    def readable(colour: str) -> bool:
        return all(contrast(colour, ground) >= TEXT_CONTRAST for ground in grounds)

    if readable(brand):
        return brand
    lightness, chroma, hue = _oklch(brand)
    return _nearest(
        lambda share: _hex_in_gamut(lightness + (end - lightness) * share, chroma, hue), readable
    )


def _nearest(colour_at: Callable[[float], str], fits: Callable[[str], bool]) -> str:
    """Halve the way from 0 (does not fit) to 1 (fits); the answer is a colour that fits."""
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (low, middle) if fits(colour_at(middle)) else (middle, high)
    return colour_at(high)


def _luminance(hex: str) -> float:
    red, green, blue = _linear(hex)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(hex: str) -> Rgb:
    red, green, blue = (int(hex[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _to_linear(red), _to_linear(green), _to_linear(blue)


def _to_linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _from_linear(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _oklch(hex: str) -> Rgb:
    """Give lightness (0 to 1), chroma and hue (in radians)."""
    red, green, blue = _linear(hex)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _rgb(lightness: float, chroma: float, hue: float) -> Rgb:
    """Turn OKLCH into linear sRGB; channels outside 0 to 1 cannot be shown."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _hex_in_gamut(lightness: float, chroma: float, hue: float) -> str:
    """Write a colour as #rrggbb, paler where a screen cannot show it that strong."""
    low, high = 0.0, chroma
    if _shows(_rgb(lightness, chroma, hue)):
        low = chroma
    for _ in range(16):
        middle = (low + high) / 2
        low, high = (middle, high) if _shows(_rgb(lightness, middle, hue)) else (low, middle)
    channels = (min(1.0, max(0.0, channel)) for channel in _rgb(lightness, low, hue))
    return "#" + "".join(f"{round(_from_linear(channel) * 255):02x}" for channel in channels)


def _shows(channels: Rgb) -> bool:
    return all(-1e-4 <= channel <= 1 + 1e-4 for channel in channels)
