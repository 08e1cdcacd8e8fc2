"""Acts that are done once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from postpurchase.lib.tenancy import Tenant


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
