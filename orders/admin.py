"""The desk's pages of orders. Facts are read-only; changes go through actions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.statuses import LookKind
from merchants.tables import FactsAdmin, FactsInline, PersonalDataAdmin, SettingsAdmin
from orders.actions.pictures import fetch_again
from orders.actions.step_up import revoke_links
from orders.models import (
    Address,
    Customer,
    Event,
    EventDelivery,
    Fulfilment,
    ImportProblem,
    ImportRun,
    ImportUpload,
    InboxEntry,
    Mention,
    Note,
    OneTimeCode,
    Order,
    OrderLine,
    OrderPolicy,
    OrderTag,
    OrderWord,
    Payment,
    Picture,
    Product,
    RefundFact,
    Replay,
)
from orders.queries import number_key
from orders.statuses import ActorKind
from orders.timeline import Actor, try_again
from postpurchase.lib.money import Money


def amount(name: str, label: Any) -> Callable[[Any, Any], str]:
    """Make a column of this (translated) label that shows an amount with its currency."""

    @admin.display(description=label)
    def column(_page: Any, row: Any) -> str:
        return str(Money(getattr(row, f"{name}_minor"), row.currency))

    return column


class LineInline(FactsInline):
    """The lines of an order."""

    model = OrderLine
    fields = ("title", "variant", "sku", "ordered", "cancelled", "fulfilled", "price", "line_total")
    readonly_fields = fields
    ordering: ClassVar[Any] = ["position", "pk"]

    price = amount("unit", _("price"))
    line_total = amount("total", _("total"))


class AddressInline(FactsInline):
    """The addresses of an order."""

    model = Address
    fields = ("kind", "name", "company", "street", "street2", "postcode", "city", "country")


class PaymentInline(FactsInline):
    """The payments of an order."""

    model = Payment
    fields = ("method", "card_brand", "last4", "state", "paid", "at")
    readonly_fields = ("paid",)
    paid = amount("amount", _("amount"))


class RefundInline(FactsInline):
    """The refunds of an order."""

    model = RefundFact
    fields = ("external_id", "given_back", "reason", "at")
    readonly_fields = ("given_back",)
    given_back = amount("amount", _("amount"))


class FulfilmentInline(FactsInline):
    """The packages of an order, as its shop states them."""

    model = Fulfilment
    fields = ("external_id", "state", "carrier", "tracking_numbers", "shipped_at")


@admin.register(Order)
class OrderAdmin(PersonalDataAdmin):
    """Orders, found by number or by the start of an address."""

    list_display = ("number", "merchant", "name", "money", "status", "payment_status", "placed_at")
    list_select_related = ("merchant",)
    list_filter = ("status", "payment_status", "fulfilment_status")
    search_fields = ("number_key", "email__startswith")
    search_help_text = _("Order number, or how the e-mail address begins")
    inlines = (LineInline, AddressInline, PaymentInline, RefundInline, FulfilmentInline)
    fieldsets = (
        (None, {"fields": ("number", "merchant", "status", "placed_at", "sync_conflict")}),
        (_("Person"), {"fields": ("name", "email", "phone", "language", "customer", "note")}),
        (
            _("Money"),
            {
                "fields": (
                    "payment_status", "goods", "discount", "discount_codes", "delivery", "fees",
                    "tax", "tax_included", "money", "refunded",
                )
            },
        ),
        (
            _("State"),
            {
                "fields": (
                    "fulfilment_status", "delivery_status", "return_status", "hold",
                    "shipping_method", "cancelled_at", "cancel_reason",
                )
            },
        ),
        (_("Source"), {"fields": ("connection", "external_id", "version_at", "is_history")}),
    )  # fmt: skip
    readonly_fields = ("goods", "discount", "delivery", "fees", "tax", "money", "refunded")
    goods = amount("subtotal", _("items, after discounts"))
    discount = amount("discount", _("discount"))
    delivery = amount("shipping", _("delivery"))
    fees = amount("fees", _("fees"))
    tax = amount("tax", _("tax"))
    money = amount("total", _("total"))
    refunded = amount("refunded", _("refunded"))
    actions = ["switch_off_links"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """Load what a page of an order names."""
        return super().get_queryset(request).select_related("merchant", "connection", "customer")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        """Look in two indexes, whichever way the number was typed."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if "@" in term:
            return queryset.filter(email__startswith=term.lower()), False
        return queryset.filter(number_key=number_key(term)), False

    def leads_to(self, row: Any) -> dict[str, Any]:
        """Lead to the order's own page, with its story."""
        if row is None:
            return {}
        page = reverse("admin:desk_order", args=[row.public_id])
        return {"lead": f"{page}?{urlencode({'shop': row.merchant.slug})}"}

    @admin.action(description=_("Switch off all links handed out so far"), permissions=["work"])
    def switch_off_links(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Make every link in the shopper's mails ask for a fresh one."""
        for order in queryset:
            actor = Actor(ActorKind.STAFF, str(request.user)[:200])
            revoke_links(order, actor=actor, now=timezone.now())


@admin.register(Customer)
class CustomerAdmin(PersonalDataAdmin):
    """People who buy."""

    list_display = ("email", "name", "merchant", "language", "created_at")
    list_select_related = ("merchant",)
    search_fields = ("email__startswith",)


@admin.register(Product)
class ProductAdmin(FactsAdmin):
    """Products, as far as orders show them."""

    list_display = ("title", "merchant", "connection", "external_id")
    list_select_related = ("merchant", "connection")
    search_fields = ("external_id__exact",)


@admin.register(Picture)
class PictureAdmin(FactsAdmin):
    """Pictures fetched from shops."""

    list_display = ("source_url", "merchant", "state", "attempts", "error")
    list_select_related = ("merchant",)
    list_filter = ("state",)
    actions = ["fetch_selected_again"]

    @admin.action(description=_("Fetch the selected pictures again"), permissions=["work"])
    def fetch_selected_again(self, request: HttpRequest, queryset: QuerySet[Picture]) -> None:
        """Have a worker try once more."""
        for picture in queryset:
            self.log_change(request, picture, "fetch again")
        fetch_again(queryset, now=timezone.now())


@admin.register(InboxEntry)
class InboxAdmin(PersonalDataAdmin):
    """What shops sent: why a delivery was not usable, and its body; the dashboard replays it."""

    looks_as = LookKind.PAYLOAD
    list_display = ("received_at", "connection", "topic", "state", "reason", "attempts")
    list_select_related = ("connection",)
    list_filter = ("state", "topic")
    fields = (
        "merchant", "connection", "topic", "event_key", "state", "reason", "waiting_for",
        "received_at", "done_at", "attempts", "text",
    )  # fmt: skip
    readonly_fields = ("text",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboxEntry]:
        """Leave the bodies where they are until one is opened."""
        return super().get_queryset(request).defer("body").select_related("merchant", "connection")

    @admin.display(description=_("body"))
    def text(self, entry: InboxEntry) -> str:
        """Show the body, indented where it is JSON."""
        raw = bytes(entry.body)[:200_000].decode("utf-8", "replace")
        try:
            written = json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
        except (ValueError, RecursionError):
            return raw
        # Half a character (a lone surrogate) is allowed in JSON and on no page.
        return written.encode("utf-8", "replace").decode()


@admin.register(Event)
class EventAdmin(PersonalDataAdmin):
    """What happened, to all orders."""

    list_display = ("at", "kind", "order", "actor_kind", "actor")
    list_select_related = ("order",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """Load what the page of an event names."""
        return super().get_queryset(request).select_related("merchant", "order")


@admin.register(EventDelivery)
class EventDeliveryAdmin(FactsAdmin):
    """Events that a reader has still to handle, or could not."""

    list_display = ("event", "reader", "next_at", "attempts", "error", "failed_at")
    list_select_related = ("event",)
    actions = ["try_selected_again"]

    @admin.action(description=_("Try the selected deliveries again"), permissions=["work"])
    def try_selected_again(self, request: HttpRequest, queryset: QuerySet[EventDelivery]) -> None:
        """Give readers another chance."""
        for delivery in queryset:
            self.log_change(request, delivery, "try again")
        try_again(queryset, now=timezone.now())


@admin.register(OrderPolicy)
class OrderPolicyAdmin(SettingsAdmin):
    """How long orders may be changed."""

    dashboard = "dashboard:policies"
    list_display = ("merchant", "in_force_from", "cancel_minutes", "edit_minutes")
    list_select_related = ("merchant",)


@admin.register(ImportRun)
class ImportRunAdmin(FactsAdmin):
    """Files that were imported."""

    list_display = (
        "file_name", "merchant", "rows_read", "orders_created", "orders_updated", "rows_failed",
        "started_at", "finished_at",
    )  # fmt: skip
    list_select_related = ("merchant",)


@admin.register(OrderLine, Address, Payment, RefundFact, Fulfilment)
class PartAdmin(PersonalDataAdmin):
    """Parts of orders, of all orders together."""

    list_display = ("__str__", "order", "merchant")
    list_select_related = ("order", "merchant")


@admin.register(OneTimeCode)
class OneTimeCodeAdmin(PersonalDataAdmin):
    """That codes were sent and used; never the codes themselves."""

    list_display = ("order", "created_at", "expires_at", "tries", "used_at")
    list_select_related = ("order",)
    exclude = ("digest",)


@admin.register(Note)
class NoteAdmin(PersonalDataAdmin):
    """What agents wrote on orders; the order's page of the desk is where they write."""

    list_display = ("at", "order", "merchant", "author_name")
    list_select_related = ("order", "merchant")


@admin.register(Mention)
class MentionAdmin(PersonalDataAdmin):
    """Whom notes name."""

    list_display = ("user", "note", "merchant", "read_at")
    list_select_related = ("user", "note", "merchant")


@admin.register(OrderTag)
class OrderTagAdmin(PersonalDataAdmin):
    """Words that agents put on orders."""

    list_display = ("name", "order", "merchant", "by_name", "at")
    list_select_related = ("order", "merchant")


@admin.register(OrderWord)
class OrderWordAdmin(PersonalDataAdmin):
    """Words of names, by which the desk's search finds orders."""

    list_display = ("word", "order", "merchant")
    list_select_related = ("order", "merchant")


@admin.register(ImportUpload)
class ImportUploadAdmin(FactsAdmin):
    """Files that were handed in on the dashboard, and how far their check or import came."""

    list_display = ("file_name", "merchant", "kind", "phase", "state", "by_name", "created_at")
    list_select_related = ("merchant",)


@admin.register(ImportProblem)
class ImportProblemAdmin(PersonalDataAdmin):
    """Rows of files that could not be read."""

    list_display = ("row", "column", "order", "reason", "merchant")
    list_select_related = ("merchant",)


@admin.register(Replay)
class ReplayAdmin(FactsAdmin):
    """Who had deliveries read again on the dashboard."""

    list_display = ("at", "connection", "merchant", "by_name")
    list_select_related = ("connection", "merchant")
