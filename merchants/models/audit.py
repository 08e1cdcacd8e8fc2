"""Who changed which setting, and who looked at whose data. Append-only."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from merchants.models.people import User
from merchants.statuses import ChangeKind, LookKind, SettingsPage
from postpurchase.lib.ids import uuid7
from postpurchase.lib.tenancy import Tenant


class SettingChange(Tenant):
    """One change of a merchant's settings: who, when, from what to what."""

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(_("who"), max_length=200, blank=True)
    page = models.CharField(_("page"), max_length=20, choices=SettingsPage)
    kind = models.CharField(_("what was done"), max_length=10, choices=ChangeKind)
    table = models.CharField(_("table"), max_length=60)
    row = models.BigIntegerField(_("row"), null=True, blank=True)
    title = models.CharField(_("what was changed"), max_length=200, blank=True)
    fields = models.JSONField(_("from → to"), default=dict, blank=True)
    """{field: [from, to]}, as text; of secrets only that they changed."""
    reverts = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("change of settings")
        verbose_name_plural = _("changes of settings")
        constraints = [
            models.CheckConstraint(
                name="merchants_change_kind_known", condition=Q(kind__in=ChangeKind.values)
            ),
        ]
        indexes = [models.Index(fields=["merchant", "-at", "-id"], name="merchants_changes_newest")]

    def __str__(self) -> str:
        return f"{self.title} {self.at:%Y-%m-%d %H:%M}"


class PersonalDataLook(Tenant):
    """That a member of staff was shown personal data: whose, by row number, never the data."""

    at = models.DateTimeField(_("when"))
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    user_name = models.CharField(_("who"), max_length=200, blank=True)
    kind = models.CharField(_("what was shown"), max_length=20, choices=LookKind)
    table = models.CharField(_("table"), max_length=60)
    rows = models.JSONField(_("rows"), default=list, blank=True)
    """Primary keys of what was shown: one for a page, up to a page full for a list."""

    class Meta:
        verbose_name = _("look at personal data")
        verbose_name_plural = _("looks at personal data")
        indexes = [
            models.Index(fields=["merchant", "-at", "-id"], name="merchants_looks_newest"),
            models.Index(fields=["at"], name="merchants_looks_age"),
        ]

    def __str__(self) -> str:
        return f"{self.user_name} {self.at:%Y-%m-%d %H:%M}"
