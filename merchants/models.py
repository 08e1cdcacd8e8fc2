"""Shops and their people, looks, connections and keys. Lies below all other apps."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from merchants.statuses import ConfirmationStyle, ConnectionKind, Role, Tone
from postpurchase.lib.crypto import SealedField, digest, new_secret
from postpurchase.lib.ids import uuid7
from postpurchase.lib.kept import Kept
from postpurchase.lib.tenancy import Tenant


class UserManager(BaseUserManager["User"]):
    """Makes people; an address is kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a person. Without a password nobody can log in until one is set."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a person who may see every merchant."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a person by address, in any case of letters."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who works for merchants; shoppers have no account."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_active = models.BooleanField(_("may log in"), default=True)
    is_staff = models.BooleanField(_("may open the desk"), default=False)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.email


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


class Membership(Tenant):
    """A person's role with one merchant."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "user"], name="merchants_one_role_each"),
            models.CheckConstraint(name="merchants_role_known", condition=Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"


class Brand(Kept):
    """How a merchant looks and sounds. Readable colours are computed from the one given."""

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


class StoreConnection(Tenant):
    """A shop system that sends orders. Two secrets may be active while one replaces the other."""

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=ConnectionKind)
    name = models.CharField(_("name"), max_length=200, blank=True)
    secret = SealedField(_("secret"), blank=True, default="")
    previous_secret = SealedField(_("previous secret"), blank=True, default="")
    previous_secret_until = models.DateTimeField(_("previous secret until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    last_seen_at = models.DateTimeField(_("last delivery"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    last_error_at = models.DateTimeField(_("at"), null=True, blank=True)
    uninstalled_at = models.DateTimeField(_("uninstalled"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        constraints = [
            models.CheckConstraint(
                name="merchants_connection_kind_known",
                condition=Q(kind__in=ConnectionKind.values),
            ),
            models.UniqueConstraint(fields=["merchant", "id"], name="merchants_connection_tenant"),
            models.UniqueConstraint(
                fields=["merchant", "kind"],
                condition=Q(kind__in=[ConnectionKind.API, ConnectionKind.FILE]),
                name="merchants_one_api_and_file_connection",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()

    def active_secrets(self, *, now: datetime) -> list[str]:
        """Give the secrets a delivery may be signed with, newest first."""
        secrets = [self.secret]
        if self.previous_secret_until and now < self.previous_secret_until:
            secrets.append(self.previous_secret)
        return [secret for secret in secrets if secret]

    def rotate(self, *, now: datetime, overlap: timedelta = timedelta(days=2)) -> str:
        """Make a new secret and take it; give it, since it is shown nowhere else."""
        secret = new_secret()
        self.take_secret(secret, now=now, overlap=overlap)
        return secret

    def take_secret(
        self, secret: str, *, now: datetime, overlap: timedelta = timedelta(days=2)
    ) -> None:
        """Take a secret, ours or the shop system's; the old one stays valid for the overlap."""
        self.previous_secret, self.previous_secret_until = self.secret, now + overlap
        self.secret = secret
        self.save(update_fields=["secret", "previous_secret", "previous_secret_until"])


class ApiKey(Tenant):
    """A program's key. Only its hash is kept; the key is shown once, when it is made."""

    PREFIX: ClassVar[str] = "pp_"

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200)
    hint = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("may"), default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @classmethod
    def issue(cls, *, merchant: Merchant, name: str, scopes: list[str]) -> tuple[ApiKey, str]:
        """Make a key and give it with its plain text, which cannot be had again."""
        plain = cls.PREFIX + new_secret()
        row = cls.every.create(
            merchant=merchant, name=name, hint=plain[:10], digest=digest(plain), scopes=scopes
        )
        return row, plain


class IdempotencyKey(Tenant):
    """An act that a program or a form asked for once, and its answer.

    The same key with the same request gets the stored answer; with another request it is refused;
    while the first is still at work (lease) the second waits or is told so.
    """

    scope = models.CharField(max_length=60)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    leased_until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    response = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "scope", "key"], name="merchants_idempotency_key_once"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="merchants_idempotency_age")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
