"""Entries of an order's story as its page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.models import User
from notifications.actions.asking import is_repeatable
from notifications.models import Message
from notifications.statuses import MessageKind, MessageState
from orders.actions.notes import may_change
from orders.models import Event, Note, Order
from orders.statuses import InboxState, OrderEvent
from postpurchase.desk import words
from postpurchase.desk.story import Entry, Source

Text = str | Promise

MAILS: dict[str, tuple[str, str]] = {
    MessageState.PLANNED: ("clock", "info"),
    MessageState.CLAIMED: ("send", "info"),
    MessageState.DISPATCHING: ("send", "info"),
    MessageState.SENT: ("mail-check", "ok"),
    MessageState.FAILED: ("mail-x", "bad"),
    MessageState.UNCERTAIN: ("mail-question-mark", "warn"),
    MessageState.WITHHELD: ("mail-minus", "warn"),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """An event in words: when, what, and who did it."""

    at: datetime
    icon: str
    tone: str
    title: Text
    detail: str
    who: str


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody whom a note names, and whether they have read it."""

    name: str
    has_read: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry of the story. `url` leads to the whole of it, `act` to what can be done."""

    source: str
    at: datetime
    icon: str
    tone: str
    title: Text
    detail: Text = ""
    who: str = ""
    cause: Text = ""
    state: Text = ""
    text: str = ""
    edited_at: datetime | None = None
    told: list[Told] = field(default_factory=list)
    url: str = ""
    link: Text = ""
    subject: str = ""
    act: str = ""
    act_label: Text = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a story, of which order, and when; `parcels` names them where there are several."""

    order: Order
    user: User
    now: datetime
    parcels: Mapping[str, str] = field(default_factory=dict)

    def url(self, name: str, *args: str) -> str:
        """Give an address below the order's page."""
        return reverse(f"admin:{name}", args=[self.order.public_id, *args])


def happened_to(order: Order, events: Sequence[Event]) -> list[Happened]:
    """Put events into words; a note among them is told in its own."""
    ids = [event.data.get("note", "") for event in events if event.kind == OrderEvent.NOTED]
    rows = Note.objects.filter(order=order, public_id__in=ids) if ids else []
    notes = {str(note.public_id): note.text for note in rows}
    return [_happened(event, note=notes.get(event.data.get("note", ""), "")) for event in events]


def _happened(event: Event, *, note: str) -> Happened:
    icon, tone, title = words.look_of(event.kind)
    return Happened(
        at=event.at,
        icon=icon,
        tone=tone,
        title=title,
        detail=note or words.detail_of(event.kind, event.data),
        who=words.who(event.actor_kind, event.actor),
    )


def shown(entry: Entry, reader: Reader) -> Shown:
    """Put an entry of any source into words."""
    match entry.source:
        case Source.EVENT:
            return _event(entry, reader)
        case Source.MESSAGE:
            return _message(entry, reader)
        case Source.NOTE:
            return _note(entry, reader)
        case _:
            return _waiting(entry, reader)


def _event(entry: Entry, reader: Reader) -> Shown:
    facts, data = entry.facts, entry.facts["data"]
    icon, tone, title = words.look_of(facts["kind"])
    cause = words.look_of(facts["cause"])[2] if facts["cause"] else ""
    topic = facts["topic"]
    which = reader.parcels.get(str(data.get("shipment", "")), "")
    detail = words.detail_of(facts["kind"], data)
    return Shown(
        source="event",
        at=entry.at,
        icon=icon,
        tone=tone,
        title=title,
        detail=" · ".join(part for part in (which, detail) if part),
        who=words.who(facts["actor_kind"], facts["actor"]),
        cause=cause,
        url=reader.url("desk_delivery", data["delivery"]) if topic else "",
        link=topic or "",
    )


def _message(entry: Entry, reader: Reader) -> Shown:
    facts = entry.facts
    state = facts["state"]
    icon, tone = MAILS.get(state, ("mail", ""))
    row = Message(state=state, reason=facts["reason"])
    can_repeat = is_repeatable(
        state=state,
        kind=facts["kind"],
        expires_at=datetime.fromisoformat(facts["expires_at"]),
        now=reader.now,
    )
    kind = facts["kind"]
    return Shown(
        source="message",
        at=entry.at,
        icon=icon,
        tone=tone,
        title=facts["subject"] or (MessageKind(kind).label if kind in MessageKind.values else kind),
        state=row.get_state_display(),
        detail=row.explanation,
        who=facts["recipient"],
        url=reader.url("desk_mail", facts["public_id"]),
        link=gettext_lazy("Read the mail"),
        subject=facts["public_id"],
        act="mail-again" if can_repeat else "",
        act_label=gettext_lazy("Send again"),
    )


def _note(entry: Entry, reader: Reader) -> Shown:
    facts = entry.facts
    mine = may_change(author_id=facts["author"], at=entry.at, by=reader.user, now=reader.now)
    return Shown(
        source="note",
        at=entry.at,
        icon="sticky-note",
        tone="note",
        title=facts["author_name"] or _("Somebody"),
        text=facts["text"],
        edited_at=_moment(facts["edited_at"]),
        told=[Told(row["name"] or row["email"], bool(row["read_at"])) for row in facts["told"]],
        url=reader.url("desk_note_change", facts["public_id"]) if mine else "",
        link=gettext_lazy("Change"),
    )


def _waiting(entry: Entry, reader: Reader) -> Shown:
    facts = entry.facts
    return Shown(
        source="delivery",
        at=entry.at,
        icon="inbox",
        tone="warn",
        title=gettext_lazy("The shop sent something that waits"),
        state=InboxState(facts["state"]).label,
        detail=facts["reason"],
        who=facts["topic"],
        url=reader.url("desk_delivery", facts["public_id"]),
        link=gettext_lazy("What the shop sent"),
        subject=facts["public_id"],
        act="read-again",
        act_label=gettext_lazy("Read again"),
    )


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
