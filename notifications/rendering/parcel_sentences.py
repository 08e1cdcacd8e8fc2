"""The sentences of a mail about parcels: what happened, what follows, and who must act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.rendering import parcel_words as words
from notifications.rendering.text import one_line
from notifications.statuses import MessageKind
from orders.models import Order
from orders.rendering import OrderView
from postpurchase.lib.locales import day_text, days_text, moment_text, time_text
from returns.queries import policy_at
from tracking.models import Shipment
from tracking.rendering import carrier_name, cause_text
from tracking.rendering.standing import last_place
from tracking.statuses import TERMINAL, Cause, Milestone


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a mail tells of: the kind, its parcels among all of the order, and the circumstances."""

    kind: str
    told: Sequence[Shipment]
    every: Sequence[Shipment]
    order: Order
    view: OrderView
    wanted: frozenset[str]
    can_answer: bool
    now: datetime

    @property
    def is_all_here(self) -> bool:
        """Tell whether nothing of the order is still to come."""
        is_packed = not any(line.open_quantity for line in self.view.lines)
        return is_packed and all(one.milestone == Milestone.DELIVERED for one in self.every)

    @property
    def only(self) -> Shipment | None:
        """Give the parcel where the mail tells of one alone."""
        return self.told[0] if len(self.told) == 1 else None


def when(case: Case) -> str:
    """Say when the last of the parcels was delivered: "today at 14:05", "on Mon 23 Nov"."""
    moments = [parcel.delivered_at for parcel in case.told if parcel.delivered_at]
    if not moments:
        return ""
    last, today = max(moments), timezone.localdate(case.now)
    if any(_is_day_only(parcel) for parcel in case.told):
        return _("on %(day)s") % {"day": day_text(timezone.localdate(last), today=today)}
    if timezone.localdate(last) == today:
        return _("today at %(time)s") % {"time": time_text(last)}
    return _("on %(moment)s") % {"moment": moment_text(last, today=today)}


def call(case: Case) -> str:
    """Name the one button."""
    match case.kind:
        case MessageKind.DELIVERED | MessageKind.LOST:
            return _("See your order")
        case MessageKind.ATTEMPT_FAILED:
            return _("Choose what happens next")
        case MessageKind.READY_FOR_PICKUP:
            return _("See where to collect it")
        case _:
            return ngettext("Follow your package", "Follow your packages", len(case.told))


def intro(case: Case) -> tuple[str, ...]:
    """Say what happened, in one to three sentences."""
    match case.kind:
        case MessageKind.SHIPPED:
            said = [_carried(case)]
        case MessageKind.IN_TRANSIT:
            said = [_seen_in(case)]
        case MessageKind.OUT_FOR_DELIVERY:
            said = [_with_the_driver(case)]
        case MessageKind.DELIVERED:
            said = _delivered(case)
        case MessageKind.DELAYED:
            said = [_("This is later than we promised. We’re sorry."), _cause(case)]
        case MessageKind.ATTEMPT_FAILED:
            said = [_tried(case), _cause(case), _next_try(case)]
        case MessageKind.READY_FOR_PICKUP:
            said = [_waits_in(case)]
        case MessageKind.ACTION_NEEDED:
            need = words.NEEDS.get(case.told[0].cause)
            said = [] if need else [_cause(case)]
            said.append(str((need or words.ANY_NEED).text))
        case MessageKind.RETURNING:
            said = [_cause(case) or _("It could not be delivered.")]
        case _:
            said = [_("We’re sorry."), _last_moved(case)]
    return tuple(sentence for sentence in said if sentence)


def follows(case: Case) -> tuple[str, ...]:
    """Say what comes next, and what the shopper has to do, if anything."""
    nothing = _("You don’t need to do anything.")
    match case.kind:
        case MessageKind.SHIPPED | MessageKind.IN_TRANSIT:
            said = [nothing, _we_write_again(case)]
        case MessageKind.OUT_FOR_DELIVERY:
            said = [_("If nobody is in, we write to you about what happens next.")]
        case MessageKind.DELIVERED:
            said = [_not_there(case), _may_go_back(case)]
        case MessageKind.DELAYED:
            said = [nothing, _if(case, _("If the new date does not suit you, %(ask)s."))]
        case MessageKind.ATTEMPT_FAILED:
            said = [
                _("Tell us on your order page what suits you: another day, another address, or "
                  "that you collect it yourself. Without an answer most carriers try once more."),
            ]  # fmt: skip
        case MessageKind.READY_FOR_PICKUP:
            said = [
                _("Bring the tracking number and something that shows who you are."),
                _("The carrier keeps it for some days, then sends it back to us."),
            ]
        case MessageKind.ACTION_NEEDED:
            said = _what_to_do(case)
        case MessageKind.RETURNING:
            said = _after_return(case)
        case _:
            said = [
                _("You don’t need to ask the carrier; we do that."),
                _if(case, _("Tell us whether you want it sent again or your money back: %(ask)s.")),
            ]
    return tuple(sentence for sentence in said if sentence)


def others(case: Case) -> tuple[str, ...]:
    """Say what is with the rest of the order, while news are good."""
    if case.kind not in {MessageKind.SHIPPED, MessageKind.OUT_FOR_DELIVERY, MessageKind.DELIVERED}:
        return ()
    told = {parcel.pk for parcel in case.told}
    moving = sum(
        parcel.pk not in told and Milestone(parcel.milestone) not in TERMINAL
        for parcel in case.every
    )
    said = []
    if moving and case.kind == MessageKind.DELIVERED:
        text = ngettext(
            "%(count)d more package is still to come.",
            "%(count)d more packages are still to come.",
            moving,
        )
        said.append(text % {"count": moving})
    if any(line.open_quantity for line in case.view.lines):
        said.append(_("The rest of your order is still being packed."))
    return tuple(said)


