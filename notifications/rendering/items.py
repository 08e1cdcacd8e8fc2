"""Lines of an order as mails show them: cleaned, of bounded length, with our own pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from notifications.rendering.frame import absolute
from notifications.rendering.text import one_line
from orders.rendering import LineView
from postpurchase.lib.locales import money_text

LINES_SHOWN = 20
# Letters: with these, 20 lines in Cyrillic (6 bytes a letter on the way) stay below 102 kB, where
# Gmail cuts a mail off.
TITLE_LENGTH = 90
VARIANT_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Item:
    """A line as a mail shows it."""

    title: str
    variant: str
    quantity: int
    cancelled: int
    total: str
    discount: str
    picture_url: str
    initials: str


def clean_line(line: LineView) -> LineView:
    """Bring a line's words to one line each, and its picture to our host."""
    return replace(
        line,
        title=one_line(line.title, at_most=TITLE_LENGTH),
        variant=one_line(line.variant, at_most=VARIANT_LENGTH),
        sku=one_line(line.sku),
        picture_url=absolute(line.picture_url) if line.picture_url else "",
    )


def item_of(line: LineView) -> Item:
    """Put a cleaned line into words."""
    return Item(
        title=line.title,
        variant=line.variant,
        quantity=line.quantity,
        cancelled=line.cancelled,
        total=money_text(line.total),
        discount=money_text(-line.discount) if line.discount else "",
        picture_url=line.picture_url,
        initials=one_line(line.initials),
    )


def as_long_as_fits(sentences: Sequence[str]) -> str:
    """Join sentences to what a list of mails shows beside the subject: 40 to 90 letters."""
    text = ""
    for sentence in sentences:
        longer = f"{text} {sentence}".strip()
        if text and (len(text) >= 40 or len(longer) > 90):
            break
        text = longer
    return text
