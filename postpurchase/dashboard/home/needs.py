"""What needs a person now: one table, each line with its count and where it is worked off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from merchants.models import Domain, Merchant
from merchants.statuses import DomainState
from notifications.models import Message, Outage
from notifications.statuses import MessageKind, MessageState, Withheld
from orders.models import InboxEntry, Order
from orders.statuses import InboxState
from postpurchase.lib import capped
from tracking.models import CarrierAccount, ParcelCase
from tracking.queries import late_orders
from tracking.statuses import CaseState, Trouble

MOST = 99
MAIL_DAYS = timedelta(days=7)
"""Older mails are of no use any more, so nobody need look after them."""
DOUBTFUL = (Withheld.NO_ADDRESS, Withheld.SUPPRESSED)


@dataclass(frozen=True, slots=True)
class Need:
    """A kind of trouble. `text` takes a number, for its plural, and a count to be shown."""

    name: str
    icon: str
    tone: str
    text: Any
    why: LazyText
    rows: Callable[[Merchant, datetime], QuerySet[Any]]
    route: str
    query: Callable[[datetime], dict[str, str]] = lambda _now: {}

    def url(self, slug: str, *, now: datetime) -> str:
        """Give the address where it is worked off."""
        own = [slug, self.name] if self.route == "dashboard:home_needs" else [slug]
        query = urlencode(self.query(now))
        return reverse(self.route, args=own) + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True)
class Line:
    """A need as the page shows it."""

    icon: str
    tone: str
    text: str
    why: str | LazyText
    url: str


def lines_of(counts: Mapping[str, int], *, slug: str, now: datetime) -> list[Line]:
    """Say what is needed, the most pressing first."""
    return [
        Line(
            need.icon,
            need.tone,
            str(need.text % {"number": count, "count": capped.text(count, most=MOST)}),
            need.why,
            need.url(slug, now=now),
        )
        for need in NEEDS
        if (count := counts.get(need.name, 0))
    ]


def silent_line(name: str, text: str, *, slug: str) -> Line:
    """Say that nothing is heard of a connection although something usually is."""
    title = str(_("%(name)s is silent") % {"name": name})
    return Line("unplug", "warn", title, text, reverse("dashboard:connections", args=[slug]))


def stuck_orders(merchant: Merchant, now: datetime) -> QuerySet[Order]:
    """Give orders that should have left by yesterday and did not."""
    return late_orders(merchant, now=now)


def orders_in_conflict(_merchant: Merchant, _now: datetime) -> QuerySet[Order]:
    """Give orders whose figures do not fit together and that nobody looked after."""
    return Order.objects.exclude(sync_conflict="")


def parcels_in_trouble(_merchant: Merchant, _now: datetime) -> QuerySet[Order]:
    """Give orders with a parcel that somebody has to look after, and what is the matter."""
    cases = ParcelCase.objects.exclude(state=CaseState.CLOSED)
    kinds = cases.filter(shipment__order_id=OuterRef("pk")).order_by("opened_at", "pk")
    troubled = cases.filter(kind__in=Trouble.values).values("shipment__order_id")
    return Order.objects.filter(pk__in=troubled).annotate(
        troubles=ArraySubquery(kinds.values("kind"))
    )


def _failing_accounts(_merchant: Merchant, now: datetime) -> QuerySet[CarrierAccount]:
    silent = Q(last_seen_at=None) | Q(last_seen_at__lt=F("last_error_at"))
    return CarrierAccount.objects.filter(silent, is_active=True, last_error_at__gte=now - MAIL_DAYS)


def _messages(*states: MessageState) -> Callable[[Merchant, datetime], QuerySet[Message]]:
    def rows(_merchant: Merchant, now: datetime) -> QuerySet[Message]:
        # All kinds are named, so that the index by kind and state is used.
        return Message.objects.filter(
            kind__in=MessageKind.values, state__in=states, created_at__gte=now - MAIL_DAYS
        )

    return rows


def _withheld(merchant: Merchant, now: datetime) -> QuerySet[Message]:
    return _messages(MessageState.WITHHELD)(merchant, now).filter(reason__in=DOUBTFUL)


def _mails(state: str) -> Callable[[datetime], dict[str, str]]:
    return lambda now: {"state": state, "since": f"{timezone.localdate(now - MAIL_DAYS)}"}


NEEDS: Sequence[Need] = (
    Need(
        "outage",
        "mail-x",
        "bad",
        ngettext_lazy("Mails wait: none gets out", "Mails wait: none gets out", "number"),
        _("The mail server refuses again and again. We go on trying; look at its answer."),
        lambda _merchant, _now: Outage.objects.filter(paused_until__isnull=False),
        "dashboard:messages_outages",
    ),
    Need(
        "domain",
        "globe",
        "bad",
        ngettext_lazy(
            "Your own domain no longer leads here",
            "Your own domain no longer leads here",
            "number",
        ),
        _("Shoppers who follow its links see an error. See which record is missing."),
        lambda _merchant, _now: Domain.objects.filter(state=DomainState.BROKEN),
        "dashboard:brand_domain",
    ),
    Need(
        "stuck",
        "package-x",
        "warn",
        ngettext_lazy(
            "%(count)s order should have left by now",
            "%(count)s orders should have left by now",
            "number",
        ),
        _("Not shipped in full, and past the day that you promised."),
        stuck_orders,
        "dashboard:home_needs",
    ),
    Need(
        "parcels",
        "package-search",
        "warn",
        ngettext_lazy(
            "%(count)s order has a parcel in trouble",
            "%(count)s orders have a parcel in trouble",
            "number",
        ),
        _("Late, not moving, not handed over, held up or lost."),
        parcels_in_trouble,
        "dashboard:home_needs",
    ),
    Need(
        "carriers",
        "truck",
        "bad",
        ngettext_lazy(
            "%(count)s carrier’s account has an error",
            "%(count)s carriers’ accounts have an error",
            "number",
        ),
        _("Its last delivery or answer could not be used. See why."),
        _failing_accounts,
        "dashboard:carriers",
    ),
    Need(
        "deliveries",
        "file-x",
        "bad",
        ngettext_lazy(
            "%(count)s delivery from your shop could not be used",
            "%(count)s deliveries from your shop could not be used",
            "number",
        ),
        _("See the reason, correct it in your shop, then have it read again."),
        lambda _merchant, _now: InboxEntry.objects.filter(state=InboxState.FAILED),
        "dashboard:connections_deliveries",
        lambda _now: {"outcome": "failed"},
    ),
    Need(
        "failed",
        "mail-x",
        "bad",
        ngettext_lazy("%(count)s mail failed", "%(count)s mails failed", "number"),
        _("In the last 7 days. See the mail server’s answer and send them again."),
        _messages(MessageState.FAILED),
        "dashboard:messages",
        _mails("failed"),
    ),
    Need(
        "uncertain",
        "mail-question-mark",
        "warn",
        ngettext_lazy(
            "%(count)s mail may not have arrived", "%(count)s mails may not have arrived", "number"
        ),
        _("In the last 7 days. The mail server did not say whether it took them."),
        _messages(MessageState.UNCERTAIN),
        "dashboard:messages",
        _mails("uncertain"),
    ),
    Need(
        "withheld",
        "mail-minus",
        "warn",
        ngettext_lazy(
            "%(count)s mail had nowhere to go", "%(count)s mails had nowhere to go", "number"
        ),
        _("In the last 7 days: no usable address, or one that refused mail before."),
        _withheld,
        "dashboard:messages",
        _mails("withheld"),
    ),
    Need(
        "conflicts",
        "scale",
        "warn",
        ngettext_lazy(
            "%(count)s order has figures that do not fit together",
            "%(count)s orders have figures that do not fit together",
            "number",
        ),
        _("Your shop’s statements contradict each other, such as more shipped than ordered."),
        orders_in_conflict,
        "dashboard:home_needs",
    ),
)
