"""When somebody answers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from postpurchase.lib.versions import Rule


class SupportHours(Rule):
    """When a merchant's people answer, in the merchant's zone; a version is never changed."""

    days = models.JSONField(_("hours of each day"), default=dict, blank=True)
    """{"mon": ["09:00", "17:00"], …}; a day that is missing is closed."""
    closed_on_holidays = models.BooleanField(_("closed on public holidays"), default=True)

    class Meta:
        verbose_name = _("support hours")
        verbose_name_plural = _("support hours")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "in_force_from"], name="merchants_hours_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.in_force_from:%Y-%m-%d}"
