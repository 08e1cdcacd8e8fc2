"""The order's story, and who has read how far."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.orders import Customer, Order
from orders.statuses import ActorKind
from postpurchase.lib.ids import uuid7
from postpurchase.lib.tenancy import Tenant


class Event(Tenant):
    """One thing that happened. Append-only: the story, the audit log and the outbox at once."""

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    order = models.ForeignKey(
        Order,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="events",
        db_constraint=False,
        db_index=False,
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    kind = models.CharField(_("what"), max_length=60)
    at = models.DateTimeField(_("when"))
    actor_kind = models.CharField(
        _("by"), max_length=10, choices=ActorKind, default=ActorKind.SYSTEM
    )
    actor = models.CharField(_("who"), max_length=200, blank=True)
    is_public = models.BooleanField(_("shown to the shopper"), default=False)
    data = models.JSONField(_("details"), default=dict, blank=True)
    caused_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    depth = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["order", "at", "id"], name="orders_event_story")]

    def __str__(self) -> str:
        return self.kind


class EventDelivery(Tenant):
    """An event that a reader has still to handle; the row goes when it has.

    A row with `failed_at` was given up after too many attempts and waits for a person.
    """

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    order_id = models.BigIntegerField(null=True, blank=True)
    reader = models.CharField(_("reader"), max_length=40)
    next_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)
    failed_at = models.DateTimeField(_("given up"), null=True, blank=True)

    class Meta:
        verbose_name = _("event delivery")
        verbose_name_plural = _("event deliveries")
        constraints = [
            models.UniqueConstraint(fields=["event", "reader"], name="orders_delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                name="orders_delivery_due",
                condition=Q(failed_at=None),
            ),
            models.Index(
                fields=["reader", "order_id", "id"],
                name="orders_delivery_in_turn",
                condition=Q(failed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.reader}"
