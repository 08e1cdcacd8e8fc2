"""People made up: common names and rare ones, in many scripts."""

# Lists of words read best as words.
# ruff: noqa: SIM905

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from random import Random

from orders.keys import name_words

FIRST = (
    "Anna Maria Thomas Michael Julia Ines Peter Laura Jürgen Sophie Łukasz Zoë Søren Marta José "
    "Agnieszka Mehmet Ayşe Björn Chloé François Siobhán Jean-Luc Noël Åsa Øyvind Dvořák Željko "
    "Иван Ольга Дмитрий Георгий Γιώργος Ελένη محمد فاطمة דוד שרה Maximilian Kim Linh Priya "
    "राहुल सीता Emre Paweł Ana Marko Luca Giulia Mario Elena Lukas Hannah Felix Lea Paul Mia"
).split()
LAST = (
    "Müller Schmidt Weber Meyer García Rossi Martin Silva Nowak Jensen O’Brien Wójcik Yılmaz "
    "Kovač Novák Lindström Ødegård Ångström Nguyen Smith Jones López Fernández Dubois Moreau "
    "Иванова Петров Ёлкина Παπαδόπουλος حسن علي כהן לוי Sharma वर्मा Öztürk Kowalczyk Popescu "
    "Horváth Szabó van-Dijk de-Vries Janssens Keller Huber Wagner Becker Schulz Hoffmann Groß"
).split()
WHOLE = "王小明 李娜 张伟 佐藤健 鈴木花子 高橋翔 김민준 이서연 박지훈 陳大文".split()
# Rare surnames are put together, as German does.
_FRONT = "Ober Nieder Stein Berg Wald Kirch Neu Alt Hof Bach Linden Roth Schwarz Weiß Grün".split()
_BACK = (
    "mann bauer hofer meier berger huber müller feld bach stein wald moser lechner egger".split()
)
RARE = [front + back for front in _FRONT for back in _BACK]
COUNTRIES = ("DE", "DE", "DE", "AT", "CH", "NL", "FR", "PL", "IT", "SE")
CITIES = "Berlin Wien Zürich Utrecht Lyon Kraków Torino Malmö Köln Graz".split()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who orders."""

    name: str
    email: str
    """Up to a domain that each shop has its own of."""
    phone: str
    country: str
    city: str
    street: str
    words: list[str]


def make_people(count: int, rng: Random) -> list[Person]:
    """Make so many people; a first name may be a hundred times as common as another."""
    first = rng.choices(FIRST, cum_weights=zipf(len(FIRST)), k=count)
    last = rng.choices(LAST + RARE, cum_weights=zipf(len(LAST) + len(RARE)), k=count)
    return [_person(number, first[number], last[number], rng) for number in range(count)]


def zipf(size: int) -> list[float]:
    """Give cumulated weights: the second is half as likely as the first, the tenth a tenth."""
    return list(accumulate(1 / rank for rank in range(1, size + 1)))


def _person(number: int, first: str, last: str, rng: Random) -> Person:
    name = rng.choice(WHOLE) if number % 50 == 0 else f"{first} {last}"
    words = name_words([name])
    ascii_words = [word for word in words if word.isascii()] or ["shopper"]
    has_phone = rng.random() < 0.6
    return Person(
        name=name,
        email=f"{'.'.join(ascii_words[:2])}{number}@shop",
        phone=f"+4917{rng.randrange(10**7, 10**8)}" if has_phone else "",
        country=rng.choice(COUNTRIES),
        city=rng.choice(CITIES),
        street=f"Lindenstraße {rng.randrange(1, 200)}",
        words=words,
    )
