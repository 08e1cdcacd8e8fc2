"""Tables of returns: for now the policy, whose text every confirmation quotes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from postpurchase.lib.versions import Rule


class ReturnPolicy(Rule):
    """How long and on which terms goods are taken back.

    Versions are never changed: the one in force when an order was placed holds for that order.
    """

    days = models.PositiveSmallIntegerField(_("days after delivery"), default=30)
    is_free = models.BooleanField(_("return label is free"), default=True)
    text = models.TextField(
        _("in the merchant’s own words"), blank=True, help_text=_("Shown below the summary.")
    )
    url = models.URLField(_("full text at"), blank=True)

    class Meta:
        verbose_name = _("return policy")
        verbose_name_plural = _("return policies")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "in_force_from"], name="returns_policy_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.in_force_from:%Y-%m-%d}: {self.days}"
