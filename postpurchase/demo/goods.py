"""What the demo shop sells, and pictures of it, drawn here."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageDraw

SIDE = 192
SCALE = 4  # drawn larger and made small, for smooth edges

Box = tuple[float, float, float, float]
Pen = Callable[["Sheet"], None]


class Sheet:
    """A square to draw on, measured from 0 to 100."""

    def __init__(self, ground: str, colour: str, shade: str) -> None:
        self.image = Image.new("RGB", (SIDE * SCALE, SIDE * SCALE), ground)
        self.pen = ImageDraw.Draw(self.image)
        self.ground, self.colour, self.shade = ground, colour, shade

    def _box(self, box: Box) -> list[float]:
        return [value * SIDE * SCALE / 100 for value in box]

    def round(self, box: Box, *, fill: str, radius: float = 4) -> None:
        """Draw a rectangle with soft corners."""
        self.pen.rounded_rectangle(self._box(box), radius * SIDE * SCALE / 100, fill=fill)

    def oval(self, box: Box, *, fill: str) -> None:
        """Draw an ellipse."""
        self.pen.ellipse(self._box(box), fill=fill)

    def ring(self, box: Box, *, fill: str, width: float) -> None:
        """Draw the outline of an ellipse."""
        self.pen.ellipse(self._box(box), outline=fill, width=int(width * SIDE * SCALE / 100))

    def shape(self, points: list[tuple[float, float]], *, fill: str) -> None:
        """Draw a polygon."""
        self.pen.polygon(
            [(x * SIDE * SCALE / 100, y * SIDE * SCALE / 100) for x, y in points], fill=fill
        )

    def jpeg(self) -> bytes:
        """Give the picture in the size that pages use."""
        out = io.BytesIO()
        self.image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "JPEG", quality=84)
        return out.getvalue()


def mug(sheet: Sheet) -> None:
    """Draw a mug."""
    sheet.ring((58, 38, 84, 66), fill=sheet.shade, width=5)
    sheet.round((26, 28, 68, 78), fill=sheet.colour, radius=8)
    sheet.oval((26, 22, 68, 35), fill=sheet.shade)


def towel(sheet: Sheet) -> None:
    """Draw a folded towel."""
    for offset in (0, 14, 28):
        sheet.round((20, 30 + offset, 80, 46 + offset), fill=sheet.colour, radius=7)
        sheet.round((20, 42 + offset, 80, 45 + offset), fill=sheet.shade, radius=1)


def pot(sheet: Sheet) -> None:
    """Draw a plant in a pot."""
    for box in ((30, 14, 50, 52), (50, 14, 70, 52), (41, 8, 59, 50)):
        sheet.oval(box, fill="#5f8a5b")
    sheet.shape([(30, 50), (70, 50), (64, 84), (36, 84)], fill=sheet.colour)
    sheet.round((27, 46, 73, 56), fill=sheet.shade, radius=2)


def candle(sheet: Sheet) -> None:
    """Draw a candle."""
    sheet.oval((45, 14, 55, 34), fill="#f2b544")
    sheet.round((34, 34, 66, 82), fill=sheet.colour, radius=5)
    sheet.round((34, 54, 66, 70), fill=sheet.shade, radius=1)


def vase(sheet: Sheet) -> None:
    """Draw a vase."""
    sheet.round((43, 18, 57, 46), fill=sheet.shade, radius=3)
    sheet.oval((27, 36, 73, 86), fill=sheet.colour)
    sheet.round((39, 15, 61, 21), fill=sheet.shade, radius=2)


def bowl(sheet: Sheet) -> None:
    """Draw a bowl."""
    sheet.pen.pieslice(sheet._box((18, 18, 82, 82)), 0, 180, fill=sheet.colour)
    sheet.oval((18, 42, 82, 58), fill=sheet.shade)


def cushion(sheet: Sheet) -> None:
    """Draw a cushion."""
    sheet.round((20, 24, 80, 78), fill=sheet.colour, radius=14)
    sheet.round((30, 34, 70, 68), fill=sheet.shade, radius=9)


def lamp(sheet: Sheet) -> None:
    """Draw a lamp."""
    sheet.round((48, 44, 52, 80), fill="#6b5b4b", radius=1)
    sheet.round((34, 78, 66, 84), fill="#6b5b4b", radius=3)
    sheet.shape([(38, 18), (62, 18), (74, 48), (26, 48)], fill=sheet.colour)


def blanket(sheet: Sheet) -> None:
    """Draw a blanket."""
    sheet.round((18, 28, 82, 74), fill=sheet.colour, radius=6)
    for left in (28, 44, 60):
        sheet.round((left, 28, left + 6, 74), fill=sheet.shade, radius=0)


@dataclass(frozen=True, slots=True)
class Good:
    """Something the demo shop sells; the price is in cents."""

    key: str
    title: str
    variants: tuple[str, ...]
    price: int
    draw: Pen
    colours: tuple[str, str, str]

    def picture(self) -> bytes:
        """Give its picture as a JPEG."""
        sheet = Sheet(*self.colours)
        self.draw(sheet)
        return sheet.jpeg()


# One good a line reads like the table it is.
# ruff: noqa: E501
GOODS = (
    Good("mug", "Stoneware mug", ("Moss", "Clay", "Chalk"), 1850, mug, ("#eef0e8", "#7d9478", "#64795f")),
    Good("towel", "Linen tea towel", ("Natural", "Indigo"), 1490, towel, ("#f1ece3", "#d8c7a8", "#b79f76")),
    Good("pot", "Terracotta plant pot", ("12 cm", "18 cm"), 2400, pot, ("#f5ece6", "#c4724e", "#a95c3b")),
    Good("candle", "Beeswax candle", ("Small", "Large"), 1690, candle, ("#f4efe4", "#e9cf8f", "#d6b768")),
    Good("vase", "Hand-thrown vase", ("Sand",), 5900, vase, ("#ecebe7", "#b9a892", "#9c8b75")),
    Good("bowl", "Serving bowl", ("Chalk", "Slate"), 3450, bowl, ("#e9edf0", "#8fa3b0", "#6f8592")),
    Good("cushion", "Wool cushion", ("Rust", "Forest"), 4900, cushion, ("#f6ebe6", "#b4583f", "#c97a62")),
    Good("lamp", "Paper table lamp", ("Warm white",), 8900, lamp, ("#efece6", "#f3d9a4", "#e4c27f")),
    Good("blanket", "Recycled wool blanket", ("Heather", "Oat"), 7900, blanket, ("#efebf0", "#8d7b94", "#a695ac")),
)  # fmt: skip
