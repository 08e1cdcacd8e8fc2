"""ClickPost: webhooks and track-order. https://docs.clickpost.ai/docs/tracking-status-codes

The docs: the order is not guaranteed, latest_status is always there, and times are India's though
some are printed with a Z.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from tracking.carriers.base import (
    UNKNOWN_WORD,
    ParcelDoc,
    Sighting,
    Source,
    Unreadable,
    Word,
    number_of,
    object_of,
    place_of,
    rows_of,
    text_of,
    unknown_words,
)
from tracking.carriers.moments import day, moment
from tracking.carriers.signatures import fixed_secret
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause
INDIA = ZoneInfo("Asia/Kolkata")

CODES = {
    1: Word(M.LABEL_CREATED), 2: Word(M.LABEL_CREATED), 3: Word(M.LABEL_CREATED),
    25: Word(M.LABEL_CREATED), 28: Word(M.LABEL_CREATED),
    4: Word(M.PICKED_UP), 5: Word(M.IN_TRANSIT), 1004: Word(M.IN_TRANSIT),
    6: Word(M.OUT_FOR_DELIVERY),
    7: Word(M.EXCEPTION, C.OTHER), 19: Word(M.EXCEPTION, C.OTHER), 20: Word(M.EXCEPTION, C.OTHER),
    8: Word(M.DELIVERED), 30: Word(M.DELIVERED),
    9: Word(M.ATTEMPT_FAILED), 10: Word(M.CANCELLED),
    11: Word(M.RETURNING), 12: Word(M.RETURNING), 13: Word(M.RETURNING), 15: Word(M.RETURNING),
    21: Word(M.RETURNING), 26: Word(M.RETURNING), 27: Word(M.RETURNING),
    14: Word(M.RETURNED), 16: Word(M.LOST), 17: Word(M.EXCEPTION, C.DAMAGED),
    18: Word(M.IN_TRANSIT, is_delay=True), 23: Word(M.EXPIRED),
}  # fmt: skip
WHY_NOT_DELIVERED = {1: C.RECIPIENT_ABSENT, 2: C.PAYMENT_DUE, 3: C.REFUSED, 4: C.ADDRESS}


def read(document: Any) -> list[ParcelDoc]:
    """Read a webhook (one parcel), or an answer of track-order (several)."""
    outer = object_of(document)
    answers = object_of(outer.get("result"))
    if answers:
        return [_answer(number, object_of(row)) for number, row in answers.items()]
    if not outer.get("waybill"):
        raise Unreadable("The document names no waybill.", code="no_tracking")
    more = object_of(outer.get("additional"))
    latest = object_of(more.get("latest_status"))
    reason = WHY_NOT_DELIVERED.get(_int(more.get("ndr_status_code")), C.NONE)
    told = [each for row in (outer, latest) if (each := _sighting(row, reason=reason))]
    # The newest status is mostly the one that is told.
    once = list({(each.occurred_at, each.code): each for each in told}.values())
    return [
        ParcelDoc(
            number=number_of(outer, "waybill"),
            carrier=text_of(outer.get("cp_id")),
            sightings=tuple(once),
            is_return=more.get("is_rvp") is True,
            unknown_words=unknown_words(once),
        )
    ]


def _answer(number: str, row: Mapping[str, Any]) -> ParcelDoc:
    rows = rows_of(row.get("scans")) or [object_of(row.get("latest_status"))]
    told = [each for scan in rows if (each := _sighting(scan, reason=C.NONE))]
    expected = object_of(object_of(row.get("additional")).get("edd"))
    return ParcelDoc(
        number=text_of(number, at_most=100),
        sightings=tuple(told),
        expected_from=day(expected.get("min_sla")),
        expected_until=day(expected.get("max_sla")),
        unknown_words=unknown_words(told),
    )


def _sighting(row: Mapping[str, Any], *, reason: Cause) -> Sighting | None:
    # Z is printed, India is meant.
    when = moment(text_of(row.get("timestamp")).removesuffix("Z"), zone=INDIA)
    if when is None:
        return None
    word = CODES.get(_int(row.get("clickpost_status_code")), UNKNOWN_WORD)
    if word.milestone == M.ATTEMPT_FAILED and reason:
        word = Word(M.ATTEMPT_FAILED, reason)
    return Sighting(
        occurred_at=when.at,
        word=word,
        code=text_of(row.get("clickpost_status_code"), at_most=100),
        text=text_of(row.get("remark") or row.get("status")),
        place=place_of(row.get("location")),
        country="IN",
        external_id=text_of(row.get("checkpoint_id")),
        zone_assumed=when.zone_assumed,
    )


def _int(value: Any) -> int:
    text = text_of(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


SOURCE = Source(
    name="clickpost",
    label="ClickPost",
    # It sends webhook_key; what WSGI and Django make of an underscore is a hyphen.
    verify=fixed_secret("webhook-key"),
    read=read,
    is_signed=False,
    makes_secret=False,
)
