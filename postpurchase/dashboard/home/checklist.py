"""What is left to set up. Each point is looked up anew: nobody ticks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from merchants.models import (
    Brand,
    BrandVersion,
    Invitation,
    Membership,
    Merchant,
    StoreConnection,
    SupportHours,
)
from merchants.statuses import ConnectionKind
from orders.actions import trial
from orders.models import Order, OrderPolicy
from postpurchase.staff.access import Place
from returns.models import ReturnPolicy
from tracking.models import CarrierAccount, Shipment, ShippingPromise

Rows = dict[str, QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Task:
    """A point of the list: what it is, what is missing, where it is done."""

    title: str
    hint: str
    url: str
    icon: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Checklist:
    """The points and how many are done."""

    tasks: list[Task]

    @property
    def open(self) -> list[Task]:
        """Give what is left."""
        return [task for task in self.tasks if not task.is_done]

    @property
    def done(self) -> list[Task]:
        """Give what is done."""
        return [task for task in self.tasks if task.is_done]

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing is left."""
        return not self.open


def facts_to_count(place: Place, *, now: datetime) -> Rows:
    """Give what has to be looked up, to be counted together with other things."""
    plain = Brand()
    own_look = ~Q(colour=plain.colour) | ~Q(logo="") & Q(logo__isnull=False)
    sent = Shipment.objects.order_by("-pk").values("pk")[:50]
    return {
        "looks": BrandVersion.objects.filter(published_at__isnull=False),
        "own_look": Brand.objects.filter(own_look),
        "senders": Brand.objects.exclude(sender_email=""),
        "sources": StoreConnection.objects.filter(last_seen_at__isnull=False),
        "orders": Order.objects.exclude(external_id__startswith=trial.PREFIX),
        "carriers": CarrierAccount.objects.filter(last_seen_at__isnull=False),
        "followed": Shipment.objects.filter(pk__in=sent, heard_at__isnull=False),
        "changes": OrderPolicy.objects.all(),
        "shipping": ShippingPromise.objects.all(),
        "returns": ReturnPolicy.objects.all(),
        "hours": SupportHours.objects.all(),
        "tests": Order.objects.filter(
            connection__kind=ConnectionKind.API, external_id__in=trial.ids()
        ),
        "members": Membership.objects.exclude(user=place.user),
        "invited": Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=now),
    }


def checklist(place: Place, counts: Mapping[str, int]) -> Checklist:
    """Say what is set up, and of what is not, what is missing."""
    return Checklist(
        [
            Task(
                title=str(point.title),
                hint=str(point.hint(place.merchant, counts)),
                url=reverse(f"dashboard:{point.route}", args=[place.slug]),
                icon=point.icon,
                is_done=point.is_done(place.merchant, counts),
            )
            for point in POINTS
        ]
    )


@dataclass(frozen=True, slots=True)
class Point:
    """What is to be set up: how it is told to be done, and what is said until then."""

    title: LazyText
    hint: Callable[[Merchant, Mapping[str, int]], str | LazyText]
    route: str
    icon: str
    is_done: Callable[[Merchant, Mapping[str, int]], bool]


def _says(text: LazyText) -> Callable[[Merchant, Mapping[str, int]], LazyText]:
    return lambda _merchant, _counts: text


def _any(*names: str) -> Callable[[Merchant, Mapping[str, int]], bool]:
    return lambda _merchant, counts: any(counts[name] for name in names)


def _details_hint(merchant: Merchant, _counts: Mapping[str, int]) -> str:
    return _("Still missing: %(what)s.") % {"what": ", ".join(_missing_details(merchant))}


def _policies_hint(_merchant: Merchant, counts: Mapping[str, int]) -> str:
    return _("Not set yet: %(what)s.") % {"what": ", ".join(_unset_policies(counts))}


def _missing_details(merchant: Merchant) -> list[str]:
    wanted = {
        "legal_name": _("legal name"),
        "postal_address": _("postal address"),
        "support_email": _("support e-mail"),
        "country": _("country"),
    }
    missing = [name for field, name in wanted.items() if not getattr(merchant, field).strip()]
    if merchant.zone_name == "UTC":
        missing.append(_("time zone"))
    return missing


def _unset_policies(counts: Mapping[str, int]) -> list[str]:
    names = {
        "changes": _("cancelling and changing"),
        "shipping": _("packing and delivery"),
        "returns": _("returns"),
        "hours": _("support hours"),
    }
    return [name for policy, name in names.items() if not counts[policy]]


POINTS = (
    Point(
        lazy("Complete your shop’s details"),
        _details_hint,
        "shop",
        "store",
        lambda merchant, _counts: not _missing_details(merchant),
    ),
    Point(
        lazy("Give pages and mails your look"),
        _says(lazy("Add your logo and colour, then publish.")),
        "brand",
        "palette",
        _any("looks", "own_look"),
    ),
    Point(
        lazy("Send from your own address"),
        _says(lazy("Name the sender, and see which DNS records let mailboxes trust it.")),
        "brand",
        "at-sign",
        _any("senders"),
    ),
    Point(
        lazy("Connect your shop"),
        _says(lazy("Shopify, WooCommerce, the API or a file. Done with the first order.")),
        "connections",
        "plug",
        _any("sources", "orders"),
    ),
    Point(
        lazy("Have your parcels followed"),
        _says(lazy("Add a carrier or an aggregator. Done with its first news of a parcel.")),
        "carriers",
        "truck",
        _any("carriers", "followed"),
    ),
    Point(
        lazy("Say what you promise"),
        _policies_hint,
        "policies",
        "scroll-text",
        lambda _merchant, counts: not _unset_policies(counts),
    ),
    Point(
        lazy("Make a test order"),
        _says(lazy("It comes to your own address, as your shoppers will see it.")),
        "home_trial",
        "flask-conical",
        _any("tests"),
    ),
    Point(
        lazy("Invite a colleague"),
        _says(lazy("Each with a role: owner, manager, agent or read-only.")),
        "team",
        "user-plus",
        _any("members", "invited"),
    ),
)
