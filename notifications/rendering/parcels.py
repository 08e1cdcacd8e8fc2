"""A mail about parcels: all that it says, in the active language and zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from notifications.models import Message
from notifications.parcels import told_parcels, true_parcels, wanted_kinds
from notifications.rendering import parcel_words as words
from notifications.rendering.confirmation import address_lines
from notifications.rendering.frame import Frame
from notifications.rendering.items import (
    LINES_SHOWN,
    Item,
    as_long_as_fits,
    clean_line,
    item_of,
)
from notifications.rendering.parcel_sentences import Case, call, follows, intro, others, when
from notifications.rendering.structured import Delivery, parcel_markup
from notifications.rendering.text import one_line
from notifications.statuses import MessageKind
from orders.models import Order
from orders.rendering import LineView, order_view
from orders.statuses import AddressKind
from postpurchase.lib.locales import days_text
from postpurchase.lib.money import Money
from tracking.models import Shipment
from tracking.rendering import ParcelView, contents_of, parcel_view
from tracking.statuses import Milestone

PACKAGES_SHOWN = 5
DATED = frozenset({MessageKind.SHIPPED, MessageKind.IN_TRANSIT, MessageKind.DELAYED})
"""Where the day on which it comes stands on top; that it comes today, the heading says."""
ADDRESSED = DATED | {MessageKind.OUT_FOR_DELIVERY}
MARKED_UP = frozenset({MessageKind.SHIPPED, MessageKind.OUT_FOR_DELIVERY, MessageKind.DELIVERED})


@dataclass(frozen=True, slots=True)
class DateBox:
    """The days that matter, what was said before, and on what ground."""

    label: str
    days: str
    was: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """A package of the mail: its name where there are several, and what is in it."""

    title: str
    carrier: str
    number: str
    url: str
    date: str
    items: tuple[Item, ...]
    items_more: int


@dataclass(frozen=True, slots=True)
class ParcelMail:
    """All that a mail about parcels says."""

    subject: str
    preheader: str
    title: str
    intro: tuple[str, ...]
    number: str
    date: DateBox | None
    call: str
    url: str
    packages: tuple[Package, ...]
    packages_more: int
    follows: tuple[str, ...]
    ship_to: tuple[str, ...]
    markup: SafeString


def parcel_mail_of(
    message: Message, order: Order, *, frame: Frame, url: str, now: datetime
) -> ParcelMail:
    """Put a mail together; message and order are loaded by `notifications.parcels.load`.

    It tells of those parcels of which it is true. Of one that is read later, when it is true of
    none, it tells what it was meant to tell.
    """
    told = true_parcels(message, now=now) or told_parcels(message)
    every = list(order.shipments.all())
    view = order_view(order, now=now)
    parcels = [parcel_view(parcel, now=now) for parcel in told]
    case = Case(
        kind=message.kind,
        told=told,
        every=every,
        order=order,
        view=view,
        wanted=wanted_kinds(order.merchant_id),
        can_answer=bool(frame.support_email),
        now=now,
    )
    date = _date(case, parcels)
    title, subject = _headings(case, date, number=one_line(view.number, at_most=24))
    packages = tuple(
        _package(case, parcel, seen)
        for parcel, seen in list(zip(told, parcels, strict=True))[:PACKAGES_SHOWN]
    )
    return ParcelMail(
        subject=subject,
        preheader=_preheader(date, packages, intro(case)),
        title=title,
        intro=(*intro(case), *others(case)),
        number=one_line(view.number),
        date=date,
        call=call(case),
        url=url,
        packages=packages,
        packages_more=len(told) - len(packages),
        follows=follows(case),
        ship_to=address_lines(view.ship_to) if message.kind in ADDRESSED else (),
        markup=_markup(case, parcels, frame=frame, url=url),
    )


def _headings(case: Case, date: DateBox | None, *, number: str) -> tuple[str, str]:
    """Choose the heading and the subject."""
    facts: dict[str, Any] = {
        "number": number,
        "count": len(case.told),
        "total": len(case.every),
        "place": case.every.index(case.told[0]) + 1 if case.told else 1,
        "days": date.days if date else "",
        "when": when(case),
    }
    if case.kind == MessageKind.ACTION_NEEDED:
        need = words.NEEDS.get(case.told[0].cause, words.ANY_NEED)
        return str(need.title), words.subject(need.subject, facts)
    if case.kind == MessageKind.DELAYED and date and date.days and facts["count"] == 1:
        return words.NEW_DATE % facts, words.subject(words.NEW_DATE_SUBJECT, facts)
    if case.kind == MessageKind.DELIVERED and case.is_all_here and facts["total"] > 1:
        return str(words.ALL_HERE), words.subject(words.ALL_HERE_SUBJECT, facts)
    is_back = all(parcel.milestone == Milestone.RETURNED for parcel in case.told)
    if case.kind == MessageKind.RETURNING and is_back:
        return words.BACK.of(facts), words.subject(words.SUBJECTS[case.kind], facts)
    return words.TITLES[case.kind].of(facts), words.subject(words.SUBJECTS[case.kind], facts)


def _date(case: Case, parcels: Sequence[ParcelView]) -> DateBox | None:
    """Give the days on which all come, from the first to the last; say so where nobody knows."""
    if case.kind not in DATED:
        return None
    dates = [seen.date for seen in parcels if seen.date and not seen.date.is_passed]
    if len(dates) < len(parcels) or not dates:
        return DateBox("", "", note=_no_date(case))
    if len({date.days for date in dates}) == 1:
        label = _("Now arrives") if case.kind == MessageKind.DELAYED else dates[0].label
        ground = dates[0].ground if case.kind == MessageKind.SHIPPED else ""
        return DateBox(label, dates[0].days, _was(case, dates[0].was), ground)
    first = min(parcel.expected_from for parcel in case.told if parcel.expected_from)
    last = max(parcel.expected_until for parcel in case.told if parcel.expected_until)
    return DateBox(dates[0].label, days_text(first, last))


def _was(case: Case, was: str) -> str:
    return was if case.kind == MessageKind.DELAYED else ""


def _no_date(case: Case) -> str:
    if case.kind == MessageKind.DELAYED:
        return _("We don’t know the new date yet. Your order page shows it once we do.")
    return _("We don’t have a delivery date yet. Your order page shows it once we do.")


def _package(case: Case, parcel: Shipment, seen: ParcelView) -> Package:
    lines = [clean_line(line) for line in _inside(case, parcel)]
    place = {"place": case.every.index(parcel) + 1, "total": len(case.every)}
    shown = LINES_SHOWN // min(len(case.told), PACKAGES_SHOWN)
    date = seen.date if len(case.told) > 1 and case.kind in DATED else None
    return Package(
        title=_("Package %(place)d of %(total)d") % place if len(case.every) > 1 else "",
        carrier=one_line(seen.carrier),
        number=one_line(seen.number),
        url=seen.url,
        date=f"{date.label} {date.days}" if date and not date.is_passed else "",
        items=tuple(item_of(line) for line in lines[:shown]),
        items_more=max(len(lines) - shown, 0),
    )


def _inside(case: Case, parcel: Shipment) -> list[LineView]:
    """Give the lines in a parcel, each with the quantity that is in it."""
    units = {part.order_line_id: part.quantity for part in parcel.lines.all()}
    inside = contents_of(units, case.order, case.view)
    none = Money(0, case.order.currency)
    return [
        replace(line, quantity=quantity, cancelled=0, discount=none) for line, quantity in inside
    ]


def _preheader(date: DateBox | None, packages: Sequence[Package], sentences: Sequence[str]) -> str:
    """Say what the subject does not, the date first."""
    facts = []
    if date and date.days:
        facts.append(f"{date.label} {date.days}.")
    facts += sentences
    if len(packages) == 1 and packages[0].number:
        carried = {"carrier": packages[0].carrier, "number": packages[0].number}
        named = _("%(carrier)s %(number)s.") % carried
        facts.append(named.strip())
    facts.append(_("See what is in it and where it is on your order page."))
    return as_long_as_fits(facts)


def _markup(case: Case, parcels: Sequence[ParcelView], *, frame: Frame, url: str) -> SafeString:
    """Write what mail programs read, where it is of use to them; else nothing."""
    if case.kind not in MARKED_UP:
        return SafeString("")
    doors = [row for row in case.order.addresses.all() if row.kind == AddressKind.SHIPPING]
    deliveries = [
        Delivery(
            parcel=parcel,
            seen=seen,
            lines=[clean_line(line) for line in _inside(case, parcel)],
        )
        for parcel, seen in list(zip(case.told, parcels, strict=True))[:PACKAGES_SHOWN]
    ]
    return parcel_markup(
        deliveries, door=doors[0] if doors else None, frame=frame, view=case.view, url=url
    )
