"""How far an uploaded file is, in words and figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from orders.models import ImportUpload
from orders.statuses import UploadState
from postpurchase.dashboard.connections.words import Verdict


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work on a file is."""

    percent: int
    rows: int
    per_second: int


def progress_of(upload: ImportUpload, *, now: datetime) -> Progress:
    """Measure how far the work is, and how fast it goes."""
    percent = min(upload.bytes_read * 100 // max(upload.size, 1), 100)
    end = upload.finished_at or now
    seconds = (end - upload.begun_at).total_seconds() if upload.begun_at else 0
    return Progress(percent, upload.rows_read, int(upload.rows_read / max(seconds, 1)))


def standing_of(upload: ImportUpload) -> Verdict:
    """Say how far a file is, in a chip and a sentence."""
    match upload.state:
        case UploadState.WAITING:
            return Verdict("info", "hourglass", _waiting(upload), _("It begins within seconds."))
        case UploadState.WORKING:
            return Verdict("info", "refresh-cw", _working(upload))
        case UploadState.CHECKED:
            return Verdict("info", "circle-check", _("Checked"), _("Nothing is imported yet."))
        case UploadState.DONE:
            return Verdict("ok", "circle-check", _("Imported"))
        case UploadState.STOPPED:
            return Verdict("warn", "circle-pause", _("Stopped"), _stopped(upload))
        case _:
            return Verdict("bad", "circle-alert", _("Broken off"), upload.reason)


def _waiting(upload: ImportUpload) -> str:
    return _("To be checked") if upload.is_check else _("To be imported")


def _working(upload: ImportUpload) -> str:
    return _("Being checked") if upload.is_check else _("Being imported")


def _stopped(upload: ImportUpload) -> str:
    if upload.is_check:
        return _("Nothing is imported yet.")
    return _("What was imported so far stays.")
