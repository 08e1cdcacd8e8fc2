"""Whatever colour a merchant has, shoppers can read the page."""

import random
import re

import pytest
from django.conf import settings

from postpurchase.lib.colour import (
    DARK,
    LIGHT,
    BadColour,
    contrast,
    css,
    fingerprint,
    in_words,
    parse,
    tokens,
)


def failures(brand):
    """List what a shopper could not read with this brand."""
    found = []
    for neutrals, palette in ((LIGHT, tokens(brand).light), (DARK, tokens(brand).dark)):
        texts = [(palette.on_brand, palette.brand)]
        for ground in (neutrals.bg, neutrals.surface, palette.brand_soft):
            texts += [(palette.brand_ink, ground), (neutrals.ink, ground)]
            texts += [(neutrals.muted, ground)]
        found += [pair for pair in texts if contrast(*pair) < 4.5]
        shapes = [(palette.brand_line, neutrals.bg), (palette.brand_line, neutrals.surface)]
        found += [pair for pair in shapes if contrast(*pair) < 3]
    return found


def test_five_thousand_random_brands_are_readable_on_light_and_dark():
    dice = random.Random(20260711)
    brands = [f"#{dice.randrange(1 << 24):06x}" for _ in range(5000)]

    assert [(brand, found) for brand in brands if (found := failures(brand))] == []


@pytest.mark.parametrize("brand", ["#000", "#fff", "#808080", "#ff0000", "#00ff00", "#0000ff"])
def test_corners_of_the_colour_space_are_readable(brand):
    assert failures(brand) == []


def test_the_judge_sees_a_brand_used_blindly():
    assert contrast("#ffffff", "#ffd400") < 4.5


def test_yellow_keeps_its_colour_and_gets_black_text_and_dark_links():
    light = tokens("#ffd400").light

    assert (light.brand, light.on_brand) == ("#ffd400", "#000000")
    assert contrast(light.brand_ink, "#ffffff") < 5.5
    assert light.brand_line == LIGHT.ink


def test_a_readable_brand_is_its_own_ink_and_line():
    light = tokens("#1f4fa3").light

    assert (light.brand_ink, light.brand_line) == ("#1f4fa3", "#1f4fa3")


@pytest.mark.parametrize(
    ("text", "expected"), [("#ABC", "#aabbcc"), (" ffd400 ", "#ffd400"), ("#1f4fa3", "#1f4fa3")]
)
def test_parse(text, expected):
    assert parse(text) == expected


@pytest.mark.parametrize("text", ["", "red", "#12", "#12345g", "#fff;}body{", "url(x)", "#١٢٣"])
def test_parse_refuses_what_is_no_colour(text):
    with pytest.raises(BadColour):
        parse(text)


def test_css_sets_five_properties_for_light_and_for_dark():
    sheet = css(tokens("#ffd400"))

    assert (
        re.findall(r"--[a-z-]+", sheet)
        == [
            "--brand",
            "--on-brand",
            "--brand-ink",
            "--brand-soft",
            "--brand-line",
        ]
        * 2
    )
    assert fingerprint(tokens("#ffd400")) != fingerprint(tokens("#ffd401"))


def test_in_words_names_the_colour_of_text_and_links():
    assert in_words(tokens("#ffd400")) == (
        "Your colour #ffd400 stays as it is; text on it is black. "
        f"Links use {tokens('#ffd400').light.brand_ink}, the same hue, so that everybody can "
        "read them. It is close to the page's ground, so buttons get an outline."
    )
    assert in_words(tokens("#1f4fa3")) == (
        "Your colour #1f4fa3 stays as it is; text on it is white."
    )


def test_the_stylesheet_uses_the_same_neutrals():
    sheet = (settings.BASE_DIR / "static" / "app.css").read_text()
    light, dark = sheet.split("prefers-color-scheme", 1)

    for part, neutrals in ((light, LIGHT), (dark, DARK)):
        for name in ("bg", "surface", "ink", "muted", "line"):
            value = re.search(rf"--{name}: (#[0-9a-f]+);", part)
            assert value and parse(value[1]) == getattr(neutrals, name), name