def _carried(case: Case) -> str:
    names = {one_line(carrier_name(parcel), at_most=60) for parcel in case.told} - {""}
    if len(names) == 1:
        return ngettext(
            "We handed it to %(carrier)s.", "We handed them to %(carrier)s.", len(case.told)
        ) % {"carrier": names.pop()}
    return ngettext("The carrier has it.", "The carriers have them.", len(case.told))


def _with_the_driver(case: Case) -> str:
    parcel = case.only
    if parcel is None or parcel.since is None or _is_day_only(parcel):
        return ngettext("The driver has it.", "The driver has them.", len(case.told))
    return _("It left with the driver at %(time)s.") % {"time": time_text(parcel.since)}


def _seen_in(case: Case) -> str:
    place = one_line(last_place(case.only), at_most=80) if case.only else ""
    return _("It was last seen in %(place)s.") % {"place": place} if place else ""


def _delivered(case: Case) -> list[str]:
    if case.is_all_here and len(case.every) > 1:
        said = [_("The last package was delivered %(when)s.") % {"when": when(case)}]
    elif len(case.every) > 1:
        said = [_("Delivered %(when)s.") % {"when": when(case)}]
    else:
        said = [_("All of your order is here.")] if case.is_all_here else []
    signed = one_line(case.only.signed_by, at_most=60) if case.only else ""
    if signed:
        said.append(_("Signed for by: %(name)s.") % {"name": signed})
    return said


def _cause(case: Case) -> str:
    causes = {parcel.cause for parcel in case.told}
    return cause_text(Cause(causes.pop())) if len(causes) == 1 else ""


def _tried(case: Case) -> str:
    parcel = case.only
    if parcel is None or parcel.since is None:
        return ""
    day = timezone.localdate(parcel.since)
    at = day_text(day) if _is_day_only(parcel) else moment_text(parcel.since)
    return _("The carrier tried on %(moment)s.") % {"moment": at}


def _next_try(case: Case) -> str:
    parcel = case.only
    if parcel is None or parcel.expected_from is None or parcel.expected_until is None:
        return ""
    if parcel.expected_until <= timezone.localdate(case.now):
        return ""
    days = days_text(parcel.expected_from, parcel.expected_until)
    return _("The next try is planned for %(days)s.") % {"days": days}


def _waits_in(case: Case) -> str:
    place = one_line(last_place(case.only), at_most=80) if case.only else ""
    if place:
        return _("It waits for you in %(place)s.") % {"place": place}
    return _("The carrier keeps it for you at a place where you can collect it.")


def _last_moved(case: Case) -> str:
    moments = [parcel.last_scan_at for parcel in case.told if parcel.last_scan_at]
    if not moments:
        return ""
    day = day_text(timezone.localdate(max(moments)))
    return _("The carrier cannot say where it is; it was last seen on %(day)s.") % {"day": day}


def _we_write_again(case: Case) -> str:
    if MessageKind.OUT_FOR_DELIVERY in case.wanted:
        return _("We write again on the day it arrives.")
    if MessageKind.DELIVERED in case.wanted:
        return _("We write again when it is delivered.")
    return _("Your order page shows at any time where it is.")


def _not_there(case: Case) -> str:
    return _if(
        case,
        _("Not there? Look in the letterbox and ask the neighbours; if it does not turn up, "
          "%(ask)s."),
    )  # fmt: skip


def _may_go_back(case: Case) -> str:
    policy = policy_at(case.order.merchant_id, case.order.placed_at)
    moments = [parcel.delivered_at for parcel in case.told if parcel.delivered_at]
    if policy is None or not policy.days or not moments:
        return ""
    last = timezone.localdate(max(moments)) + timedelta(days=policy.days)
    return _("You can send items back until %(day)s.") % {"day": day_text(last)}


def _what_to_do(case: Case) -> list[str]:
    if case.told[0].cause == Cause.ADDRESS:
        return [_if(case, _("Tell us the right address, and we pass it on: %(ask)s."))]
    if case.told[0].cause in {Cause.CUSTOMS_DUTY, Cause.PAYMENT_DUE}:
        return [
            _("Pay only on the carrier’s own page or to the driver. "
              "We never ask for card details by mail."),
            _if(case, _("If anything is unclear, %(ask)s.")),
        ]  # fmt: skip
    if case.told[0].cause == Cause.AGE_CHECK:
        return [_("Have your ID ready when the driver comes again.")]
    return [
        _("The carrier’s page says what to do."),
        _if(case, _("If that does not help, %(ask)s.")),
    ]


def _after_return(case: Case) -> list[str]:
    is_back = all(parcel.milestone == Milestone.RETURNED for parcel in case.told)
    said = (
        _("We check what came back and then write to you about your order and the money you paid.")
        if is_back
        else _("Once it is back, we check it and write to you about your order and the money you "
               "paid.")
    )  # fmt: skip
    return [said, _if(case, _("If you would still like to have it, %(ask)s."))]


def _if(case: Case, sentence: str) -> str:
    """Finish a sentence with the way to reach the shop."""
    ask = _("answer this mail") if case.can_answer else _("write to us from your order page")
    return sentence % {"ask": ask}


def _is_day_only(parcel: Shipment) -> bool:
    """Tell whether of the newest scan that says where it is the day alone is known."""
    said = (scan for scan in parcel.recent if scan.get("milestone") == parcel.milestone)
    newest = next(said, None)
    return newest is not None and bool(newest.get("day_only"))
