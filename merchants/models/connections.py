"""Ways into a shop: the systems that send orders, and programs' keys."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from merchants.models.shops import Merchant
from merchants.statuses import ConnectionKind
from postpurchase.lib.crypto import SealedField, digest, new_secret
from postpurchase.lib.ids import uuid7
from postpurchase.lib.tenancy import Tenant


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
