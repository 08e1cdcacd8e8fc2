"""What shops state about an order besides its lines: addresses, payments, refunds, fulfilments."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.orders import Order
from orders.statuses import AddressKind
from postpurchase.lib.money import Money
from postpurchase.lib.tenancy import Tenant


class Address(Tenant):
    """Where an order goes, or whom it is billed to. No billing row: the same as for delivery."""

    order = models.ForeignKey(
        Order,
        on_delete=models.CASCADE,
        related_name="addresses",
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(_("kind"), max_length=10, choices=AddressKind)
    name = models.CharField(_("name"), max_length=500, blank=True)
    company = models.CharField(_("company"), max_length=500, blank=True)
    street = models.CharField(_("street"), max_length=500, blank=True)
    street2 = models.CharField(_("street, second line"), max_length=500, blank=True)
    city = models.CharField(_("city"), max_length=500, blank=True)
    province = models.CharField(_("province"), max_length=500, blank=True)
    postcode = models.CharField(_("postcode"), max_length=500, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    phone = models.CharField(_("phone"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(fields=["order", "kind"], name="orders_address_once"),
            models.CheckConstraint(
                name="orders_address_kind_known", condition=Q(kind__in=AddressKind.values)
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.street, self.postcode, self.city) if part)


class Payment(Tenant):
    """A mirror of a payment: what the shop states, never argued with."""

    order = models.ForeignKey(
        Order,
        on_delete=models.CASCADE,
        related_name="payments",
        db_constraint=False,
        db_index=False,
    )
    external_id = models.CharField(_("id in the shop"), max_length=200)
    method = models.CharField(_("method"), max_length=500, blank=True)
    card_brand = models.CharField(_("card"), max_length=500, blank=True)
    last4 = models.CharField(_("last four digits"), max_length=4, blank=True)
    state = models.CharField(_("state"), max_length=20)
    amount_minor = models.BigIntegerField(_("amount"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    at = models.DateTimeField(_("at"), null=True, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.UniqueConstraint(fields=["order", "external_id"], name="orders_payment_once"),
            models.UniqueConstraint(fields=["merchant", "id"], name="orders_payment_tenant"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {Money(self.amount_minor, self.currency)}"


class RefundFact(Tenant):
    """Money that the shop says it gave back. `lines` is the shop's word: [{line_id, quantity}]."""

    order = models.ForeignKey(
        Order,
        on_delete=models.CASCADE,
        related_name="refunds",
        db_constraint=False,
        db_index=False,
    )
    external_id = models.CharField(_("id in the shop"), max_length=200)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.TextField(_("reason"), blank=True)
    lines = models.JSONField(_("lines"), default=list, blank=True)
    at = models.DateTimeField(_("at"), null=True, blank=True)

    class Meta:
        verbose_name = _("refund stated by the shop")
        verbose_name_plural = _("refunds stated by shops")
        constraints = [
            models.UniqueConstraint(fields=["order", "external_id"], name="orders_refund_once"),
        ]

    def __str__(self) -> str:
        return str(Money(self.amount_minor, self.currency))


class Fulfilment(Tenant):
    """Lines that the shop says left together. `lines` is the shop's word: [{line_id, quantity}]."""

    order = models.ForeignKey(
        Order,
        on_delete=models.CASCADE,
        related_name="fulfilments",
        db_constraint=False,
        db_index=False,
    )
    external_id = models.CharField(_("id in the shop"), max_length=200)
    state = models.CharField(_("state"), max_length=20)
    carrier = models.CharField(_("carrier"), max_length=500, blank=True)
    tracking_numbers = models.JSONField(_("tracking numbers"), default=list, blank=True)
    tracking_urls = models.JSONField(_("tracking addresses"), default=list, blank=True)
    lines = models.JSONField(_("lines"), default=list, blank=True)
    shipped_at = models.DateTimeField(_("shipped"), null=True, blank=True)
    version_at = models.DateTimeField(_("as of"), null=True, blank=True)
    version_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("fulfilment")
        verbose_name_plural = _("fulfilments")
        constraints = [
            models.UniqueConstraint(fields=["order", "external_id"], name="orders_fulfilment_once"),
            models.UniqueConstraint(fields=["merchant", "id"], name="orders_fulfilment_tenant"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {', '.join(self.tracking_numbers)}".strip()
