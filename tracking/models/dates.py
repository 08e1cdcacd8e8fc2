"""Every date that was named for a parcel, and what was learnt of how long parcels take."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from postpurchase.lib.tenancy import Tenant
from tracking.models.parcels import Shipment
from tracking.statuses import DateSource, Milestone


class NamedDate(Tenant):
    """A date that a shopper could read: by whom it was named, on what ground. Append-only."""

    shipment = models.ForeignKey(
        Shipment, on_delete=models.CASCADE, related_name="named_dates", db_constraint=False
    )
    at = models.DateTimeField(_("named"))
    source = models.CharField(_("by"), max_length=10, choices=DateSource)
    milestone = models.CharField(_("while it was"), max_length=20, choices=Milestone)
    from_day = models.DateField(_("from"))
    middle_day = models.DateField(_("most likely"), null=True, blank=True)
    until_day = models.DateField(_("until"))
    weight = models.FloatField(_("deliveries that speak"), default=0)
    ground = models.CharField(_("on the ground of"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("named date")
        verbose_name_plural = _("named dates")
        indexes = [models.Index(fields=["merchant", "-at"], name="tracking_dates_newest")]

    def __str__(self) -> str:
        return f"{self.from_day} – {self.until_day}"


class TransitDays(Tenant):
    """How many parcels of a kind took so many days; weights as in `tracking.estimate`.

    `name` is one of `Way.descriptions()`, before it the part of the way: "transit" (hand-over to
    door) or "processing" (order to hand-over).
    """

    name = models.CharField(_("kind of way"), max_length=250)
    days = models.PositiveSmallIntegerField(_("days"))
    weight = models.FloatField(_("weight"), default=0)
    parcels = models.PositiveIntegerField(_("parcels"), default=0)

    class Meta:
        verbose_name = _("transit time")
        verbose_name_plural = _("transit times")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "name", "days"], name="tracking_transit_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.days}"


class ScanGap(Tenant):
    """How many hours passed between two scans of a carrier’s parcels, by where they were."""

    carrier = models.CharField(_("carrier"), max_length=40)
    milestone = models.CharField(_("while it was"), max_length=20, choices=Milestone)
    hours = models.PositiveSmallIntegerField(_("hours"))
    weight = models.FloatField(_("weight"), default=0)

    class Meta:
        verbose_name = _("gap between scans")
        verbose_name_plural = _("gaps between scans")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "carrier", "milestone", "hours"], name="tracking_gap_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.milestone}: {self.hours}"


class RangeCalibration(Tenant):
    """Which quantiles a merchant's ranges need so that as many parcels as promised come within."""

    low = models.FloatField(_("lower quantile"), default=0.10)
    high = models.FloatField(_("upper quantile"), default=0.90)
    parcels = models.PositiveIntegerField(_("parcels"), default=0)
    early = models.PositiveIntegerField(_("came earlier"), default=0)
    late = models.PositiveIntegerField(_("came later"), default=0)

    class Meta:
        verbose_name = _("calibration of ranges")
        verbose_name_plural = _("calibrations of ranges")
        constraints = [
            models.UniqueConstraint(fields=["merchant"], name="tracking_one_calibration_each"),
        ]

    def __str__(self) -> str:
        return f"{self.low:.2f} – {self.high:.2f}"
