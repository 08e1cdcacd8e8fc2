"""From when on silence counts as trouble, as a merchant wants it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from postpurchase.lib.tenancy import Tenant


class TroubleRules(Tenant):
    """After how long without a scan somebody looks; a carrier that scans less often gets longer."""

    label_days = models.PositiveSmallIntegerField(_("working days after the label"), default=3)
    domestic_days = models.PositiveSmallIntegerField(_("working days inland"), default=3)
    abroad_days = models.PositiveSmallIntegerField(_("working days abroad"), default=7)
    customs_days = models.PositiveSmallIntegerField(_("working days at customs"), default=5)
    out_hours = models.PositiveSmallIntegerField(_("hours with the driver"), default=36)
    pickup_days = models.PositiveSmallIntegerField(_("days waiting to be collected"), default=5)
    lost_days = models.PositiveSmallIntegerField(_("days until it counts as lost"), default=30)

    class Meta:
        verbose_name = _("rules for trouble with parcels")
        verbose_name_plural = _("rules for trouble with parcels")
        constraints = [
            models.UniqueConstraint(fields=["merchant"], name="tracking_one_trouble_rule_each"),
        ]

    def __str__(self) -> str:
        return f"{self.domestic_days}/{self.abroad_days}"
