"""What people do with a file to import."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from merchants.policy import Permission
from orders.actions import uploads as acts
from orders.models import ImportUpload
from postpurchase.dashboard.connections.import_forms import ColumnsForm, OnlySoMuch, UploadForm
from postpurchase.dashboard.connections.imports import list_of, page_of, upload_or_404
from postpurchase.lib.errors import Refused
from postpurchase.staff.access import Place, merchant_page

TOO_LARGE = _("The file is larger than 200 MB. Part it, for example by year.")


# The size is limited while the file comes in, and reading the form for the token would begin
# that: so the token is checked inside, after the limit is set.
@csrf_exempt
@require_POST
@merchant_page(Permission.SET_UP)
def upload(request: HttpRequest, place: Place) -> HttpResponse:
    """Take a file in."""
    limit = OnlySoMuch(request)
    request.upload_handlers.insert(0, limit)
    return _upload(request, place, limit)


@csrf_protect
def _upload(request: HttpRequest, place: Place, limit: OnlySoMuch) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if limit.is_too_large:
        form.errors["file"] = form.error_class([str(TOO_LARGE)])
        return list_of(request, place, form)
    if not form.is_valid():
        return list_of(request, place, form)
    try:
        kept = acts.receive_file(form.cleaned_data["file"], by=place.viewer, now=timezone.now())
    except Refused as refusal:
        form.add_error("file", ValidationError(str(refusal.reason)))
        return list_of(request, place, form)
    return redirect("dashboard:connections_import", place.slug, kept.public_id)


@require_POST
@merchant_page(Permission.SET_UP)
def columns(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Say what the columns are, and check the file anew."""
    found = upload_or_404(public_id)
    try:
        form = ColumnsForm(request.POST, upload=found, columns=acts.preview_of(found).columns)
        if not form.is_valid():
            return page_of(request, place, found, form)
        acts.choose_columns(
            found,
            mapping=form.mapping,
            date_order=form.cleaned_data["date_order"],
            currency=form.cleaned_data["currency"],
            now=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    return redirect("dashboard:connections_import", place.slug, public_id)


@require_POST
@merchant_page(Permission.SET_UP)
def start(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Import what the check found good."""
    return _act(request, place, public_id, lambda row: acts.start_import(row, now=timezone.now()))


@require_POST
@merchant_page(Permission.SET_UP)
def stop(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Stop the work on a file."""
    return _act(request, place, public_id, lambda row: acts.stop(row, now=timezone.now()))


@require_POST
@merchant_page(Permission.SET_UP)
def go_on(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Go on with a file that was stopped or broke off."""
    return _act(request, place, public_id, lambda row: acts.go_on(row, now=timezone.now()))


@require_POST
@merchant_page(Permission.SET_UP)
def remove(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Remove a file from the server; imported orders stay."""
    return _act(request, place, public_id, lambda row: acts.remove_file(row, now=timezone.now()))


def _act(
    request: HttpRequest, place: Place, public_id: UUID, act: Callable[[ImportUpload], None]
) -> HttpResponse:
    try:
        act(upload_or_404(public_id))
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    return redirect("dashboard:connections_import", place.slug, public_id)
