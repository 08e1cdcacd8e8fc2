"""Whether mails from the sender's address will be believed."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from merchants.actions.brands import draft_of
from merchants.actions.senders import Hint, check_sender
from merchants.models import Brand
from merchants.policy import Permission
from postpurchase.lib.throttle import hit, wait_text
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame

CHECKS, WINDOW = 60, 600
# The chip of each state: tone, icon, word.
CHIPS = {
    "ok": ("ok", "circle-check", gettext_lazy("Fine")),
    "missing": ("warn", "circle-alert", gettext_lazy("Missing")),
    "wrong": ("bad", "circle-alert", gettext_lazy("Needs a change")),
    "unknown": ("", "circle-question-mark", gettext_lazy("Not known")),
    "by_hand": ("info", "hand", gettext_lazy("Yours to do")),
}


@require_safe
@merchant_page(Permission.LOOK)
def hints(request: HttpRequest, place: Place) -> HttpResponse:
    """Look the sender's domain up in the DNS now; a part of the editor, or a page of its own."""
    email, problem = _address(request, place), ""
    found: list[Hint] = []
    tries = hit(f"dns:{place.user.pk}", limit=CHECKS, seconds=WINDOW)
    if not tries.allowed:
        problem = wait_text(tries.retry_after_seconds)
    elif email:
        found = check_sender(email)
    elif "sender_email" in request.GET:
        problem = _("Enter an address, and we look its domain up.")
    shown = [(hint, *CHIPS[hint.state]) for hint in found]
    context = frame(
        request, place, hints=shown, problem=problem, email=email, current="dashboard:brand"
    )
    is_part = bool(request.htmx)  # type: ignore[attr-defined]  # set by django_htmx
    template = "dashboard/brand/_sender.html" if is_part else "dashboard/brand/sender.html"
    return render(request, template, context)


def _address(request: HttpRequest, place: Place) -> str:
    """Give the address that was typed, else that of the draft or of the look in force."""
    typed = request.GET.get("sender_email")
    if typed is None:
        look = draft_of(place.merchant.pk) or Brand.of(place.merchant)
        return look.sender_email
    try:
        validate_email(typed.strip())
    except ValidationError:
        return ""
    return typed.strip()[:254]
