"""Parcels of the simulated carrier, for demonstrations and tests."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from postpurchase.lib.tenancy import Tenant
from tracking.models.parcels import Shipment
from tracking.statuses import Fate


class SimulatedParcel(Tenant):
    """A parcel that the simulated carrier has, and how far its script was played.

    `steps` is the script (`tracking.simulation.script`); step by step it is told to us as a real
    source would tell it. `next_at` is when the next one is due; none once all is told.
    """

    shipment = models.OneToOneField(
        Shipment, on_delete=models.CASCADE, related_name="simulation", db_constraint=False
    )
    fate = models.CharField(_("fate"), max_length=12, choices=Fate, default=Fate.FINE)
    steps = models.JSONField(_("script"), default=list)
    told = models.PositiveSmallIntegerField(_("steps told"), default=0)
    speed = models.FloatField(_("times as fast as real"), default=720)
    next_at = models.DateTimeField(_("next step"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("simulated parcel")
        verbose_name_plural = _("simulated parcels")
        constraints = [
            models.CheckConstraint(
                name="tracking_simulation_fate_known", condition=Q(fate__in=Fate.values)
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                name="tracking_simulation_due",
                condition=Q(next_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}: {self.told} of {len(self.steps)}"
