"""The editor of a shop's look: a form that keeps a draft, beside what the draft looks like."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from merchants.actions.brands import (
    ChangedMeanwhile,
    NoDraft,
    discard_draft,
    draft_of,
    mark,
    publish_draft,
    save_draft,
)
from merchants.appearance import tokens_of
from merchants.models import Appearance, Brand
from merchants.policy import Permission
from postpurchase.dashboard.brand.forms import LookForm
from postpurchase.dashboard.brand.links import LinkRows
from postpurchase.dashboard.brand.preview import preview_of
from postpurchase.dashboard.brand.words import choices_of, logo_url
from postpurchase.lib.colour import in_words
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame

FRAMES = {"frame-src": [SELF]}


@require_http_methods(["GET", "HEAD", "POST"])
@csp_update(FRAMES)  # type: ignore[arg-type]  # typed for views without arguments
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the editor; POST keeps the draft, and publishes it if asked to."""
    return (_save if request.method == "POST" else _show)(request, slug)


@merchant_page(Permission.LOOK)
def _show(request: HttpRequest, place: Place) -> HttpResponse:
    draft = draft_of(place.merchant.pk)
    look: Appearance = draft or Brand.of(place.merchant)
    return _page(request, place, form=LookForm(look=look), rows=LinkRows.of(look.links))


@merchant_page(Permission.SET_UP)
def _save(request: HttpRequest, place: Place) -> HttpResponse:
    draft = draft_of(place.merchant.pk)
    look: Appearance = draft or Brand.of(place.merchant)
    act = request.POST.get("act", "")
    form = LookForm(request.POST, request.FILES, look=look)
    rows = LinkRows.sent(request.POST, act=act)
    conflict = None
    if all([form.is_valid(), rows.is_valid()]):
        try:
            return _kept(request, place, act=act, look=form.look() | {"links": rows.values()})
        except ChangedMeanwhile as refusal:
            conflict = refusal
    return _page(request, place, form=form, rows=rows, conflict=conflict)


def _kept(request: HttpRequest, place: Place, *, act: str, look: dict[str, Any]) -> HttpResponse:
    """Keep the draft, do what the button says, and go on. Raises ChangedMeanwhile."""
    now = timezone.now()
    # Who was told of the other draft and goes on all the same has seen that one.
    seen = request.POST.get("overwrite") or request.POST.get("seen", "")
    draft = save_draft(place.merchant, look, seen=seen, by=place.user, now=now)
    if act == "publish":
        return _published(request, place, seen=mark(draft) if draft.pk else seen)
    if request.htmx:  # type: ignore[attr-defined]  # set by django_htmx
        form, rows = LookForm(look=draft), LinkRows.of(look["links"])
        return _page(request, place, form=form, rows=rows)
    if not act.startswith("link-"):
        messages.success(request, _("The draft is saved. Shoppers see it once you publish it."))
    url = reverse("dashboard:brand", args=[place.slug])
    anchor = "#links" if act.startswith("link-") else "#preview" if act == "preview" else ""
    return redirect(f"{url}{anchor}")


def _published(request: HttpRequest, place: Place, *, seen: str) -> HttpResponse:
    try:
        publish_draft(place.merchant, seen=seen, by=place.user, now=timezone.now())
    except NoDraft:
        messages.info(request, _("Nothing differs: shoppers see this look already."))
    else:
        messages.success(request, _("Published. Shoppers see this look from now on."))
    return redirect("dashboard:brand", place.slug)


@require_POST
@merchant_page(Permission.SET_UP)
def discard(request: HttpRequest, place: Place) -> HttpResponse:
    """Throw the draft away; the look in force stays."""
    try:
        discard_draft(place.merchant, seen=request.POST.get("seen", ""), by=place.user)
    except ChangedMeanwhile as refusal:
        messages.warning(request, f"{refusal.reason} {_('It was not discarded.')}")
    else:
        messages.success(request, _("The draft is discarded. This is the look in force."))
    return redirect("dashboard:brand", place.slug)


def _page(
    request: HttpRequest,
    place: Place,
    *,
    form: LookForm,
    rows: LinkRows,
    conflict: ChangedMeanwhile | None = None,
) -> HttpResponse:
    """Show the editor; to what posts while somebody types, only what a saved draft changes."""
    draft = draft_of(place.merchant.pk)
    seen = request.POST.get("seen", "") if form.is_bound else mark(draft)
    context = {
        "form": form,
        "rows": rows,
        "draft": draft,
        "seen": seen,
        "conflict": conflict,
        "newest": mark(draft),
        "has_draft": draft is not None,
        "may_edit": place.may(Permission.SET_UP),
        "colour_words": in_words(tokens_of(_shown(form))),
        "colours": tokens_of(_shown(form)),
        "logo_url": logo_url(form.logo_name),
        "has_new_logo": bool(request.FILES) or "logo-clear" in request.POST,
        "choices": choices_of(form),
        "preview": preview_of(request, place),
    }
    whole = frame(request, place, **context)
    if request.method == "POST" and request.htmx:  # type: ignore[attr-defined]  # of django_htmx
        response = render(request, "dashboard/brand/_saved.html", whole)
        return response if form.is_bound else trigger_client_event(response, "look-changed")
    status = 409 if conflict else 200
    return render(request, "dashboard/brand/editor.html", whole, status=status)


def _shown(form: LookForm) -> Appearance:
    """Give the colour that is typed if it is one, else the one from before."""
    typed = getattr(form, "cleaned_data", {}).get("colour")
    return Brand(colour=typed) if typed else form.shown
