"""The story of an order: events, mails, notes and deliveries in one list, newest first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, TextField, UUIDField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, JSONObject

from notifications.models import Message
from orders.models import Event, InboxEntry, Mention, Note, Order
from orders.statuses import InboxState, MessageEvent, OrderEvent
from postpurchase.lib.crypto import seal, unseal

PAGE = 50

Limb = QuerySet[Any, Any]


class Part(StrEnum):
    """What the story can be narrowed to."""

    ALL = "all"
    MESSAGES = "messages"
    NOTES = "notes"
    FACTS = "facts"


class Source(StrEnum):
    """Where an entry comes from; of one moment, later ones stand on top."""

    DELIVERY = "1-delivery"
    EVENT = "2-event"
    MESSAGE = "3-message"
    NOTE = "4-note"


# The mail's or the note's own entry says it, and more.
SHOWN_ELSEWHERE = (
    OrderEvent.NOTED, MessageEvent.SENT, MessageEvent.FAILED, MessageEvent.UNCERTAIN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it was read: its source, moment, number and facts."""

    source: Source
    at: datetime
    pk: int
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    """A page of the story, and where the next one begins."""

    entries: list[Entry]
    older: str | None


def read_story(order: Order, *, part: Part, after: str) -> Story:
    """Read a page of an order's story, in one query; nonsense in `after` begins at the top."""
    place = _place(after)
    limbs = [_cut(limb(order), source=source, place=place) for source, limb in _LIMBS[part].items()]
    rows = limbs[0]
    if len(limbs) > 1:
        merged = rows.union(*limbs[1:], all=True)
        rows = merged.order_by("-moment", "-source", "-number")[: PAGE + 1]
    found = [Entry(Source(source), at, pk, facts) for at, source, pk, facts in rows]
    shown = found[:PAGE]
    return Story(shown, _cursor(shown[-1]) if len(found) > PAGE else None)


def _cut(limb: Limb, *, source: Source, place: tuple[datetime, Source, int] | None) -> Limb:
    """Take the newest entries of one source after a place, in the form that all sources share."""
    rows = limb.annotate(source=Value(source.value, output_field=TextField()))
    if place:
        at, other, pk = place
        same = Q(moment=at)
        if source == other:
            same &= Q(number__lt=pk)
        rows = rows.filter(Q(moment__lt=at) | same if source <= other else Q(moment__lt=at))
    newest: Limb = rows.order_by("-moment", "-number")[: PAGE + 1]
    return newest.values_list("moment", "source", "number", "facts")


def _events(order: Order) -> Limb:
    delivery = Cast(KeyTextTransform("delivery", OuterRef("data")), UUIDField())
    topics = InboxEntry.every.filter(merchant_id=OuterRef("merchant_id"), public_id=delivery)
    facts = JSONObject(
        kind="kind",
        actor_kind="actor_kind",
        actor="actor",
        data="data",
        cause="caused_by__kind",
        topic=Subquery(topics.values("topic")[:1]),
    )
    rows = Event.objects.filter(order=order).exclude(kind__in=SHOWN_ELSEWHERE)
    return _with(rows, at="at", facts=facts)


def _facts_only(order: Order) -> Limb:
    return _events(order).exclude(kind=MessageEvent.ASKED)


def _asked_only(order: Order) -> Limb:
    return _events(order).filter(kind=MessageEvent.ASKED)


def _messages(order: Order) -> Limb:
    facts = JSONObject(
        public_id="public_id",
        kind="kind",
        state="state",
        reason="reason",
        subject="subject",
        recipient="recipient",
        settled_at="settled_at",
        send_at="send_at",
        expires_at="expires_at",
        attempts="attempts",
    )
    return _with(Message.objects.filter(order=order), at="created_at", facts=facts)


def _notes(order: Order) -> Limb:
    named = Mention.every.filter(note_id=OuterRef("pk")).order_by("pk")
    told = JSONObject(name="user__name", email="user__email", read_at="read_at")
    facts = JSONObject(
        public_id="public_id",
        author="author_id",
        author_name="author_name",
        text="text",
        edited_at="edited_at",
        told=ArraySubquery(named.values_list(told)),
    )
    return _with(Note.objects.filter(order=order), at="at", facts=facts)


def _waiting(order: Order) -> Limb:
    """Give deliveries that name the order and could not be read before it came, or since."""
    facts = JSONObject(public_id="public_id", topic="topic", state="state", reason="reason")
    rows = InboxEntry.objects.filter(
        connection_id=order.connection_id,
        state=InboxState.WAITING,
        waiting_for=order.external_id,
    )
    return _with(rows, at="received_at", facts=facts)


def _with(rows: Limb, *, at: str, facts: JSONObject) -> Limb:
    named: Limb = rows.annotate(moment=F(at), number=F("pk"), facts=facts)
    return named


Reader = Callable[[Order], Limb]
_LIMBS: dict[Part, dict[Source, Reader]] = {
    Part.ALL: {
        Source.EVENT: _events,
        Source.MESSAGE: _messages,
        Source.NOTE: _notes,
        Source.DELIVERY: _waiting,
    },
    Part.MESSAGES: {Source.EVENT: _asked_only, Source.MESSAGE: _messages},
    Part.NOTES: {Source.NOTE: _notes},
    Part.FACTS: {Source.EVENT: _facts_only, Source.DELIVERY: _waiting},
}


def _cursor(entry: Entry) -> str:
    # Encrypted: it tells nobody our numbers, and nobody can make one up.
    return seal(f"{entry.at.isoformat()} {entry.source} {entry.pk}")


def _place(cursor: str) -> tuple[datetime, Source, int] | None:
    if not cursor:
        return None
    try:
        at, source, pk = unseal(cursor).split(" ")
        return datetime.fromisoformat(at), Source(source), int(pk)
    except ValueError:
        return None
