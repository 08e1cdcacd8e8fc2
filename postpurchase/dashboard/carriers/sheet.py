"""A file with tracking numbers: looked through first, taken in when somebody says so."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from merchants.policy import Permission
from orders.statuses import ActorKind
from orders.timeline import Actor
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame
from tracking.actions.sheets import FAILED, Sheet, Told, rehearse_sheet, take_in_sheet
from tracking.tabular import SheetRow, read_sheet

CHECKED_FOR = 3600
"""Seconds in which what was checked can be taken in."""
MOST_ROWS = 500
"""A page waits for the answer; longer files go in by the command or the API."""
LARGEST = 500_000
PROBLEMS = 100


class SheetForm(forms.Form):
    """A file with tracking numbers, or the one that was looked through a moment ago."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "Columns with order number, tracking number and carrier; date, link and SKUs if "
            "known. Those of Advanced Shipment Tracking are read as they are."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    def clean_file(self) -> str:
        """Give the text of the file; other encodings are found out when it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                _("The file is larger than 500 KB. Part it, or use the command or the API.")
            )
        text: str = file.read().decode("latin-1")
        return text


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.SET_UP)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Take a file, say what would become of each row, and take it in on the second click."""
    if "checked" in request.POST:
        return _take_in(request, place)
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    report: dict[str, Any] = {}
    if form.is_valid():
        text = form.cleaned_data["file"]
        rows = _rows(text)
        if len(rows) > MOST_ROWS:
            form.add_error("file", _("The file has more than %(most)d rows.") % {"most": MOST_ROWS})
        else:
            told = list(rehearse_sheet(_sheet(place), rows, now=timezone.now()))
            report = _report(told) | {"checked": _kept(text, place)}
    context = frame(request, place, form=form, most=MOST_ROWS, **report)
    status = 422 if form.errors else 200
    return render(request, "dashboard/carriers/sheet.html", context, status=status)


def _take_in(request: HttpRequest, place: Place) -> HttpResponse:
    try:
        text = signing.loads(request.POST["checked"], salt=_salt(place), max_age=CHECKED_FOR)
    except signing.BadSignature:
        messages.error(request, _("The file is not there any more. Choose it again."))
        return redirect("dashboard:carriers_sheet", place.slug)
    told = list(take_in_sheet(_sheet(place), _rows(text)[:MOST_ROWS], now=timezone.now()))
    counts = Counter(one.result for one in told)
    messages.success(
        request,
        _("Taken in. New: %(new)d, changed: %(changed)d, as before: %(same)d, left out: %(bad)d.")
        % {
            "new": counts["created"],
            "changed": counts["updated"],
            "same": counts["unchanged"],
            "bad": counts[FAILED],
        },
    )
    return redirect("dashboard:carriers_sheet", place.slug)


def _kept(text: str, place: Place) -> str:
    """Give a checked file to the page, so that what is taken in is what was checked."""
    return signing.dumps(text, salt=_salt(place), compress=True)


def _salt(place: Place) -> str:
    return f"sheet:{place.merchant.pk}:{place.user.pk}"


def _rows(text: str) -> list[SheetRow]:
    return list(islice(read_sheet(io.BytesIO(text.encode("latin-1"))), MOST_ROWS + 1))


def _sheet(place: Place) -> Sheet:
    actor = Actor(ActorKind.STAFF, str(place.user)[:200])
    return Sheet(merchant_id=place.merchant.pk, actor=actor)


def _report(told: Sequence[Told]) -> dict[str, Any]:
    counts = Counter(one.result for one in told)
    problems = [one for one in told if one.result == FAILED]
    return {
        "counts": [
            (_("New packages"), counts["created"]),
            (_("Changed"), counts["updated"]),
            (_("As before"), counts["unchanged"]),
            (_("Cannot be used"), counts[FAILED]),
        ],
        "problems": problems[:PROBLEMS],
        "more_problems": max(len(problems) - PROBLEMS, 0),
        "may_take_in": len(problems) < len(told),
    }
