"""How a shop looks and sounds, its earlier looks and its draft, and the domain of its own."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from merchants.models.people import User
from merchants.models.shops import Merchant
from merchants.social import are_links
from merchants.statuses import ConfirmationStyle, Corners, DomainState, Font, Tone
from postpurchase.lib.ids import uuid7
from postpurchase.lib.kept import Kept
from postpurchase.lib.tenancy import Tenant


class Appearance(models.Model):
    """What a merchant decides about its look. Readable colours are computed from the one given."""

    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#2f5d50",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Use a colour such as #2f5d50."))],
    )
    logo = models.ImageField(_("logo"), upload_to="logos/", blank=True, null=True)
    tone = models.CharField(_("tone"), max_length=10, choices=Tone, default=Tone.CALM)
    confirmation_style = models.CharField(
        _("style of the confirmation"),
        max_length=20,
        choices=ConfirmationStyle,
        default=ConfirmationStyle.SIMPLE,
    )
    footer = models.TextField(_("footer"), blank=True)
    sender_name = models.CharField(_("sender's name"), max_length=100, blank=True)
    sender_email = models.EmailField(_("sender's address"), blank=True)
    shows_credit = models.BooleanField(_("shows “Powered by Postpurchase”"), default=False)
    corners = models.CharField(_("corners"), max_length=10, choices=Corners, default=Corners.SOFT)
    font = models.CharField(_("font"), max_length=10, choices=Font, default=Font.SYSTEM)
    links = models.JSONField(_("social and community links"), default=list, blank=True)
    """[{"label": …, "url": "https://…"}], in the order in which they are shown."""

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse links that no browser should open, however they come here."""
        super().clean()
        if not are_links(self.links):
            raise ValidationError({"links": _("Use up to 8 links that begin with https://.")})


class Brand(Appearance, Kept):
    """The look in force."""

    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        constraints = [
            models.UniqueConstraint(fields=["merchant"], name="merchants_one_brand"),
        ]

    def __str__(self) -> str:
        return f"Brand of {self.merchant_id}"

    @classmethod
    def of(cls, merchant: Merchant) -> Brand:
        """Give a merchant's brand, or the plain one where none is set."""
        return next(iter(cls.kept(merchant.pk)), None) or cls(merchant=merchant)


class BrandVersion(Appearance, Tenant):
    """A look as a merchant drew it up: the draft (never published), or one that was in force."""

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(_("changed"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("version of the brand")
        verbose_name_plural = _("versions of brands")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant"],
                condition=Q(published_at=None),
                name="merchants_one_brand_draft",
            ),
        ]
        indexes = [models.Index(fields=["merchant", "-id"], name="merchants_brand_versions")]

    def __str__(self) -> str:
        return f"{self.changed_at:%Y-%m-%d %H:%M}"


class Domain(Kept):
    """A host name of the merchant's own under which its portal answers, once it is checked."""

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    host = models.CharField(_("host name"), max_length=253, unique=True)
    token = models.CharField(_("proof"), max_length=64)
    """What the merchant puts into its DNS to prove that the name is its own."""
    state = models.CharField(
        _("state"), max_length=10, choices=DomainState, default=DomainState.WAITING
    )
    findings = models.JSONField(_("what the last check found"), default=dict, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        constraints = [
            models.UniqueConstraint(fields=["merchant"], name="merchants_one_domain"),
            models.CheckConstraint(
                name="merchants_domain_state_known", condition=Q(state__in=DomainState.values)
            ),
        ]

    def __str__(self) -> str:
        return self.host
