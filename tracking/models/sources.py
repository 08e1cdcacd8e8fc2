"""Who tells us of parcels, and what they sent, raw."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from postpurchase.lib.crypto import SealedField
from postpurchase.lib.ids import uuid7
from postpurchase.lib.tenancy import Tenant
from tracking.statuses import InboxState


class CarrierAccount(Tenant):
    """A merchant's account with an aggregator or a carrier: its secrets, and how it fares."""

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    source = models.CharField(_("source"), max_length=20)
    name = models.CharField(_("name"), max_length=200, blank=True)
    secret = SealedField(_("secret of its deliveries"), blank=True, default="")
    previous_secret = SealedField(_("previous secret"), blank=True, default="")
    previous_secret_until = models.DateTimeField(_("previous secret until"), null=True, blank=True)
    credentials = SealedField(_("log-in for asking"), blank=True, default="")
    """JSON; which fields, the source's client says."""
    carriers = models.JSONField(_("asked for carriers"), default=list, blank=True)
    """For accounts that answer for several carriers; empty: all that the source knows."""
    priority = models.PositiveSmallIntegerField(_("order"), default=10)
    """Of several that know a parcel the lowest is believed about its date."""
    is_active = models.BooleanField(_("active"), default=True)
    last_seen_at = models.DateTimeField(_("last news"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    last_error_at = models.DateTimeField(_("at"), null=True, blank=True)
    paused_until = models.DateTimeField(_("left alone until"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("carrier account")
        verbose_name_plural = _("carrier accounts")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "id"], name="tracking_account_tenant"),
        ]

    def __str__(self) -> str:
        return self.name or self.source

    def active_secrets(self, *, now: datetime) -> list[str]:
        """Give the secrets a delivery may be signed with, newest first."""
        secrets = [self.secret]
        if self.previous_secret_until and now < self.previous_secret_until:
            secrets.append(self.previous_secret)
        return [secret for secret in secrets if secret]


class CarrierDelivery(Tenant):
    """One verified delivery of a source, stored before it is answered. Raw is kept for 90 days."""

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    account = models.ForeignKey(
        CarrierAccount,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    event_key = models.CharField(_("event id"), max_length=200)
    is_answer = models.BooleanField(_("answer to our question"), default=False)
    body = models.BinaryField()
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(
        _("state"), max_length=10, choices=InboxState, default=InboxState.PLANNED
    )
    next_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    reason = models.TextField(_("reason"), blank=True)
    waiting_for = models.CharField(_("parcel waited for"), max_length=100, blank=True)
    done_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery from a carrier")
        verbose_name_plural = _("deliveries from carriers")
        constraints = [
            models.UniqueConstraint(fields=["account", "event_key"], name="tracking_inbox_once"),
            models.CheckConstraint(
                name="tracking_inbox_state_known", condition=Q(state__in=InboxState.values)
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                name="tracking_inbox_due",
                condition=Q(state=InboxState.PLANNED),
            ),
            models.Index(
                fields=["merchant", "waiting_for"],
                name="tracking_inbox_waiting",
                condition=Q(state=InboxState.WAITING),
            ),
            models.Index(fields=["received_at"], name="tracking_inbox_age"),
            models.Index(fields=["account", "-received_at", "-id"], name="tracking_inbox_newest"),
            models.Index(
                fields=["merchant", "-received_at", "-id"],
                name="tracking_inbox_failed",
                condition=Q(state=InboxState.FAILED),
            ),
        ]

    def __str__(self) -> str:
        return self.event_key
