"""The shop itself: the tenant to which all other rows belong."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from postpurchase.lib.ids import uuid7


def check_zone(value: str) -> None:
    """Refuse what is no IANA time zone."""
    if value not in available_timezones():
        raise ValidationError(_("This is not a time zone such as Europe/Berlin."))


class Merchant(models.Model):
    """A shop: the tenant to which all other rows belong."""

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    slug = models.SlugField(
        _("short name in addresses"),
        max_length=50,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("Use a–z, 0–9 and hyphens."))],
    )
    name = models.CharField(_("name"), max_length=200)
    legal_name = models.CharField(_("legal name"), max_length=200, blank=True)
    postal_address = models.TextField(_("postal address"), blank=True)
    zone_name = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[check_zone]
    )
    language = models.CharField(_("first language"), max_length=10, default="en")
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    country = models.CharField(_("country"), max_length=2, blank=True)
    support_email = models.EmailField(_("support e-mail"), blank=True)
    support_phone = models.CharField(_("support phone"), max_length=50, blank=True)
    support_hours = models.CharField(_("support hours"), max_length=200, blank=True)
    shop_url = models.URLField(_("shop address"), blank=True)
    requires_mfa = models.BooleanField(_("everybody needs a second step to log in"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """Give the zone in which this shop's rules and dates are read."""
        return ZoneInfo(self.zone_name)
