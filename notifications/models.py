"""The queue of messages: one row for each message that is meant to go out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.statuses import (
    SETTLED,
    AttemptOutcome,
    Channel,
    MessageKind,
    MessageState,
    Withheld,
)
from orders.models import Order
from postpurchase.lib.ids import uuid7
from postpurchase.lib.tenancy import Tenant
from tracking.models import Shipment


class Message(Tenant):
    """A message, from intention to outcome.

    planned → claimed → dispatching → sent | failed | uncertain. `token` names the claim: a sender
    whose lease ran out changes nothing any more. `dedupe_key` makes one intention one row.
    """

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    order = models.ForeignKey(
        Order,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        db_constraint=False,
    )
    kind = models.CharField(_("kind"), max_length=30, choices=MessageKind)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.EMAIL)
    dedupe_key = models.CharField(max_length=200)
    recipient = models.CharField(_("to"), max_length=500)
    language = models.CharField(_("language"), max_length=35, blank=True)
    sealed = models.TextField(blank=True, editable=False)
    """What only this message may say, encrypted (a one-time code); emptied when it has gone."""
    state = models.CharField(
        _("state"), max_length=12, choices=MessageState, default=MessageState.PLANNED
    )
    send_at = models.DateTimeField(_("to be sent"))
    expires_at = models.DateTimeField(_("of no use after"))
    leased_until = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    resends = models.PositiveSmallIntegerField(_("sent again after doubt"), default=0)
    reason = models.CharField(_("why not sent"), max_length=500, blank=True)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    provider_id = models.CharField(_("provider’s id"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("planned at"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "dedupe_key"], name="notifications_message_once"
            ),
            models.UniqueConstraint(fields=["merchant", "id"], name="notifications_message_tenant"),
            models.CheckConstraint(
                name="notifications_state_known", condition=Q(state__in=MessageState.values)
            ),
        ]
        indexes = [
            models.Index(
                fields=["send_at", "id"],
                name="notifications_due",
                condition=Q(state=MessageState.PLANNED),
            ),
            models.Index(
                fields=["leased_until"],
                name="notifications_leased",
                condition=Q(state__in=[MessageState.CLAIMED, MessageState.DISPATCHING]),
            ),
            # Of settled messages only: such a row enters them once, however often it was tried.
            models.Index(
                fields=["merchant", "kind", "state", "-created_at", "-id"],
                name="notifications_log",
                condition=Q(state__in=SETTLED),
            ),
            models.Index(
                fields=["merchant", "recipient", "-created_at", "-id"],
                name="notifications_log_recipient",
                condition=Q(state__in=SETTLED) & ~Q(recipient=""),
            ),
            models.Index(
                fields=["created_at"],
                name="notifications_log_age",
                condition=Q(state__in=SETTLED) & ~Q(recipient=""),
            ),
            models.Index(
                fields=["merchant", "kind", "-created_at", "-id"],
                name="notifications_log_planned",
                condition=Q(state=MessageState.PLANNED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.public_id}"

    @property
    def explanation(self) -> str:
        """Tell people why it was not sent: our sentence, or the mail server's answer."""
        if self.state == MessageState.WITHHELD and self.reason in Withheld.values:
            return str(Withheld(self.reason).label)
        return self.reason


class MessageParcel(Tenant):
    """That a message tells of a parcel, and of which change: once for each, whatever happens.

    `change` tells apart what may happen to one parcel again: the day it was with the driver, the
    number of the attempt, the new date. What staff ask for has a change of its own.
    """

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="parcels", db_constraint=False
    )
    shipment = models.ForeignKey(
        Shipment,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(_("kind"), max_length=30, choices=MessageKind)
    change = models.CharField(_("change"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("parcel of a message")
        verbose_name_plural = _("parcels of messages")
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "kind", "change"], name="notifications_change_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.shipment_id} {self.change}".strip()


class MessageChoice(Tenant):
    """Whether a merchant wants a kind of message to go out; without a row it is as usual."""

    kind = models.CharField(_("kind"), max_length=30, choices=MessageKind)
    is_on = models.BooleanField(_("is sent"))

    class Meta:
        verbose_name = _("choice of messages")
        verbose_name_plural = _("choices of messages")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "kind"], name="notifications_choice_once"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Attempt(Tenant):
    """One try to send a message. Kept in the provider's own words, without the address."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="tries", db_constraint=False
    )
    at = models.DateTimeField(_("when"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=AttemptOutcome)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.at:%Y-%m-%d %H:%M}"


class Suppression(Tenant):
    """An address that a merchant's messages no longer go to, and why."""

    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.EMAIL)
    address = models.CharField(_("address"), max_length=500)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "channel", "address"], name="notifications_suppressed_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["merchant", "-created_at", "-id"], name="notifications_suppressed_new"
            )
        ]

    def __str__(self) -> str:
        return self.address


class Outage(Tenant):
    """A way out that fails again and again for a merchant, and until when it is left alone.

    The row goes with the first message that gets through.
    """

    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.EMAIL)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "channel"], name="notifications_one_outage_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.failures}"
