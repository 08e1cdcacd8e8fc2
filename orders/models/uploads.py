"""Files that people upload to be imported, what was wrong in them, and deliveries read again."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from merchants.models import StoreConnection, User
from orders.models.inbox import ImportRun
from orders.statuses import UploadPhase, UploadState
from postpurchase.lib.ids import uuid7
from postpurchase.lib.tenancy import Tenant


class ImportUpload(Tenant):
    """An uploaded file: first checked without effect, then, if its merchant wants it, imported.

    It is a queue of its own (see `lib.claims`): a worker takes it, works for a while, gives it
    back. `remove_at` says when the file itself goes; the row stays as history.
    """

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    file_name = models.CharField(_("file"), max_length=300)
    stored_as = models.CharField(max_length=200, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    content_digest = models.CharField(max_length=64, editable=False)
    kind = models.CharField(_("format"), max_length=10)
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    """{column header: our field}; empty as long as our guess holds."""
    date_order = models.CharField(_("order of dates"), max_length=3, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(_("who"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("uploaded"))
    phase = models.CharField(
        _("step"), max_length=10, choices=UploadPhase, default=UploadPhase.CHECK
    )
    state = models.CharField(
        _("state"), max_length=10, choices=UploadState, default=UploadState.WAITING
    )
    reason = models.TextField(_("reason"), blank=True)
    rows_read = models.PositiveBigIntegerField(_("orders read"), default=0)
    bytes_read = models.PositiveBigIntegerField(default=0, editable=False)
    expected = models.JSONField(_("what the check found"), default=dict, blank=True)
    result = models.JSONField(_("what the import did"), default=dict, blank=True)
    run = models.ForeignKey(
        ImportRun, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    next_at = models.DateTimeField()
    token = models.UUIDField(null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    remove_at = models.DateTimeField(_("file is removed"))

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "id"], name="orders_upload_tenant"),
            models.CheckConstraint(
                name="orders_upload_state_known", condition=Q(state__in=UploadState.values)
            ),
            models.CheckConstraint(
                name="orders_upload_phase_known", condition=Q(phase__in=UploadPhase.values)
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "-created_at", "-id"], name="orders_uploads_newest"),
            models.Index(fields=["merchant", "content_digest"], name="orders_uploads_same_file"),
            models.Index(
                fields=["next_at", "id"],
                name="orders_uploads_due",
                condition=Q(state=UploadState.WAITING),
            ),
            models.Index(
                fields=["leased_until"],
                name="orders_uploads_leased",
                condition=Q(state=UploadState.WORKING),
            ),
            models.Index(
                fields=["remove_at"], name="orders_uploads_kept", condition=~Q(stored_as="")
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def counts(self) -> dict[str, Any]:
        """Give what was counted in the present step."""
        counts: dict[str, Any] = self.expected if self.is_check else self.result
        return counts

    @property
    def unchanged(self) -> int:
        """Tell how many orders were here already, the same or newer."""
        return int(self.counts.get("unchanged", 0)) + int(self.counts.get("outdated", 0))

    @property
    def is_check(self) -> bool:
        """Tell whether nothing was imported yet."""
        return self.phase == UploadPhase.CHECK

    @property
    def is_at_work(self) -> bool:
        """Tell whether a worker has it or will take it."""
        return self.state in (UploadState.WAITING, UploadState.WORKING)


class ImportProblem(Tenant):
    """An order of an uploaded file that cannot be imported: where it stands, and why."""

    upload = models.ForeignKey(
        ImportUpload,
        on_delete=models.CASCADE,
        related_name="problems",
        db_constraint=False,
        db_index=False,
    )
    row = models.PositiveBigIntegerField(_("row"))
    column = models.CharField(_("column"), max_length=100, blank=True)
    order = models.CharField(_("order"), max_length=200, blank=True)
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("problem of an import")
        verbose_name_plural = _("problems of imports")
        indexes = [models.Index(fields=["upload", "id"], name="orders_problems_of_upload")]

    def __str__(self) -> str:
        return self.reason


class Replay(Tenant):
    """That somebody had deliveries read again: which ones, so that the result can be seen."""

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    connection = models.ForeignKey(
        StoreConnection, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(_("who"), max_length=200, blank=True)
    entries = models.JSONField(_("deliveries"), default=list)
    """Primary keys of the deliveries, newest first."""

    class Meta:
        verbose_name = _("replay")
        verbose_name_plural = _("replays")
        indexes = [models.Index(fields=["merchant", "-at", "-id"], name="orders_replays_newest")]

    def __str__(self) -> str:
        return f"{self.by_name} {self.at:%Y-%m-%d %H:%M}"
