"""The parcels of an order as its page shows them: where each is, and what is the matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from orders.models import Order
from orders.rendering import is_web_address
from postpurchase.desk.parcel_words import (
    LOOKS,
    Dated,
    Text,
    answer_rows,
    cause_text,
    dated_of,
    outcome_text,
    party_text,
    source_text,
)
from postpurchase.lib.locales import ago_text, days_text
from postpurchase.staff.carriers import carrier_text
from tracking.models import ParcelCase, Shipment, ShipmentLine, TrackingEvent
from tracking.statuses import (
    CarrierChosenBy,
    CaseAnswer,
    Direction,
    Milestone,
    Trouble,
)

FIELDS = (
    "public_id", "direction", "number", "carrier", "carrier_said", "carrier_by", "service", "url",
    "withdrawn_at", "milestone", "since", "cause", "must_act", "is_delayed", "delivered_at",
    "attempts", "has_scan_after_delivery", "was_cancelled_under_way", "signed_by", "recent",
    "heard_at", "carrier_day_by", "expected_from", "expected_until", "expected_by",
    "expected_ground", "promised_from", "promised_until",
)  # fmt: skip
"""What the page reads of a parcel."""
OF_CASES = (
    "public_id", "kind", "cause", "must_act", "opened_at", "due_at", "answer", "answer_data",
    "answered_at", "closed_at", "closed_by", "outcome",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scan:
    """One thing that was said of a parcel: what it means to us, and the source's own words."""

    at: datetime
    is_day_only: bool
    title: Text
    cause: Text
    place: str
    who: Text
    code: str
    raw: str
    is_by_staff: bool
    is_delay: bool
    is_known: bool


