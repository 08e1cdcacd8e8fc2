"""Agents' notes on an order: written, corrected for a while, read by the people they name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from merchants.models import Membership, User
from orders.models import Mention, Note, Order
from orders.statuses import ActorKind, OrderEvent
from orders.timeline import Actor, record
from postpurchase.lib.errors import Refused

LONGEST = 4_000
CHANGEABLE_FOR = timedelta(minutes=15)


class UnusableNote(Refused):
    """The text is empty or too long."""

    code = "unusable_note"


class NoteIsFixed(Refused):
    """The note is somebody else's, or too old to be changed."""

    code = "note_is_fixed"


@transaction.atomic
def write_note(
    order: Order, *, text: str, by: User, tell: Collection[int] = (), now: datetime
) -> Note:
    """Write a note on an order; whoever it names (@…), and each of `tell`, finds it on the desk.

    People who do not work for the shop are not told. Raises UnusableNote.
    """
    note = Note.every.create(
        merchant_id=order.merchant_id,
        order=order,
        author=by,
        author_name=str(by)[:200],
        text=_usable(text),
        at=now,
    )
    _mention(note, tell=tell)
    actor = Actor(ActorKind.STAFF, str(by)[:200])
    record(order, OrderEvent.NOTED, at=now, actor=actor, note=str(note.public_id))
    return note


@transaction.atomic
def change_note(note: Note, *, text: str, by: User, now: datetime) -> None:
    """Correct one's own note within 15 minutes. Raises NoteIsFixed and UnusableNote."""
    # Read again under a lock: the caller's copy may be minutes old.
    current = Note.every.select_for_update().get(pk=note.pk)
    if not may_change(author_id=current.author_id, at=current.at, by=by, now=now):
        raise NoteIsFixed(_("A note can be changed by its author, within 15 minutes."))
    words = _usable(text)
    if words != current.text:
        current.text, current.edited_at = words, now
        current.save(update_fields=["text", "edited_at"])
        _mention(current, tell=())


def may_change(*, author_id: int | None, at: datetime, by: User, now: datetime) -> bool:
    """Tell whether a person may still correct a note."""
    return author_id == by.pk and now < at + CHANGEABLE_FOR


def read_mentions(order: Order, *, by: User, now: datetime) -> int:
    """Take the notes on an order that name a person as read; give how many were new."""
    mine = Mention.every.of(order.merchant_id).filter(user=by, read_at=None)
    return mine.filter(note__order_id=order.pk).update(read_at=now)


def people_of(merchant_id: int) -> list[User]:
    """List those who work for a shop, by name: whoever a note may name."""
    rows = Membership.every.of(merchant_id).filter(user__is_active=True).select_related("user")
    return sorted((row.user for row in rows), key=lambda user: str(user).casefold())


def _usable(text: str) -> str:
    words = text.replace("\r\n", "\n").replace("\0", "").strip()
    words = words.encode("utf-8", "replace").decode()  # half a character (a lone surrogate)
    if not words:
        raise UnusableNote(_("Write the note first."))
    if len(words) > LONGEST:
        over = len(words) - LONGEST
        raise UnusableNote(
            ngettext(
                "The note is %(count)d character too long.",
                "The note is %(count)d characters too long.",
                over,
            )
            % {"count": over}
        )
    return words


def _mention(note: Note, *, tell: Collection[int]) -> None:
    if not tell and "@" not in note.text:
        return
    people = people_of(note.merchant_id)
    named = named_in(note.text, people) | {user.pk for user in people if user.pk in tell}
    rows = [
        Mention(merchant_id=note.merchant_id, note=note, user_id=pk)
        for pk in sorted(named - {note.author_id})
    ]
    Mention.every.bulk_create(rows, ignore_conflicts=True)


def named_in(text: str, people: Sequence[User]) -> set[int]:
    """Find whom a text names: @ and a name, a first name that only one has, or an address's start.

    Letters' case does not matter.
    """
    folded = text.casefold()
    firsts = Counter(first for user in people for first in _first_name(user))
    return {
        user.pk
        for user in people
        if any(_names(folded, handle) for handle in _handles(user, firsts))
    }


def _handles(user: User, firsts: Counter[str]) -> Iterable[str]:
    yield user.email.partition("@")[0].casefold()
    if user.name.strip():
        yield user.name.strip().casefold()
    yield from (first for first in _first_name(user) if firsts[first] == 1)


def _first_name(user: User) -> list[str]:
    return user.name.casefold().split()[:1]


def _names(folded: str, handle: str) -> bool:
    return re.search(rf"(?<!\w)@{re.escape(handle)}(?!\w)", folded) is not None
