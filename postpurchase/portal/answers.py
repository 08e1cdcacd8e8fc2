"""What should happen after a failed delivery: the question's page, and the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from orders.models import Order
from postpurchase.lib.errors import Refused
from postpurchase.lib.links import BadLink
from postpurchase.lib.throttle import hit, wait_text
from postpurchase.portal import access
from postpurchase.portal.frame import frame
from postpurchase.portal.order import no_such_order, speak_as
from postpurchase.portal.questions import choices, form_for
from postpurchase.portal.shop import Shop, shop_page
from tracking.actions.cases import BadAnswer, CaseClosed, answer_case, may_answer, slots
from tracking.models import ParcelCase
from tracking.statuses import CaseAnswer

_PLACE_NEEDS_PROOF = gettext_lazy(
    "Naming a place needs a code: go back and choose another address. Or leave this empty."
)
ANSWERS_A_DAY = 20
DAY = 24 * 3600


@dataclass(frozen=True)
class Asked:
    """A case, the link by which somebody came to it, and what they want."""

    token: str
    case: ParcelCase
    what: CaseAnswer = CaseAnswer.MESSAGE
    is_proven: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@shop_page
def answer(request: HttpRequest, shop: Shop, token: str, case: UUID) -> HttpResponse:
    """Ask for what an answer needs, and take it; another address needs the one-time code."""
    now = timezone.now()
    order, found = _case(token, case, now=now)
    if order is None or found is None:
        return no_such_order(request, shop)
    speak_as(request, shop, order)
    asked = Asked(token, found)
    if not may_answer(found):
        return _show(request, shop, asked, refusal=str(CaseClosed().reason))
    what = (request.POST if request.method == "POST" else request.GET).get("what", "")
    if what not in CaseAnswer:
        return _show(request, shop, asked, choices=choices())
    is_proven = access.is_proven(request, order, now=now)
    # Whoever takes another address back needs the same proof as whoever gave it.
    if CaseAnswer.ADDRESS in {what, found.answer} and not is_proven:
        path = reverse("portal:verify", args=[shop.slug, token])
        return redirect(f"{path}?{urlencode({'then': case})}")
    asked = replace(asked, what=CaseAnswer(what), is_proven=is_proven)
    return _answered(request, shop, asked, now=now)


def _case(token: str, case: UUID, *, now: datetime) -> tuple[Order | None, ParcelCase | None]:
    """Find a case by the link of its order: whoever has another order's link finds nothing."""
    try:
        order, link = access.open_link(token, now=now)
    except BadLink:
        return None, None
    rows = ParcelCase.objects.filter(public_id=case, shipment__order_id=order.pk)
    found = rows.filter(shipment__withdrawn_at=None).select_related("shipment").first()
    if link.expired or found is None:
        return None, None
    found.shipment.order = order
    return order, found


def _answered(request: HttpRequest, shop: Shop, asked: Asked, *, now: datetime) -> HttpResponse:
    case, what = asked.case, asked.what
    typed = request.POST if request.method == "POST" else None
    form = form_for(what, typed, days=slots(case.shipment, now=now))
    status = 200
    if form.is_valid() and form.cleaned_data.get("place") and not asked.is_proven:
        form.add_error("place", _PLACE_NEEDS_PROOF)
    if form.is_valid():
        tries = hit(f"answer:{case.public_id}", limit=ANSWERS_A_DAY, seconds=DAY)
        try:
            if tries.allowed:
                answer_case(case, answer=what, data=form.cleaned_data, now=now)
                return redirect("portal:order", shop.slug, asked.token)
            status = 429
            form.add_error(None, wait_text(tries.retry_after_seconds))
        except BadAnswer as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, str(refusal.reason))
        except Refused as refusal:
            form.add_error(None, str(refusal.reason))
    return _show(request, shop, asked, form=form, status=status)


def _show(
    request: HttpRequest, shop: Shop, asked: Asked, *, status: int = 200, **more: Any
) -> HttpResponse:
    shipment = asked.case.shipment
    context = {
        "token": asked.token,
        "what": asked.what,
        "country": shipment.to_country or shop.merchant.country,
        "help_subject": _("Order %(number)s") % {"number": shipment.order.number},
        **more,
    }
    return render(request, "portal/answer.html", frame(request, shop, **context), status=status)
