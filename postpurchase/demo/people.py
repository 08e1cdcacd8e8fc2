"""The demo shop's shoppers: twelve with faces one remembers, and as many more as are needed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from orders.sources.document import AddressDoc


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who buys: address of mail and parcels, and the language they speak."""

    email: str
    address: AddressDoc
    language: str


FIRST = (
    ("Ana Pop", "ana.pop", "DE", "Lindenstraße 9", "10969", "Berlin", "en"),
    ("Jonas Weber", "jonas.weber", "DE", "Gärtnerweg 14", "60322", "Frankfurt am Main", "de"),
    ("Lucía Romero", "lucia.romero", "ES", "Calle de Atocha 41", "28012", "Madrid", "en"),
    ("Maja Kowalska", "maja.k", "PL", "ul. Długa 7", "00-238", "Warszawa", "en"),
    ("Søren Dahl", "soren.dahl", "DK", "Nørregade 22", "1165", "København", "en"),
    ("Greta Lindqvist", "greta.l", "SE", "Götgatan 31", "116 21", "Stockholm", "en"),
    ("Émile Garnier", "emile.garnier", "FR", "12 rue Oberkampf", "75011", "Paris", "en"),
    ("Katharina Huber", "k.huber", "AT", "Neubaugasse 18", "1070", "Wien", "de"),
    ("Luca Ferri", "luca.ferri", "IT", "Via San Vitale 5", "40125", "Bologna", "en"),
    ("Noor de Vries", "noor.devries", "NL", "Prinsengracht 210", "1016 HD", "Amsterdam", "en"),
    ("Ștefan Ionescu", "stefan.ionescu", "RO", "Strada Lipscani 28", "030033", "București", "en"),
    ("Clara Vogel", "clara.vogel", "DE", "Kirchstraße 3", "50667", "Köln", "de"),
)
# What the others are made of: names, and streets with their place, of some countries.
NAMES: dict[str, tuple[str, str]] = {
    "DE": (
        "Lena Felix Marie Paul Hannah Emil Frieda Anton Mira Oskar Jule Karl Nele Bruno",
        "Schmidt Krüger Böhm Albrecht Sauer Löffler Brandt Winter Hartmann Engel Roth Wolff",
    ),
    "AT": ("Valentina Jakob Theresa Lukas Magdalena", "Gruber Pichler Steiner Moser Eder"),
    "NL": ("Sanne Daan Fleur Bram Lotte Ruben", "Bakker Visser Smit Meijer Mulder Bos"),
    "FR": ("Chloé Hugo Inès Théo Manon Rémi", "Lefèvre Moreau Girard Fontaine Chevalier Roy"),
    "PL": ("Zofia Jakub Łucja Michał Hanna", "Nowak Wiśniewska Wójcik Mazur Krawczyk"),
    "SE": ("Astrid Nils Ebba Åke Saga", "Lindgren Nyström Öberg Sandberg Ek"),
    "IT": ("Giulia Matteo Chiara Davide Elisa", "Conti Galli Fontana Rinaldi Villa"),
}
STREETS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "DE": (
        ("Ahornweg {}", "04103", "Leipzig"),
        ("Am Kanal {}", "28195", "Bremen"),
        ("Bergstraße {}", "70173", "Stuttgart"),
        ("Rosengasse {}", "90402", "Nürnberg"),
        ("Hafenstraße {}", "20457", "Hamburg"),
        ("Kastanienallee {}", "10435", "Berlin"),
    ),
    "AT": (("Lange Gasse {}", "1080", "Wien"), ("Herrengasse {}", "8010", "Graz")),
    "NL": (
        ("Oudegracht {}", "3511 AB", "Utrecht"),
        ("Witte de Withstraat {}", "3012", "Rotterdam"),
    ),
    "FR": (("{} rue de la Soif", "35000", "Rennes"), ("{} quai Voltaire", "75007", "Paris")),
    "PL": (("ul. Floriańska {}", "31-019", "Kraków"), ("ul. Mokotowska {}", "00-551", "Warszawa")),
    "SE": (("Linnégatan {}", "413 04", "Göteborg"), ("Hornsgatan {}", "118 49", "Stockholm")),
    "IT": (("Via Roma {}", "10123", "Torino"), ("Via dei Mille {}", "80121", "Napoli")),
}
COUNTRIES = ("DE", "DE", "DE", "DE", "DE", "AT", "NL", "FR", "PL", "SE", "IT")
_LETTERS = str.maketrans({"ł": "l", "Ł": "l", "ø": "o", "ß": "ss"})


def people() -> Iterator[Person]:
    """Give the same people each time, without end; no two have one address."""
    for name, mailbox, country, street, postcode, city, language in FIRST:
        address = AddressDoc(
            name=name, street=street, postcode=postcode, city=city, country=country
        )
        yield Person(f"{mailbox}@example.com", address, language)
    random = Random(1907)  # noqa: S311  # a story, not a secret
    number = 0
    while True:
        number += 1
        yield _made_up(random, number)


def _made_up(random: Random, number: int) -> Person:
    country = random.choice(COUNTRIES)
    given, family = (random.choice(names.split()) for names in NAMES[country])
    street, postcode, city = random.choice(STREETS[country])
    address = AddressDoc(
        name=f"{given} {family}",
        street=street.format(random.randint(1, 88)),
        postcode=postcode,
        city=city,
        country=country,
    )
    language = "de" if country in ("DE", "AT") else "en"
    return Person(f"{_plain(given)}.{_plain(family)}{number}@example.com", address, language)


def _plain(name: str) -> str:
    """Write a name in the letters of most mail addresses."""
    folded = unicodedata.normalize("NFKD", name.translate(_LETTERS)).encode("ascii", "ignore")
    return folded.decode().lower()
