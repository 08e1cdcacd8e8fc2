"""The desk's pages of tracking: to be read. Acts stand on an order's page and in the dashboard."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from merchants.statuses import LookKind
from merchants.tables import FactsAdmin, FactsInline, PersonalDataAdmin, SettingsAdmin, merchant_ids
from tracking.detection import compact
from tracking.models import (
    CarrierAccount,
    CarrierDelivery,
    NamedDate,
    ParcelCase,
    RangeCalibration,
    ScanGap,
    Shipment,
    ShipmentLine,
    ShippingPromise,
    SimulatedParcel,
    TrackingEvent,
    TransitDays,
    TroubleRules,
    UnknownWord,
)

PARCELS_LOOKED_AT = 50
SHOWN_OF_A_BODY = 200_000


@admin.register(ShippingPromise)
class ShippingPromiseAdmin(SettingsAdmin):
    """How many business days a merchant takes, by country."""

    dashboard = "dashboard:policies"
    list_display = (
        "merchant", "country", "in_force_from", "cut_off", "processing_days",
        "transit_min_days", "transit_max_days",
    )  # fmt: skip
    list_select_related = ("merchant",)


class ScanInline(FactsInline):
    """The scans of a parcel."""

    model = TrackingEvent
    fields = ("occurred_at", "source", "milestone", "cause", "code", "text", "place", "country")
    ordering: ClassVar[Any] = ["-occurred_at", "-pk"]


class CaseInline(FactsInline):
    """The trouble there was with a parcel."""

    model = ParcelCase
    fields = ("kind", "cause", "state", "opened_at", "due_at", "answer", "closed_at", "outcome")
    ordering: ClassVar[Any] = ["-opened_at", "-pk"]


@admin.register(Shipment)
class ShipmentAdmin(PersonalDataAdmin):
    """Parcels, found by their whole number."""

    list_display = ("__str__", "merchant", "order", "carrier", "milestone", "since", "direction")
    list_select_related = ("merchant", "order")
    list_filter = ("milestone", "direction")
    search_fields = ("number_key__exact",)
    search_help_text = _("The whole tracking number")
    inlines = (ScanInline, CaseInline)
    exclude = ("recent", "expected_ground")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shipment]:
        """Load what a page of a parcel names."""
        return super().get_queryset(request).select_related("merchant", "order", "fulfilment")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Shipment], search_term: str
    ) -> tuple[QuerySet[Shipment], bool]:
        """Look for the number, however it is typed."""
        key = compact(search_term)
        return (queryset.filter(number_key=key) if key else queryset), False

    def leads_to(self, row: Any) -> dict[str, Any]:
        """Lead to the order's own page, where parcels are worked on."""
        if row is None:
            return {}
        page = reverse("admin:desk_order", args=[row.order.public_id])
        return {"lead": f"{page}?{urlencode({'shop': row.merchant.slug})}#parcels"}


@admin.register(TrackingEvent)
class TrackingEventAdmin(PersonalDataAdmin):
    """Scans of the newest parcels; those of any other stand on the page of the parcel."""

    list_display = ("occurred_at", "shipment", "source", "milestone", "code", "place")
    list_select_related = ("shipment",)
    ordering: ClassVar[Any] = ["-occurred_at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrackingEvent]:
        """Keep lists to some parcels: the table has millions of rows in many parts."""
        rows = super().get_queryset(request).select_related("merchant", "shipment")
        match = request.resolver_match
        if match is None or not str(match.url_name).endswith("_changelist"):
            return rows
        parcels = Shipment.every.order_by("-pk")
        if not request.user.is_superuser:
            parcels = parcels.filter(merchant_id__in=merchant_ids(request))
        return rows.filter(shipment_id__in=list(parcels.values_list("pk")[:PARCELS_LOOKED_AT]))


@admin.register(ParcelCase)
class ParcelCaseAdmin(PersonalDataAdmin):
    """Trouble with parcels; the order's page of the desk is where it is settled."""

    list_display = ("opened_at", "kind", "shipment", "merchant", "state", "due_at")
    list_select_related = ("shipment", "merchant")
    list_filter = ("state", "kind")


@admin.register(ShipmentLine)
class ShipmentLineAdmin(PersonalDataAdmin):
    """What is in parcels."""

    list_display = ("__str__", "shipment", "order_line", "merchant")
    list_select_related = ("shipment", "order_line", "merchant")


@admin.register(NamedDate)
class NamedDateAdmin(PersonalDataAdmin):
    """Every date that a shopper could read."""

    list_display = ("at", "shipment", "merchant", "source", "from_day", "until_day")
    list_select_related = ("shipment", "merchant")


@admin.register(CarrierAccount)
class CarrierAccountAdmin(SettingsAdmin):
    """Who tells us of parcels; never how they prove it."""

    dashboard = "dashboard:carriers"
    list_display = ("name", "source", "merchant", "is_active", "last_seen_at", "last_error_at")
    list_select_related = ("merchant",)
    exclude = ("secret", "previous_secret", "credentials")


@admin.register(CarrierDelivery)
class CarrierDeliveryAdmin(PersonalDataAdmin):
    """What carriers sent, and what became of it; the dashboard reads it again."""

    looks_as = LookKind.PAYLOAD
    list_display = ("received_at", "account", "merchant", "state", "reason", "attempts")
    list_select_related = ("account", "merchant")
    list_filter = ("state",)
    fields = (
        "merchant", "account", "event_key", "is_answer", "state", "reason", "waiting_for",
        "received_at", "done_at", "attempts", "text",
    )  # fmt: skip
    readonly_fields = ("text",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CarrierDelivery]:
        """Leave the bodies where they are until one is opened."""
        return super().get_queryset(request).defer("body").select_related("merchant", "account")

    @admin.display(description=_("body"))
    def text(self, delivery: CarrierDelivery) -> str:
        """Show the body as it came."""
        raw = bytes(delivery.body)[:SHOWN_OF_A_BODY]
        return raw.decode("utf-8", "replace").replace("\0", "\ufffd")


@admin.register(TroubleRules)
class TroubleRulesAdmin(SettingsAdmin):
    """From when on silence counts as trouble."""

    dashboard = "dashboard:carriers_rules"
    list_display = ("merchant", "label_days", "domestic_days", "abroad_days", "lost_days")
    list_select_related = ("merchant",)


@admin.register(UnknownWord)
class UnknownWordAdmin(FactsAdmin):
    """Words of sources that stand in none of our tables."""

    list_display = ("word", "source", "merchant", "seen", "first_at", "last_at")
    list_select_related = ("merchant",)


@admin.register(TransitDays)
class TransitDaysAdmin(FactsAdmin):
    """How long parcels took, as far as it was learnt."""

    list_display = ("name", "days", "weight", "parcels", "merchant")
    list_select_related = ("merchant",)


@admin.register(ScanGap)
class ScanGapAdmin(FactsAdmin):
    """How long carriers are silent between two scans."""

    list_display = ("carrier", "milestone", "hours", "weight", "merchant")
    list_select_related = ("merchant",)


@admin.register(RangeCalibration)
class RangeCalibrationAdmin(FactsAdmin):
    """How wide the ranges of dates have to be."""

    list_display = ("merchant", "low", "high", "parcels", "early", "late")
    list_select_related = ("merchant",)


@admin.register(SimulatedParcel)
class SimulatedParcelAdmin(PersonalDataAdmin):
    """Parcels of the simulated carrier."""

    list_display = ("shipment", "merchant", "fate", "told", "next_at")
    list_select_related = ("shipment", "merchant")
