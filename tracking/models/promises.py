"""What merchants promise, by country."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from postpurchase.lib.versions import Rule
from tracking.policy import Terms


class ShippingPromise(Rule):
    """How many business days a merchant takes to a country; an empty country means all others.

    Versions are never changed: the one in force when an order was placed holds for that order.
    """

    PER = ("country",)

    country = models.CharField(_("country"), max_length=2, blank=True)
    cut_off = models.TimeField(_("orders until"), default=time(14))
    processing_days = models.PositiveSmallIntegerField(_("days to pack"), default=1)
    transit_min_days = models.PositiveSmallIntegerField(_("days under way, at least"), default=2)
    transit_max_days = models.PositiveSmallIntegerField(_("days under way, at most"), default=4)
    follows_others = models.BooleanField(
        _("as for all other countries"), default=False, db_default=False
    )
    """From then on the country is no exception any more; its days say nothing."""

    class Meta:
        verbose_name = _("shipping promise")
        verbose_name_plural = _("shipping promises")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "country", "in_force_from"],
                name="tracking_promise_one_at_a_time",
            ),
            models.CheckConstraint(
                name="tracking_promise_days_in_order",
                condition=Q(transit_min_days__lte=F("transit_max_days")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country or '*'} {self.in_force_from:%Y-%m-%d}"

    @property
    def terms(self) -> Terms:
        """Give the rule itself."""
        return Terms(
            cut_off=self.cut_off,
            processing_days=self.processing_days,
            transit_min_days=self.transit_min_days,
            transit_max_days=self.transit_max_days,
        )
