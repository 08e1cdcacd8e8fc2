"""People and what they ordered."""

from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Reverse, Upper
from django.utils.translation import gettext_lazy as _

from merchants.models import StoreConnection
from orders.models.products import Picture, Product
from orders.statuses import (
    DeliveryStatus,
    FulfilmentStatus,
    Hold,
    PaymentStatus,
    ReturnStatus,
    Status,
)
from postpurchase.lib.ids import uuid7
from postpurchase.lib.money import Money
from postpurchase.lib.tenancy import Tenant


class Customer(Tenant):
    """A person who buys from a merchant, known by address."""

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    email = models.CharField(_("e-mail address"), max_length=320)
    name = models.CharField(_("name"), max_length=500, blank=True)
    phone = models.CharField(_("phone"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=35, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "email"], name="orders_customer_once"),
            models.UniqueConstraint(fields=["merchant", "id"], name="orders_customer_tenant"),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Order(Tenant):
    """An order as its shop states it. Facts are mirrored; the axes and `status` are derived.

    All `*_minor` are minor units of `currency`. `version_at` and `version_hash` name the document
    that was applied last; an older one changes nothing.
    """

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    external_id = models.CharField(_("id in the shop"), max_length=200)
    number = models.CharField(_("number"), max_length=200)
    number_key = models.CharField(max_length=200, editable=False)
    customer = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        db_constraint=False,
    )
    email = models.CharField(_("e-mail address"), max_length=500, blank=True)
    phone = models.CharField(_("phone"), max_length=500, blank=True)
    phone_key = models.CharField(max_length=20, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=35, blank=True)
    placed_at = models.DateTimeField(_("placed"))
    currency = models.CharField(_("currency"), max_length=3)
    subtotal_minor = models.BigIntegerField(_("subtotal"), default=0)
    discount_minor = models.BigIntegerField(_("discount"), default=0)
    discount_codes = models.JSONField(_("discount codes"), default=list, blank=True)
    shipping_minor = models.BigIntegerField(_("delivery"), default=0)
    shipping_method = models.CharField(_("delivery method"), max_length=500, blank=True)
    fees_minor = models.BigIntegerField(_("fees"), default=0)
    tax_minor = models.BigIntegerField(_("tax"), default=0)
    tax_included = models.BooleanField(_("prices include tax"), default=False)
    total_minor = models.BigIntegerField(_("total"))
    refunded_minor = models.BigIntegerField(_("refunded"), default=0)
    payment_status = models.CharField(
        _("payment"), max_length=20, choices=PaymentStatus, default=PaymentStatus.UNKNOWN
    )
    fulfilment_status = models.CharField(
        _("fulfilment"),
        max_length=20,
        choices=FulfilmentStatus,
        default=FulfilmentStatus.UNFULFILLED,
    )
    delivery_status = models.CharField(
        _("delivery status"), max_length=20, choices=DeliveryStatus, default=DeliveryStatus.NONE
    )
    return_status = models.CharField(
        _("return"), max_length=20, choices=ReturnStatus, default=ReturnStatus.NONE
    )
    status = models.CharField(_("status"), max_length=20, choices=Status)
    hold = models.CharField(_("hold"), max_length=20, choices=Hold, blank=True, default=Hold.NONE)
    stated_payment = models.CharField(max_length=20, default=PaymentStatus.UNKNOWN)
    stated_fulfilled = models.BooleanField(default=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancel_reason = models.TextField(_("reason for cancelling"), blank=True)
    note = models.TextField(_("note"), blank=True)
    sync_conflict = models.TextField(_("what does not fit"), blank=True)
    is_history = models.BooleanField(_("imported history"), default=False)
    link_epoch = models.PositiveIntegerField(_("link generation"), default=0)
    erased_at = models.DateTimeField(_("person erased"), null=True, blank=True)
    """Since then it is numbers only; what its shop states of the person is not taken in again."""
    version_at = models.DateTimeField(_("as of"), null=True, blank=True)
    version_hash = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(fields=["connection", "external_id"], name="orders_order_once"),
            models.UniqueConstraint(fields=["merchant", "id"], name="orders_order_tenant"),
            models.CheckConstraint(
                name="orders_status_known", condition=Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="orders_payment_status_known",
                condition=Q(payment_status__in=PaymentStatus.values),
            ),
            models.CheckConstraint(
                name="orders_fulfilment_status_known",
                condition=Q(fulfilment_status__in=FulfilmentStatus.values),
            ),
            models.CheckConstraint(
                name="orders_delivery_status_known",
                condition=Q(delivery_status__in=DeliveryStatus.values),
            ),
            models.CheckConstraint(
                name="orders_return_status_known",
                condition=Q(return_status__in=ReturnStatus.values),
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "number_key"], name="orders_by_number"),
            # The pattern classes compare byte by byte: they serve prefixes as well as equality.
            models.Index(
                fields=["merchant", "email", "-id"],
                opclasses=["int8_ops", "varchar_pattern_ops", "int8_ops"],
                name="orders_by_email_newest",
            ),
            models.Index(
                F("merchant"),
                OpClass(Reverse("phone_key"), name="text_pattern_ops"),
                F("id").desc(),
                name="orders_by_phone",
                condition=~Q(phone_key=""),
            ),
            models.Index(fields=["merchant", "-placed_at", "-id"], name="orders_newest"),
            models.Index(
                fields=["merchant", "status", "-placed_at", "-id"], name="orders_by_status"
            ),
            models.Index(
                fields=["merchant", "-cancelled_at"],
                name="orders_cancelled",
                condition=Q(cancelled_at__isnull=False),
            ),
            models.Index(
                fields=["merchant", "-id"],
                name="orders_in_conflict",
                condition=~Q(sync_conflict=""),
            ),
            models.Index(fields=["merchant", "updated_at", "id"], name="orders_changed"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> Money:
        """Give what the shop states as the order's total."""
        return Money(self.total_minor, self.currency)

    @property
    def refunded(self) -> Money:
        """Give what went back so far."""
        return Money(self.refunded_minor, self.currency)


class OrderLine(Tenant):
    """One line of an order: what the shop states, and the one pool of our commitments.

    Counters up to `delivered` are imported; `return_open` … `exchanged` are ours and bound by one
    CHECK. `paid_minor` and the shares are frozen by largest remainder, so that all lines add up
    to the order: Σ paid + Σ shipping_share = total.
    """

    order = models.ForeignKey(
        Order,
        on_delete=models.CASCADE,
        related_name="lines",
        db_constraint=False,
        db_index=False,
    )
    external_id = models.CharField(_("id in the shop"), max_length=200)
    position = models.PositiveIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=500)
    variant = models.CharField(_("variant"), max_length=500, blank=True)
    sku = models.CharField(_("SKU"), max_length=500, blank=True)
    product = models.ForeignKey(
        Product,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    picture = models.ForeignKey(
        Picture,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    variant_key = models.CharField(_("variant’s id in the shop"), max_length=500, blank=True)
    requires_shipping = models.BooleanField(_("is shipped"), default=True)
    ordered = models.PositiveIntegerField(_("ordered"))
    cancelled = models.PositiveIntegerField(_("cancelled"), default=0)
    fulfilled = models.PositiveIntegerField(_("fulfilled"), default=0)
    delivered = models.PositiveIntegerField(_("delivered"), default=0)
    return_open = models.PositiveIntegerField(_("return open"), default=0)
    returned = models.PositiveIntegerField(_("returned"), default=0)
    exchange_open = models.PositiveIntegerField(_("exchange open"), default=0)
    exchanged = models.PositiveIntegerField(_("exchanged"), default=0)
    settled = models.PositiveIntegerField(_("settled units"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    unit_minor = models.BigIntegerField(_("price"), default=0)
    discount_minor = models.BigIntegerField(_("discount"), default=0)
    tax_minor = models.BigIntegerField(_("tax"), default=0)
    total_minor = models.BigIntegerField(_("total"))
    discount_share_minor = models.BigIntegerField(_("share of discount"), default=0)
    tax_share_minor = models.BigIntegerField(_("share of tax"), default=0)
    shipping_share_minor = models.BigIntegerField(_("share of delivery"), default=0)
    paid_minor = models.BigIntegerField(_("paid for"), default=0)
    settled_minor = models.BigIntegerField(_("settled"), default=0)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        indexes = [
            models.Index(
                F("merchant"),
                OpClass(Upper("sku"), name="text_pattern_ops"),
                F("order").desc(),
                # For reads of the index alone: Postgres asks for the column, not for its capitals.
                include=["sku"],
                name="orders_by_sku",
                condition=~Q(sku=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "external_id"], name="orders_line_once"),
            models.UniqueConstraint(fields=["merchant", "id"], name="orders_line_tenant"),
            models.CheckConstraint(
                name="orders_line_cancelled_fits", condition=Q(cancelled__lte=F("ordered"))
            ),
            models.CheckConstraint(
                name="orders_line_fulfilled_fits", condition=Q(fulfilled__lte=F("ordered"))
            ),
            models.CheckConstraint(
                name="orders_line_delivered_fits", condition=Q(delivered__lte=F("ordered"))
            ),
            models.CheckConstraint(
                name="orders_line_commitments_fit",
                condition=Q(
                    ordered__gte=F("cancelled")
                    + F("return_open")
                    + F("returned")
                    + F("exchange_open")
                    + F("exchanged")
                ),
            ),
            models.CheckConstraint(
                name="orders_line_settled_fits", condition=Q(settled__lte=F("ordered"))
            ),
            models.CheckConstraint(
                name="orders_line_settled_money_fits",
                condition=Q(settled_minor=0) | Q(settled_minor__lte=F("paid_minor")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ordered} × {self.title}"
