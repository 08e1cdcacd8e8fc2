"""What people do with files to import: upload, choose columns, start, stop, remove."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import IO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from merchants.actions import Viewer
from orders.actions import imports
from orders.models import ImportUpload
from orders.sources.tabular_cells import DateOrder, Habits
from orders.sources.tabular_kinds import HEAD, FileKind, kind_of
from orders.sources.tabular_preview import Preview, preview
from orders.statuses import UploadPhase, UploadState
from postpurchase.lib.errors import Refused
from postpurchase.lib.nudge import nudge

FOLDER = "imports"
"""Below this name in the storage nothing is ever served: see `postpurchase.media`."""
LARGEST = 200 * 1024 * 1024
KEPT = timedelta(days=30)
KEPT_WHEN_DONE = timedelta(days=7)
DOUBLE_CLICK = timedelta(seconds=30)
GOOD = ("created", "updated", "unchanged", "outdated")

NOT_READ: dict[FileKind, LazyText] = {
    "empty": _("The file is empty. Export the orders again."),
    "excel": _("This is a workbook. Open it, choose “Save as” and “CSV UTF-8”, and upload that."),
    "old_excel": _(
        "This is a workbook of an old Excel. Open it, choose “Save as” and “CSV UTF-8”, and"
        " upload that."
    ),
    "archive": _("This is a compressed file. Unpack it and upload the CSV file inside."),
    "pdf": _("This is a PDF. Export the orders as a CSV file."),
    "markup": _("This is a web page or XML. Export the orders as a CSV file."),
    "json_list": _("This is one JSON list. Write one order per line (NDJSON)."),
    "binary": _("This is no text. Export the orders as a CSV or NDJSON file."),
}


class NotAnImport(Refused):
    """The file cannot hold orders."""

    code = "not_an_import"


class ImportBegun(Refused):
    """What is asked for is possible only before the import."""

    code = "import_begun"


class NothingToImport(Refused):
    """The check has not found an order that could be imported, or has not ended."""

    code = "nothing_to_import"


class FileRemoved(Refused):
    """The file is no longer kept."""

    code = "file_removed"


def receive_file(content: File[bytes], *, by: Viewer, now: datetime) -> ImportUpload:
    """Keep an uploaded file and have it checked. Raises NotAnImport.

    The same file again within seconds is a double click, and gives the first upload.
    """
    stream = cast("IO[bytes]", content)
    kind = kind_of(stream.read(HEAD))
    stream.seek(0)
    if kind in NOT_READ:
        raise NotAnImport(NOT_READ[kind])
    digest = imports.digest_of(stream)
    same = ImportUpload.every.of(by.merchant_id).filter(content_digest=digest)
    recent = same.filter(created_at__gt=now - DOUBLE_CLICK).exclude(stored_as="")
    return recent.first() or _keep(content, kind, digest, by=by, now=now)


def _keep(
    content: File[bytes], kind: FileKind, digest: str, *, by: Viewer, now: datetime
) -> ImportUpload:
    place = f"{FOLDER}/{by.merchant_id}/{secrets.token_hex(16)}"
    with transaction.atomic():
        upload = ImportUpload.every.create(
            merchant_id=by.merchant_id,
            file_name=(content.name or "")[-300:],
            stored_as=default_storage.save(place, content),
            size=content.size,
            content_digest=digest,
            kind=kind,
            by=by.user,
            by_name=str(by.user)[:200],
            created_at=now,
            next_at=now,
            remove_at=now + KEPT,
        )
        _wake()
    return upload


def earlier_upload(upload: ImportUpload) -> ImportUpload | None:
    """Give the last upload before this one that was the same file."""
    same = ImportUpload.every.of(upload.merchant_id).filter(content_digest=upload.content_digest)
    return same.filter(pk__lt=upload.pk).order_by("-pk").first()


def open_file(upload: ImportUpload) -> IO[bytes]:
    """Open the file. Raises FileRemoved."""
    if not upload.stored_as:
        raise FileRemoved(_("The file was removed. Upload it again."))
    try:
        return cast("IO[bytes]", default_storage.open(upload.stored_as))
    except OSError as error:
        raise FileRemoved(_("The file is no longer there. Upload it again.")) from error


def habits_of(upload: ImportUpload) -> Habits:
    """Say how the file writes what can be read in two ways."""
    return Habits(
        date_order=cast("DateOrder", upload.date_order),
        zone=upload.merchant.zone,
        currency=(upload.currency or upload.merchant.currency).upper(),
    )


def preview_of(upload: ImportUpload) -> Preview:
    """Give columns and first orders of a file. Raises FileRemoved."""
    with open_file(upload) as stream:
        return preview(stream, upload.kind, upload.mapping or None, habits_of(upload))


def source_of(upload: ImportUpload) -> imports.Source:
    """Give what the import calls this file; nobody is told of its orders."""
    ways = (upload.kind, upload.date_order, upload.currency, repr(sorted(upload.mapping.items())))
    named = "\0".join(("upload", upload.content_digest, *ways))
    return imports.Source(
        merchant_id=upload.merchant_id,
        name=upload.file_name,
        digest=hashlib.sha256(named.encode()).hexdigest(),
        is_history=True,
    )


@transaction.atomic
def choose_columns(
    upload: ImportUpload,
    *,
    mapping: Mapping[str, str],
    date_order: str,
    currency: str,
    now: datetime,
) -> None:
    """Say what the columns are, and have the file checked anew. Raises ImportBegun, FileRemoved."""
    current = _locked(upload)
    if not current.is_check:
        raise ImportBegun(_("The import has begun; its columns stay as they are."))
    _refuse_removed(current)
    current.mapping, current.date_order, current.currency = dict(mapping), date_order, currency
    current.expected = {}
    _begin(current, phase=UploadPhase.CHECK, now=now)


@transaction.atomic
def start_import(upload: ImportUpload, *, now: datetime) -> None:
    """Import a checked file. Asking twice is harmless. Raises NothingToImport, FileRemoved."""
    current = _locked(upload)
    if not current.is_check:
        return
    _refuse_removed(current)
    if current.state != UploadState.CHECKED or not importable(current):
        raise NothingToImport(_("There is no checked order in this file that can be imported."))
    imports.abandon_run(source_of(current), now=now)
    current.result = {}
    _begin(current, phase=UploadPhase.IMPORT, now=now)


@transaction.atomic
def stop(upload: ImportUpload, *, now: datetime) -> None:
    """Stop where it is; what was imported stays. Stopping twice is harmless."""
    current = _locked(upload)
    if current.is_at_work:
        _rest(current)
        current.save()


@transaction.atomic
def go_on(upload: ImportUpload, *, now: datetime) -> None:
    """Go on after a stop or a break, where it ended. Raises FileRemoved."""
    current = _locked(upload)
    _refuse_removed(current)
    if is_resumable(current):
        current.state, current.next_at, current.reason = UploadState.WAITING, now, ""
        current.finished_at = None
        current.save()
        _wake()


@transaction.atomic
def remove_file(upload: ImportUpload, *, now: datetime) -> None:
    """Remove the file and what was noted of its rows; that it was imported stays known."""
    current = _locked(upload)
    place, current.stored_as = current.stored_as, ""
    if current.is_at_work:
        _rest(current)
    current.remove_at = now
    current.save()
    current.problems.all().delete()
    if place:
        transaction.on_commit(lambda: default_storage.delete(place))


def importable(upload: ImportUpload) -> int:
    """Tell how many orders the check found good."""
    return sum(int(upload.expected.get(word, 0)) for word in GOOD)


def is_resumable(upload: ImportUpload) -> bool:
    """Tell whether the work ended before its time and the file is still there."""
    return bool(upload.stored_as) and upload.state in (UploadState.STOPPED, UploadState.UNUSABLE)


def _locked(upload: ImportUpload) -> ImportUpload:
    return (
        ImportUpload.every.select_related("merchant")
        .select_for_update(of=("self",))
        .get(pk=upload.pk)
    )


def _refuse_removed(upload: ImportUpload) -> None:
    if not upload.stored_as:
        raise FileRemoved(_("The file was removed. Upload it again."))


def _rest(upload: ImportUpload) -> None:
    upload.state, upload.token, upload.leased_until = UploadState.STOPPED, None, None


def _begin(upload: ImportUpload, *, phase: UploadPhase, now: datetime) -> None:
    upload.phase, upload.state, upload.reason = phase, UploadState.WAITING, ""
    upload.token = upload.leased_until = upload.begun_at = upload.finished_at = None
    upload.rows_read = upload.bytes_read = 0
    upload.next_at = now
    upload.save()
    upload.problems.all().delete()
    _wake()


def _wake() -> None:
    transaction.on_commit(lambda: nudge("uploads"))
