"""Erasing a person, after they were typed once more."""

from __future__ import annotations

import time
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from merchants.policy import Permission
from merchants.statuses import LookKind
from notifications.actions.privacy import erase_person
from orders import people
from orders.keys import number_key
from orders.models import Order
from postpurchase.dashboard.privacy.person import Subject, note_subject, subject_or_404
from postpurchase.lib.errors import Refused
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame

SECONDS = 10.0
"""So long one request erases; what is left waits for the next press of the button."""


class EraseForm(forms.Form):
    """The person typed once more, and that open orders do not matter."""

    use_required_attribute = False

    again = forms.CharField(
        label=gettext_lazy("Type the e-mail address or an order number again"),
        help_text=gettext_lazy("So that nobody is erased by a slip. It cannot be undone."),
        max_length=320,
        error_messages={"required": gettext_lazy("Type the e-mail address or an order number")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    though_open = forms.BooleanField(
        label=gettext_lazy("Erase although an order is still on its way"), required=False
    )

    def __init__(self, *args: Any, subject: Subject, open_orders: list[Order]) -> None:
        super().__init__(*args)
        self._subject = subject
        if not open_orders:
            del self.fields["though_open"]

    def clean_again(self) -> str:
        """Want the same person: one of the names they have here."""
        typed = str(self.cleaned_data["again"]).strip()
        names = {number_key(order.number) for order in self._subject.orders} - {""}
        if typed.lower() != self._subject.person.email and number_key(typed) not in names:
            raise ValidationError(_("This is not the person you opened. Check what you typed"))
        return typed

    def clean(self) -> dict[str, Any]:
        """Want a clear word where an order is still open."""
        cleaned = super().clean() or {}
        if "though_open" in self.fields and not cleaned.get("though_open"):
            self.add_error("though_open", _("Say that the open order does not matter"))
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.PRIVACY)
def show(request: HttpRequest, place: Place, person: str) -> HttpResponse:
    """Say what goes and what stays; then erase."""
    now = timezone.now()
    try:
        subject = subject_or_404(place, person)
    except Http404:
        if request.method != "POST":
            raise
        return _finished(request, place)  # Pressed twice: the first press did it.
    still_open = people.still_open(place.merchant.pk, subject.pks, now=now)
    typed = request.POST if request.method == "POST" else None
    form = EraseForm(typed, subject=subject, open_orders=still_open)
    may = place.may(Permission.OWN) or not still_open
    if form.is_valid() and may:
        answer = _erase(request, place, person, form=form, subject=subject)
        if answer is not None:
            return answer
    note_subject(place, subject, LookKind.PAGE, now=now)
    context = frame(
        request, place, name=person, subject=subject, form=form, open_orders=still_open, may=may
    )
    status = 403 if not may and typed else 422 if form.errors else 200
    return render(request, "dashboard/privacy/erase.html", context, status=status)


def _erase(
    request: HttpRequest, place: Place, name: str, *, form: EraseForm, subject: Subject
) -> HttpResponse | None:
    ends = time.monotonic() + SECONDS
    try:
        erasure = erase_person(
            subject.person,
            by=place.user,
            though_open=place.may(Permission.OWN) and bool(form.cleaned_data.get("though_open")),
            is_late=lambda: time.monotonic() > ends,
            now=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal.reason))
        return None
    if erasure.left:
        said = _("%(done)d orders are erased, %(left)d are left. Press the button again to go on.")
        messages.warning(request, said % {"done": erasure.erased, "left": erasure.left})
        return redirect("dashboard:privacy_erase", place.slug, name)
    return _finished(request, place)


def _finished(request: HttpRequest, place: Place) -> HttpResponse:
    messages.success(request, _("The person is erased. Their orders stay as numbers."))
    return redirect("dashboard:privacy", place.slug)
