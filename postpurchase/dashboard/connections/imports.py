"""Files that are imported: the list, and the page of one from check to result."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from merchants.actions import note_look
from merchants.policy import Permission
from merchants.statuses import LookKind
from orders.actions.uploads import FileRemoved, earlier_upload, importable, is_resumable, preview_of
from orders.models import ImportUpload
from orders.sources.document import OrderDoc
from orders.sources.tabular import Row
from orders.sources.tabular_preview import Preview
from orders.statuses import UploadState
from postpurchase.dashboard.connections.import_forms import ColumnsForm, UploadForm
from postpurchase.dashboard.connections.import_words import Progress, progress_of, standing_of
from postpurchase.dashboard.connections.words import Verdict
from postpurchase.lib.keyset import BadCursor, Ordering, page
from postpurchase.lib.money import Money, NotMoney, to_minor
from postpurchase.lib.spreadsheets import guarded
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame

ORDERING = Ordering("created_at", newest_first=True)
PER_PAGE = 25
PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Line:
    """An upload as the list shows it."""

    upload: ImportUpload
    verdict: Verdict
    counts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """An order of the file as it would be imported, or why it would not."""

    row: int
    number: str = ""
    placed_at: datetime | None = None
    person: str = ""
    items: int = 0
    total: Money | None = None
    reason: str = ""


@require_safe
@merchant_page(Permission.LOOK)
def show_all(request: HttpRequest, place: Place) -> HttpResponse:
    """List earlier imports, and take a new file."""
    return list_of(request, place, UploadForm())


def list_of(request: HttpRequest, place: Place, form: UploadForm) -> HttpResponse:
    """Answer with the list, perhaps with a form that holds an error."""
    try:
        found = page(
            ImportUpload.objects.all(),
            ordering=ORDERING,
            cursor=request.GET.get("after"),
            limit=PER_PAGE,
        )
    except BadCursor as error:
        raise Http404("no such page") from error
    context = frame(
        request,
        place,
        form=form,
        lines=[Line(each, standing_of(each), each.counts) for each in found.rows],
        older=found.next_cursor,
        may_change=place.may(Permission.SET_UP),
    )
    template = "dashboard/connections/imports.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_safe
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Show an uploaded file: what it holds, what would happen, what happened."""
    upload = upload_or_404(public_id)
    return page_of(request, place, upload)


def page_of(
    request: HttpRequest, place: Place, upload: ImportUpload, form: ColumnsForm | None = None
) -> HttpResponse:
    """Answer with the page of a file, perhaps with a form that holds errors."""
    now = timezone.now()
    may_change = place.may(Permission.SET_UP)
    found = _preview(place, upload, now=now) if may_change and upload.is_check else None
    if found is not None and form is None and found.columns:
        form = ColumnsForm(upload=upload, columns=found.columns)
    context = frame(
        request,
        place,
        **_facts(place, upload, now=now),
        earlier=earlier_upload(upload),
        sample=[_sample(row) for row in found.orders] if found else [],
        form=form,
        problems=list(upload.problems.order_by("pk")[:PROBLEMS]) if may_change else [],
        may_change=may_change,
        importable=importable(upload),
    )
    is_bad = form is not None and bool(form.errors)
    template = "dashboard/connections/import.html"
    return render(request, template, context, status=422 if is_bad else 200)


@require_safe
@merchant_page(Permission.LOOK)
def progress(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Show how far the work is: a piece of the page that asks for itself anew."""
    upload = upload_or_404(public_id)
    context = {"place": place, **_facts(place, upload, now=timezone.now())}
    response = render(request, "dashboard/connections/_progress.html", context)
    if not upload.is_at_work:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@merchant_page(Permission.SET_UP)
def problems(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Give all that was wrong in a file, as a CSV file."""
    upload = upload_or_404(public_id)
    now = timezone.now()
    note_look(place.viewer, LookKind.EXPORT, of=ImportUpload, rows=[upload.pk], now=now)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    # The mark makes Excel read it as UTF-8.
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow((_("Row"), _("Column"), _("Order"), _("Reason")))
    for each in upload.problems.order_by("pk"):
        cells = (guarded(each.column), guarded(each.order), guarded(each.reason))
        writer.writerow((each.row, *cells))
    response["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return response


def upload_or_404(public_id: UUID) -> ImportUpload:
    """Give an uploaded file of the shop. Raises Http404."""
    uploads = ImportUpload.objects.filter(public_id=public_id)
    upload = uploads.select_related("merchant").first()
    if upload is None:
        raise Http404("no such file")
    return upload


def _facts(place: Place, upload: ImportUpload, *, now: datetime) -> dict[str, Any]:
    moved: Progress = progress_of(upload, now=now)
    return {
        "upload": upload,
        "verdict": standing_of(upload),
        "progress": moved,
        "is_stoppable": upload.is_at_work and place.may(Permission.SET_UP),
        "is_resumable": place.may(Permission.SET_UP) and is_resumable(upload),
        "is_startable": upload.is_check and upload.state == UploadState.CHECKED,
        "progress_url": reverse(
            "dashboard:connections_import_progress", args=[place.slug, upload.public_id]
        ),
    }


def _preview(place: Place, upload: ImportUpload, *, now: datetime) -> Preview | None:
    try:
        found = preview_of(upload)
    except FileRemoved:
        return None
    note_look(place.viewer, LookKind.PAGE, of=ImportUpload, rows=[upload.pk], now=now)
    return found


def _sample(row: Row) -> Sample:
    doc = row.result
    if not isinstance(doc, OrderDoc):
        return Sample(row.number, reason=doc)
    place = doc.ship_to or doc.bill_to
    name = (doc.customer.name if doc.customer else "") or (place.name if place else "")
    return Sample(
        row.number,
        number=doc.number,
        placed_at=doc.placed_at,
        person=name or doc.email,
        items=sum(line.quantity for line in doc.lines),
        total=_money(doc.total, doc.currency),
    )


def _money(amount: str, currency: str) -> Money | None:
    try:
        return Money(to_minor(amount, currency), currency)
    except NotMoney:
        return None