@dataclass(frozen=True, slots=True)
class Case:
    """Trouble that somebody looks after, with what the shopper wants done."""

    key: str
    title: Text
    cause: Text
    party: Text
    opened_at: datetime
    due_at: datetime | None
    is_overdue: bool
    answer: Text
    answered_at: datetime | None
    wishes: list[tuple[Text, str]]
    closed_at: datetime | None
    closed_by: str
    outcome: Text


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel with all that its card shows."""

    key: str
    title: str
    shipment: Shipment
    icon: str
    tone: str
    state: Text
    cause: Text
    party: Text
    carrier: Text
    carrier_by: Text
    url: str
    dated: Dated
    promised: str
    heard: str
    scans: list[Scan]
    contents: list[tuple[int, str]]
    cases: list[Case]
    settled: list[Case]

    @property
    def is_return(self) -> bool:
        """Tell whether it goes back to the shop."""
        return self.shipment.direction == Direction.RETURN

    @property
    def newest(self) -> Scan | None:
        """Give the newest scan."""
        return self.scans[0] if self.scans else None

    @property
    def may_be_asked(self) -> bool:
        """Tell whether a carrier can be asked about it."""
        return bool(self.shipment.number) and self.shipment.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Parcels:
    """The parcels of an order: those that are, and those that the shop took back."""

    here: list[Parcel] = field(default_factory=list)
    withdrawn: list[Parcel] = field(default_factory=list)

    @property
    def titles(self) -> Mapping[str, str]:
        """Name parcels by their id, so that a story of several can say which is meant."""
        every = [*self.here, *self.withdrawn]
        return {each.key: each.title for each in every} if len(every) > 1 else {}

    @property
    def cases(self) -> int:
        """Count what is open."""
        return sum(len(each.cases) for each in self.here)


def parcels_of(order: Order, *, now: datetime) -> Parcels:
    """Give the parcels of an order that was read with `told_parcels`."""
    told: list[dict[str, Any]] = order.parcels_told  # type: ignore[attr-defined]  # annotated
    rows = [(_shipment(each), each) for each in told]
    out = [row for row in rows if row[0].direction == Direction.OUT and not row[0].withdrawn_at]
    back = [row for row in rows if row[0].direction == Direction.RETURN and not row[0].withdrawn_at]
    gone = [row for row in rows if row[0].withdrawn_at]
    here = [_parcel(*row, _title(place, len(out)), now=now) for place, row in enumerate(out, 1)]
    here += [_parcel(*row, _back(place, len(back)), now=now) for place, row in enumerate(back, 1)]
    withdrawn = [_parcel(*row, _("Package taken back by the shop"), now=now) for row in gone]
    return Parcels(here, withdrawn)


def told_parcels() -> ArraySubquery:
    """Read the parcels of each order along with it: what is in them, and what is the matter."""
    lines = ShipmentLine.every.filter(shipment_id=OuterRef("pk")).order_by("pk")
    content = JSONObject(
        quantity="quantity", title="order_line__title", variant="order_line__variant"
    )
    cases = ParcelCase.every.filter(shipment_id=OuterRef("pk")).order_by("opened_at", "pk")
    told = JSONObject(
        **{name: name for name in FIELDS},
        contents=ArraySubquery(lines.values_list(content)),
        cases=ArraySubquery(cases.values_list(JSONObject(**{name: name for name in OF_CASES}))),
    )
    rows = Shipment.every.filter(order_id=OuterRef("pk")).order_by("pk")
    return ArraySubquery(rows.values_list(told))


def _shipment(told: Mapping[str, Any]) -> Shipment:
    columns = {field.name: field for field in Shipment._meta.concrete_fields}
    return Shipment(**{name: columns[name].to_python(told[name]) for name in FIELDS})


def _title(place: int, count: int) -> str:
    if count == 1:
        return _("Package")
    return _("Package %(place)d of %(count)d") % {"place": place, "count": count}


def _back(place: int, count: int) -> str:
    if count == 1:
        return _("Return package")
    return _("Return package %(place)d of %(count)d") % {"place": place, "count": count}


def _parcel(row: Shipment, told: Mapping[str, Any], title: str, *, now: datetime) -> Parcel:
    milestone = Milestone(row.milestone)
    icon, tone = LOOKS[milestone]
    cases = [_case(each, now=now) for each in told["cases"]]
    return Parcel(
        key=str(row.public_id),
        title=title,
        shipment=row,
        icon=icon,
        tone="warn" if row.is_delayed and tone != "bad" else tone,
        state=milestone.label,
        cause=cause_text(row.cause),
        party=party_text(row.must_act),
        carrier=carrier_text(row.carrier) or row.carrier_said,
        carrier_by=CarrierChosenBy(row.carrier_by).label if row.carrier else "",
        url=row.url if is_web_address(row.url) else "",
        dated=dated_of(row),
        promised=_promised(row),
        heard=ago_text(row.heard_at, now=now) if row.heard_at else "",
        scans=scans_of(row.recent),
        contents=[(part["quantity"], _content(part)) for part in told["contents"]],
        cases=[case for case in cases if case.closed_at is None],
        settled=[case for case in cases if case.closed_at],
    )


def _content(part: Mapping[str, Any]) -> str:
    return ", ".join(text for text in (part["title"], part["variant"]) if text)


def _promised(row: Shipment) -> str:
    """Give the date first promised, where it is not the one that is shown now."""
    if row.promised_from is None or row.promised_until is None:
        return ""
    if (row.promised_from, row.promised_until) == (row.expected_from, row.expected_until):
        return ""
    return days_text(row.promised_from, row.promised_until)


def scans_of(recent: Sequence[Mapping[str, Any]]) -> list[Scan]:
    """Put the newest scans into words."""
    return [_scan(each) for each in recent]


def _scan(told: Mapping[str, Any]) -> Scan:
    milestone = told.get("milestone") or ""
    is_known = milestone in Milestone.values
    places = [told.get("place", ""), told.get("country", "")]
    return Scan(
        at=datetime.fromisoformat(told["at"]),
        is_day_only=bool(told.get("day_only")),
        title=Milestone(milestone).label if is_known else _("Not understood"),
        cause=cause_text(told.get("cause") or ""),
        place=", ".join(part for part in places if part),
        who=source_text(told.get("source") or ""),
        code=told.get("code") or "",
        raw=told.get("text") or "",
        is_by_staff=bool(told.get("override")),
        is_delay=bool(told.get("is_delay")),
        is_known=is_known,
    )


def scan_of(row: TrackingEvent) -> Scan:
    """Put a stored scan into words."""
    return _scan(
        {
            "at": row.occurred_at.isoformat(),
            "milestone": row.milestone,
            "cause": row.cause,
            "is_delay": row.is_delay,
            "text": row.text,
            "code": row.code,
            "place": row.place,
            "country": row.country,
            "source": row.source,
            "day_only": row.is_day_only,
            "override": row.is_override,
        }
    )


def _case(told: Mapping[str, Any], *, now: datetime) -> Case:
    due_at = _moment(told["due_at"])
    answer = told["answer"]
    return Case(
        key=told["public_id"],
        title=Trouble(told["kind"]).label,
        cause=cause_text(told["cause"]),
        party=party_text(told["must_act"]),
        opened_at=datetime.fromisoformat(told["opened_at"]),
        due_at=due_at,
        is_overdue=due_at is not None and due_at < now,
        answer=CaseAnswer(answer).label if answer in CaseAnswer.values else "",
        answered_at=_moment(told["answered_at"]),
        wishes=answer_rows(told["answer_data"]),
        closed_at=_moment(told["closed_at"]),
        closed_by=told["closed_by"],
        outcome=outcome_text(told["outcome"], by=told["closed_by"]),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
