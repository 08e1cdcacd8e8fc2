"""What sources said of parcels: millions of rows, kept by month."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from postpurchase.lib.tenancy import Tenant
from tracking.models.parcels import Shipment
from tracking.statuses import Cause, Milestone


class TrackingEvent(Tenant):
    """One scan of a parcel, as its source told it.

    The table is cut by month of `occurred_at`; it has no foreign keys, and what makes a scan one
    and the same is its `identity`: the source's own id, or a digest of time, code and place.
    """

    merchant = models.ForeignKey(
        "merchants.Merchant",
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    shipment = models.ForeignKey(
        Shipment,
        on_delete=models.DO_NOTHING,
        related_name="events",
        db_index=False,
        db_constraint=False,
    )
    identity = models.CharField(max_length=64)
    occurred_at = models.DateTimeField(_("when"))
    received_at = models.DateTimeField(_("told"))
    source = models.CharField(_("source"), max_length=20)
    milestone = models.CharField(
        _("what it means"), max_length=20, choices=Milestone, null=True, blank=True
    )
    cause = models.CharField(_("cause"), max_length=20, choices=Cause, blank=True, default="")
    is_delay = models.BooleanField(_("tells of a delay"), default=False)
    is_synthetic = models.BooleanField(_("made of a status on top"), default=False)
    is_override = models.BooleanField(_("said by staff"), default=False)
    said_by = models.CharField(_("by whom"), max_length=200, blank=True)
    to_addressee = models.BooleanField(null=True, blank=True)
    retracted_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    is_day_only = models.BooleanField(_("the day alone is known"), default=False)
    zone_assumed = models.BooleanField(_("zone assumed"), default=False)
    code = models.CharField(_("the source’s code"), max_length=100, blank=True)
    text = models.TextField(_("the source’s words"), blank=True)
    place = models.CharField(_("place"), max_length=300, blank=True)
    country = models.CharField(_("country"), max_length=3, blank=True)

    class Meta:
        verbose_name = _("tracking event")
        verbose_name_plural = _("tracking events")
        constraints = [
            models.UniqueConstraint(
                fields=["shipment_id", "occurred_at", "identity"], name="tracking_event_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone or self.code} {self.occurred_at:%Y-%m-%d %H:%M}"


class UnknownWord(Tenant):
    """A word of a source's that stands in none of our tables, and how often it came."""

    source = models.CharField(_("source"), max_length=20)
    word = models.CharField(_("word"), max_length=100)
    seen = models.PositiveIntegerField(_("times"), default=0)
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"))

    class Meta:
        verbose_name = _("unknown word")
        verbose_name_plural = _("unknown words")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "source", "word"], name="tracking_word_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.word}"
