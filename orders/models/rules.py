"""What a merchant allows, and the proof that a shopper is who they say."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.orders import Order
from orders.policy import Windows
from postpurchase.lib.tenancy import Tenant
from postpurchase.lib.versions import Rule


class OrderPolicy(Rule):
    """How long an order may be changed. The version in force when it was placed holds for it."""

    HOLDS_UNSAID = True

    cancel_minutes = models.PositiveIntegerField(_("minutes to cancel"), default=60)
    edit_minutes = models.PositiveIntegerField(_("minutes to change"), default=60)

    class Meta:
        verbose_name = _("order policy")
        verbose_name_plural = _("order policies")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "in_force_from"], name="orders_policy_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.in_force_from:%Y-%m-%d}"

    @property
    def windows(self) -> Windows:
        """Give the rule itself."""
        return Windows(cancel=self.cancel_minutes, edit=self.edit_minutes)


class OneTimeCode(Tenant):
    """Six digits sent to the order's address, good for ten minutes and five tries."""

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")

    def __str__(self) -> str:
        return f"Code for order {self.order_id}"
