"""La Poste: Suivi, version 2, for letters, Colissimo and Chronopost. https://developer.laposte.fr/products/suivi/2"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from tracking.carriers.asking import Request, get
from tracking.carriers.base import (
    ParcelDoc,
    Sighting,
    Unreadable,
    Word,
    number_of,
    object_of,
    rows_of,
    text_of,
    unknown_words,
)
from tracking.carriers.documents import json_document
from tracking.carriers.lexicon import told
from tracking.carriers.moments import day, moment
from tracking.carriers.polling.form import Field, Poller, base_url
from tracking.carriers.polling.reading import in_path, refusal
from tracking.carriers.tokens import Credentials
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause
ZONE = ZoneInfo("Europe/Paris")

# The codes of `event` in the documentation.
WORDS = {
    "DR1": Word(M.LABEL_CREATED),
    "DR2": Word(M.LABEL_CREATED),
    "PC1": Word(M.PICKED_UP),
    "PC2": Word(M.PICKED_UP),
    "ET1": Word(M.IN_TRANSIT),
    "ET2": Word(M.IN_TRANSIT),
    "ET3": Word(M.IN_TRANSIT),
    "ET4": Word(M.IN_TRANSIT),
    "EP1": Word(M.IN_TRANSIT),
    "DO1": Word(M.IN_TRANSIT),
    "DO2": Word(M.IN_TRANSIT),
    "DO3": Word(M.EXCEPTION, C.CUSTOMS_DOCUMENTS),
    "PB1": Word(M.EXCEPTION, C.OTHER),
    "PB2": Word(M.IN_TRANSIT),
    "MD2": Word(M.OUT_FOR_DELIVERY),
    "ND1": Word(M.ATTEMPT_FAILED),
    "AG1": Word(M.READY_FOR_PICKUP),
    "RE1": Word(M.RETURNING),
    "DI1": Word(M.DELIVERED),
    "DI2": Word(M.RETURNED),
}
ERRORS = {"400": "not_found", "404": "not_found"}
"""400 is its answer to a number that it does not think to be one of its own."""


def read(document: Any, number: str = "") -> list[ParcelDoc]:
    """Read an answer about one number, or a list of them."""
    found = [_parcel(row) for each in _rows(document) if (row := object_of(each.get("shipment")))]
    if not found:
        raise next(iter(misses(document).values()), refusal({}, "", ""))
    return found


def misses(document: Any) -> Mapping[str, Unreadable]:
    """Say why numbers of the answer have no parcel."""
    return {
        text_of(row.get("idShip"), at_most=100): refusal(
            ERRORS, row.get("returnCode") or row.get("code"), row.get("returnMessage")
        )
        for row in _rows(document)
        if row and not row.get("shipment")
    }


def _rows(document: Any) -> list[dict[str, Any]]:
    return rows_of(document) or [object_of(document)]


def _parcel(shipment: dict[str, Any]) -> ParcelDoc:
    rows = rows_of(shipment.get("event"))
    sightings = tuple(each for row in rows if (each := _sighting(row)))
    return ParcelDoc(
        number=number_of(shipment, "idShip"),
        carrier=text_of(shipment.get("product"), at_most=100),
        sightings=sightings,
        expected_until=day(shipment.get("estimDate")),
        unknown_words=unknown_words(sightings),
    )


def _sighting(row: dict[str, Any]) -> Sighting | None:
    when = moment(row.get("date"), zone=ZONE)
    if when is None:
        return None
    code, text = text_of(row.get("code"), at_most=20), text_of(row.get("label"))
    return Sighting(
        occurred_at=when.at,
        word=told(WORDS, code, text=text),
        code=code,
        text=text,
        is_day_only=when.is_day_only,
        zone_assumed=when.zone_assumed,
    )


def request(credentials: Credentials, numbers: Sequence[str]) -> Request:
    """Ask about up to ten numbers; sentences come in French, as carriers' own words do."""
    asked = ",".join(map(in_path, numbers))
    return get(
        f"{credentials['base_url']}/suivi/v2/idships/{asked}",
        headers={"Accept": "application/json", "X-Okapi-Key": credentials["api_key"]},
        query={"lang": "fr_FR"},
    )


POLLER = Poller(
    name="la_poste",
    label="La Poste",
    serves=("la_poste", "colissimo", "chronopost", "post"),
    fields=(
        Field("api_key", _("Okapi key"), is_secret=True),
        base_url("https://api.laposte.fr"),
    ),
    words=WORDS,
    request=request,
    decode=json_document,
    read=read,
    misses=misses,
    most_at_once=10,
    rate=1,
    burst=5,
    zone=ZONE,
)
