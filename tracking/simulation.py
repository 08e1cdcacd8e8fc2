"""The simulated carrier's scripts: what happens to a parcel, in the words of a German carrier.

Plain values in, steps out; the same seed makes the same journey. Times are hours of the carrier's
own clock since the label was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from tracking.statuses import Cause, Fate, Milestone

HUBS = ("Staufenberg", "Obertshausen", "Neumark", "Aschheim", "Greven")
SHOPS = ("Späti am Eck", "Blumen Yıldız", "Kiosk Petersen")


@dataclass(frozen=True, slots=True)
class Step:
    """One scan: when, what it means, and how the carrier puts it."""

    hours: float
    milestone: str
    text: str
    place: str = ""
    country: str = "DE"
    cause: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a parcel goes."""

    from_place: str = "Berlin"
    to_place: str = "Köln"
    to_country: str = "DE"


def script(seed: str, fate: Fate, way: Way) -> list[Step]:
    """Write the whole journey of a parcel."""
    random = Random(seed)  # noqa: S311  # a story, not a secret
    hours, steps = 0.0, []
    for pause, step in _journey(random, fate, way):
        hours += pause * random.uniform(0.8, 1.25)
        steps.append(Step(round(hours, 2), *step))
    return steps


def rest(steps: Sequence[Step], told: int, *, seed: str, fate: Fate, way: Way) -> list[Step]:
    """Write a journey anew from where it is: what was told stays, what follows has another fate."""
    if not told:
        return script(seed, fate, way)
    kept = list(steps[:told])
    random = Random(f"{seed} {told} {fate}")  # noqa: S311  # a story, not a secret
    hours = kept[-1].hours
    tail = list(_ending(random, fate, way))
    for pause, step in tail:
        hours += pause * random.uniform(0.8, 1.25)
        kept.append(Step(round(hours, 2), *step))
    return kept


def as_values(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Write steps as they are stored."""
    return [asdict(step) for step in steps]


def of_values(values: Sequence[dict[str, Any]]) -> list[Step]:
    """Read stored steps."""
    return [Step(**value) for value in values]


Told = tuple[float, tuple[str, ...]]
M, C = Milestone, Cause


def _scan(  # noqa: PLR0913, PLR0917  # the columns of the script, in their order
    pause: float, milestone: str, text: str, place: str = "", country: str = "DE", cause: str = ""
) -> Told:
    code = f"SIM-{milestone.upper()}" + (f"-{cause.upper()}" if cause else "")
    return pause, (str(milestone), text, place, country, str(cause), code)


def _journey(random: Random, fate: Fate, way: Way) -> Iterator[Told]:
    yield _scan(0, M.LABEL_CREATED, "Die Sendung wurde elektronisch angekündigt.", way.from_place)
    yield _scan(7, M.PICKED_UP, "Die Sendung wurde vom Absender abgeholt.", way.from_place)
    yield _scan(
        5, M.IN_TRANSIT, "Die Sendung wurde im Start-Paketzentrum bearbeitet.", random.choice(HUBS)
    )
    yield from _ending(random, fate, way)


def _ending(random: Random, fate: Fate, way: Way) -> Iterator[Told]:
    hub, country = random.choice(HUBS), way.to_country
    if fate == Fate.LOST:
        yield _scan(9, M.IN_TRANSIT, "Die Sendung wurde weitertransportiert.", hub)
        return
    if fate == Fate.DAMAGED:
        text = "Die Sendung wurde beschädigt und wird zur Nachverpackung gegeben."
        yield _scan(9, M.EXCEPTION, text, hub, "DE", C.DAMAGED)
        yield from _back(way)
        return
    if fate == Fate.DELAYED:
        text = "Wegen starken Schneefalls verzögert sich die Zustellung."
        yield _scan(6, M.IN_TRANSIT, text, hub, "DE", C.WEATHER)
        yield _scan(52, M.IN_TRANSIT, "Die Sendung wurde weitertransportiert.", hub)
    if fate == Fate.CUSTOMS:
        text = "Die Sendung liegt beim Zoll. Abgaben sind zu bezahlen."
        yield _scan(14, M.EXCEPTION, text, way.to_place, country, C.CUSTOMS_DUTY)
        yield _scan(30, M.IN_TRANSIT, "Die Verzollung ist abgeschlossen.", way.to_place, country)
    text = "Die Sendung ist in der Region des Empfängers angekommen."
    yield _scan(11, M.IN_TRANSIT, text, way.to_place, country)
    yield from _last_mile(random, fate, way)


def _last_mile(random: Random, fate: Fate, way: Way) -> Iterator[Told]:
    place, country = way.to_place, way.to_country
    text = "Die Sendung wurde in das Zustellfahrzeug geladen."
    yield _scan(9, M.OUT_FOR_DELIVERY, text, place, country)
    if fate == Fate.REFUSED:
        text = "Die Annahme der Sendung wurde verweigert."
        yield _scan(4, M.ATTEMPT_FAILED, text, place, country, C.REFUSED)
        yield from _back(way)
        return
    if fate == Fate.MISSED:
        absent = "Der Empfänger wurde nicht angetroffen."
        yield _scan(5, M.ATTEMPT_FAILED, absent, place, country, C.RECIPIENT_ABSENT)
        yield _scan(20, M.OUT_FOR_DELIVERY, text, place, country)
    if fate == Fate.PICKUP:
        shop = random.choice(SHOPS)
        text = f"Die Sendung liegt zur Abholung bereit: {shop}."
        yield _scan(6, M.READY_FOR_PICKUP, text, place, country)
        yield _scan(30, M.DELIVERED, "Die Sendung wurde abgeholt.", place, country)
        return
    text = "Die Sendung wurde erfolgreich zugestellt."
    yield _scan(random.uniform(2, 6), M.DELIVERED, text, place, country)


def _back(way: Way) -> Iterator[Told]:
    text = "Die Sendung wird an den Absender zurückgesandt."
    yield _scan(10, M.RETURNING, text, way.to_place, way.to_country)
    text = "Die Sendung wurde dem Absender zugestellt."
    yield _scan(40, M.RETURNED, text, way.from_place)
