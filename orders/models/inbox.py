"""What shops sent us, raw."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from merchants.models import StoreConnection
from orders.statuses import InboxState
from postpurchase.lib.ids import uuid7
from postpurchase.lib.tenancy import Tenant


class InboxEntry(Tenant):
    """One signed delivery from a shop, stored before it is answered. Raw is kept for 30 days."""

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    connection = models.ForeignKey(
        StoreConnection, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    event_key = models.CharField(_("event id"), max_length=200)
    topic = models.CharField(_("topic"), max_length=100)
    body = models.BinaryField()
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(
        _("state"), max_length=10, choices=InboxState, default=InboxState.PLANNED
    )
    next_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    reason = models.TextField(_("reason"), blank=True)
    waiting_for = models.CharField(_("order waited for"), max_length=200, blank=True)
    done_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery from a shop")
        verbose_name_plural = _("deliveries from shops")
        constraints = [
            models.UniqueConstraint(fields=["connection", "event_key"], name="orders_inbox_once"),
            models.CheckConstraint(
                name="orders_inbox_state_known", condition=Q(state__in=InboxState.values)
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                name="orders_inbox_due",
                condition=Q(state=InboxState.PLANNED),
            ),
            models.Index(
                fields=["connection", "waiting_for"],
                name="orders_inbox_waiting",
                condition=Q(state=InboxState.WAITING),
            ),
            models.Index(fields=["received_at"], name="orders_inbox_age"),
            models.Index(fields=["connection", "-received_at", "-id"], name="orders_inbox_newest"),
            models.Index(
                fields=["merchant", "-received_at", "-id"],
                name="orders_inbox_failed",
                condition=Q(state=InboxState.FAILED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.event_key}"


class ImportRun(Tenant):
    """One run of an import file: how far it came, so that it can go on after a break."""

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    connection = models.ForeignKey(StoreConnection, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("file"), max_length=300)
    file_digest = models.CharField(max_length=64)
    rows_read = models.PositiveBigIntegerField(_("rows read"), default=0)
    orders_created = models.PositiveBigIntegerField(_("new"), default=0)
    orders_updated = models.PositiveBigIntegerField(_("changed"), default=0)
    orders_unchanged = models.PositiveBigIntegerField(_("unchanged"), default=0)
    rows_failed = models.PositiveBigIntegerField(_("failed"), default=0)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "file_digest"],
                condition=Q(finished_at=None),
                name="orders_import_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.file_name
