"""How the shop fares: figures of 30 days beside those of the 30 before, each with its meaning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.policy import Period
from analytics.queries import Kind, currencies, figures
from notifications.performance import Mails, confirmations
from postpurchase.lib.locales import (
    decimal_text,
    duration_text,
    money_text,
    number_text,
    percent_text,
)
from postpurchase.lib.money import Money
from postpurchase.staff.access import Place

DAYS = 30
SAME = 0.005
"""A change by less than half a percent is none."""


@dataclass(frozen=True, slots=True)
class Trend:
    """How a figure moved: an arrow, words, and whether that is good or bad."""

    icon: str
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with what it means, what it is made from, and where its rows are."""

    label: str
    value: str
    meaning: str
    sample: str
    url: str
    trend: Trend | None


@dataclass(frozen=True, slots=True)
class Board:
    """The figures and the days they cover."""

    figures: list[Figure]
    first: date
    last: date
    currency: str


def board(place: Place, *, now: datetime) -> Board | None:
    """Put the figures together; None where nothing has been counted yet."""
    today = timezone.localdate(now)
    period = Period(today - timedelta(days=DAYS - 1), today + timedelta(days=1))
    currency, this, before = _sales(place.merchant.currency, period)
    mails, mails_before = confirmations(
        [(_midnight(span.start), _midnight(span.end)) for span in (period, period.before())]
    )
    if not (this.orders or before.orders or mails.sent or mails_before.sent):
        return None
    slug = place.slug
    return Board(
        [
            *_of_sales(this, before, currency=currency, slug=slug),
            *_of_mails(mails, mails_before, slug=slug),
        ],
        period.start,
        today,
        currency,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=timezone.get_current_timezone())


def _sales(currency: str, period: Period) -> tuple[str, Kind, Kind]:
    """Add up both periods from one read of the kept figures."""
    both = Period(period.before().start, period.end)
    found = figures(both, currency=currency)
    if not found.days and (others := currencies()) and currency not in others:
        currency = others[0]
        found = figures(both, currency=currency)
    sums = [Kind(), Kind()]
    for day, (first, later) in found.days.items():
        sums[day < period.start] += first + later
    return currency, sums[0], sums[1]


def _of_sales(this: Kind, before: Kind, *, currency: str, slug: str) -> list[Figure]:
    behind = reverse("dashboard:analytics", args=[slug])

    def money(minor: int | None) -> str:
        return "–" if minor is None else money_text(Money(minor, currency))

    orders = ngettext("%(count)s order", "%(count)s orders", this.orders) % {
        "count": number_text(this.orders)
    }
    return [
        Figure(
            _("Orders"),
            number_text(this.orders),
            _("Orders placed by known customers in these days; cancelled ones and tests left out."),
            _("By the day of the order"),
            behind,
            _trend(this.orders, before.orders, more_is_good=True),
        ),
        Figure(
            _("Revenue"),
            money(this.revenue),
            _("What their goods cost after discounts, without delivery; refunds not taken off."),
            _("From %(orders)s, by the day of the order") % {"orders": orders},
            behind,
            _trend(this.revenue, before.revenue, more_is_good=True),
        ),
        Figure(
            _("Average order"),
            money(this.average_order),
            _("Revenue divided by orders."),
            _("From %(orders)s, by the day of the order") % {"orders": orders},
            behind,
            _trend(this.average_order, before.average_order, more_is_good=True),
        ),
        Figure(
            _("Refund share"),
            _share(this.refund_share),
            _("Money given back in these days, as a share of these days’ revenue."),
            ngettext(
                "%(count)s refund, by the day of the refund",
                "%(count)s refunds, by the day of the refund",
                this.refunds,
            )
            % {"count": number_text(this.refunds)},
            behind,
            _trend(this.refund_share, before.refund_share, more_is_good=False, unit=_points),
        ),
    ]


def _of_mails(this: Mails, before: Mails, *, slug: str) -> list[Figure]:
    log = reverse("dashboard:messages", args=[slug])
    sample = ngettext(
        "%(count)s confirmation, by the day it was planned",
        "%(count)s confirmations, by the day they were planned",
        this.all,
    ) % {"count": number_text(this.all)}
    if this.is_sample:
        sample = _("The newest %(count)s confirmations") % {"count": number_text(this.all)}
    return [
        Figure(
            _("Confirmations delivered"),
            _share(this.share),
            _("Accepted by the shopper’s mail server, of all that were sent or failed."),
            sample,
            f"{log}?kind=confirmation",
            _trend(this.share, before.share, more_is_good=True, unit=_points),
        ),
        Figure(
            _("Time to confirmation"),
            "–" if this.median is None else duration_text(this.median),
            _("From placing the order to the mail server taking the mail; half were faster."),
            sample,
            f"{log}?kind=confirmation&state=sent",
            _trend(_seconds(this), _seconds(before), more_is_good=False),
        ),
    ]


def _share(share: float | None) -> str:
    return "–" if share is None else percent_text(share)


def _seconds(mails: Mails) -> float | None:
    return mails.median.total_seconds() if mails.median is not None else None


def _relative(now: float, before: float) -> tuple[float, str]:
    change = now / before - 1 if before else 0.0
    return change, percent_text(abs(change))


def _points(now: float, before: float) -> tuple[float, str]:
    """Compare shares in points: 4 % after 2 % is 2 points more, not twice as much."""
    change = now - before
    points = decimal_text(abs(change) * 100)
    return change, _("%(points)s points") % {"points": points}


def _trend(
    now: float | None,
    before: float | None,
    *,
    more_is_good: bool,
    unit: Callable[[float, float], tuple[float, str]] = _relative,
) -> Trend | None:
    """Say how a figure moved; None where there is nothing to compare with."""
    if now is None or before is None or (unit is _relative and not before):
        return None
    change, size = unit(now, before)
    if abs(change) < SAME:
        return Trend("move-right", _("as in the 30 days before"), "")
    words = {"size": size}
    is_good = (change > 0) == more_is_good
    if change > 0:
        text = _("%(size)s more: better") if is_good else _("%(size)s more: worse")
        return Trend("trending-up", text % words, "good" if is_good else "bad")
    text = _("%(size)s less: better") if is_good else _("%(size)s less: worse")
    return Trend("trending-down", text % words, "good" if is_good else "bad")
