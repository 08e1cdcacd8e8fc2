"""Programs that tell us of parcels in our own words, signed as Standard Webhooks describes.

The document is one parcel, a list of parcels, or {"parcels": […]}; docs/sources.md describes it.
"""

from __future__ import annotations

from typing import Any

from tracking.carriers.base import (
    UNKNOWN_WORD,
    Headers,
    ParcelDoc,
    Sighting,
    Source,
    Unreadable,
    Word,
    number_of,
    rows_of,
    text_of,
    unknown_words,
)
from tracking.carriers.moments import day, moment
from tracking.carriers.signatures import standard_webhook
from tracking.statuses import Cause, Milestone

MOST_PARCELS = 1000
MOST_EVENTS = 1000  # of one parcel
CAUSES = {cause.value: cause for cause in Cause}
MILESTONES = {milestone.value: milestone for milestone in Milestone}


def read(document: Any) -> list[ParcelDoc]:
    """Read parcels in our own words."""
    if isinstance(document, dict):
        document = document.get("parcels", [document])
    parcels = rows_of(document)
    if not parcels:
        raise Unreadable("The document holds no parcel.", code="no_tracking")
    if len(parcels) > MOST_PARCELS:
        raise Unreadable(f"One delivery may tell of {MOST_PARCELS} parcels.", code="too_many")
    return [parcel_of(row) for row in parcels]


def parcel_of(row: dict[str, Any]) -> ParcelDoc:
    """Read one parcel. Raises Unreadable where it has no number."""
    sightings = [each for event in rows_of(row.get("events"))[:MOST_EVENTS] if (each := _of(event))]
    days = sorted(filter(None, (day(row.get("expected_from")), day(row.get("expected_until")))))
    return ParcelDoc(
        number=number_of(row, "number"),
        carrier=text_of(row.get("carrier"), at_most=200),
        sightings=tuple(sightings),
        expected_from=days[0] if days else None,
        expected_until=days[-1] if days else None,
        signed_by=text_of(row.get("signed_by"), at_most=200),
        unknown_words=unknown_words(sightings),
    )


def word_of(*, milestone: str, cause: str, is_delay: bool) -> Word:
    """Give what our own words mean; a milestone that we do not have says nothing."""
    if not milestone and is_delay:
        return Word(None, CAUSES.get(cause, Cause.OTHER), is_delay=True)
    found = MILESTONES.get(milestone)
    if found is None:
        return UNKNOWN_WORD
    known = CAUSES.get(cause, Cause.OTHER if cause else Cause.NONE)
    return Word(found, known, is_delay=is_delay)


def _of(event: dict[str, Any]) -> Sighting | None:
    when = moment(event.get("at"))
    if when is None:
        return None
    milestone = text_of(event.get("milestone"), at_most=100).lower()
    return Sighting(
        occurred_at=when.at,
        word=word_of(
            milestone=milestone,
            cause=text_of(event.get("cause"), at_most=100).lower(),
            is_delay=event.get("delayed") is True,
        ),
        code=milestone,
        text=text_of(event.get("text")),
        place=text_of(event.get("place"), at_most=300),
        country=text_of(event.get("country"), at_most=3).upper(),
        external_id=text_of(event.get("id"), at_most=64),
        is_day_only=when.is_day_only,
        zone_assumed=when.zone_assumed,
    )


def _signed_at(headers: Headers) -> str:
    return headers.get("webhook-timestamp", "")


SOURCE = Source(
    name="generic",
    label="Standard Webhooks",
    verify=standard_webhook,
    read=read,
    signed_at=_signed_at,
    event_header="webhook-id",
    makes_secret=False,
)
