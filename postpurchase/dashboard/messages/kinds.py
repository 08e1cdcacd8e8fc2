"""Which kinds of messages go out, what each is like, and one of them for oneself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from merchants.actions import Edit
from merchants.policy import Permission
from merchants.statuses import SettingsPage
from notifications.actions.choosing import choose_kind, send_sample
from notifications.parcels import wanted_kinds
from notifications.queries import outages_of
from notifications.rendering.sample import sample_of
from notifications.statuses import ABOUT_PARCELS, MessageKind
from postpurchase.dashboard.messages.kind_words import ALWAYS, GROUPS, WORDS, Group, Words
from postpurchase.dashboard.messages.message import WIDTHS
from postpurchase.staff.access import Place, forbidden, merchant_page
from postpurchase.staff.frame import frame
from postpurchase.staff.mail_preview import MAIL_POLICY, SANDBOX, Preview, framed, preview_of_mail


@dataclass(frozen=True, slots=True)
class Row:
    """One kind in the list."""

    kind: MessageKind
    words: Words
    is_on: bool


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """List the kinds of messages about parcels, and switch one on or off."""
    if request.method == "POST":
        if not place.may(Permission.SET_UP):
            return forbidden(request, place, Permission.SET_UP)
        kind = kind_or_404(request.POST.get("kind", ""))
        _switch(request, place, kind)
        if "stay" in request.POST:
            return redirect("dashboard:messages_kind", place.slug, kind)
        return redirect("dashboard:messages_kinds", place.slug)
    wanted = wanted_kinds(place.merchant.pk)
    groups: list[tuple[Group, list[Row]]] = [
        (group, [Row(kind, WORDS[kind], kind in wanted) for kind in group.kinds])
        for group in GROUPS
    ]
    context = frame(
        request,
        place,
        groups=groups,
        always=ALWAYS,
        may_change=place.may(Permission.SET_UP),
        outages=outages_of(place.merchant.pk),
    )
    return render(request, "dashboard/messages/kinds.html", context)


@require_safe
@csp_update({"frame-src": [SELF]})
@merchant_page(Permission.LOOK)
def one(request: HttpRequest, place: Place, message_kind: str) -> HttpResponse:
    """Show what a kind of message is like, on a phone, a desktop or as plain text."""
    kind = kind_or_404(message_kind)
    view = request.GET.get("view", "")
    language = _language(request, place)
    view = view if view in {*WIDTHS, "text"} else "desktop"
    context: dict[str, Any] = {
        "kind": kind,
        "words": WORDS[kind],
        "is_on": kind in wanted_kinds(place.merchant.pk),
        "mail": _sample(place, kind, language=language),
        "view": view,
        "language": language,
        "languages": settings.LANGUAGES,
        "pixels": WIDTHS.get(view, 0),
        "sandbox": SANDBOX,
        "may_change": place.may(Permission.SET_UP),
    }
    return render(request, "dashboard/messages/kind.html", frame(request, place, **context))


@require_safe
@xframe_options_sameorigin
@csp_replace(MAIL_POLICY)
@merchant_page(Permission.LOOK)
def html(request: HttpRequest, place: Place, message_kind: str) -> HttpResponse:
    """Give the HTML of a sample for the frame: no scripts, nothing from elsewhere."""
    mail = _sample(place, kind_or_404(message_kind), language=_language(request, place))
    return framed(mail.html)


@require_POST
@merchant_page(Permission.SET_UP)
def sample(request: HttpRequest, place: Place, message_kind: str) -> HttpResponse:
    """Mail a sample to whoever asks for it."""
    kind = kind_or_404(message_kind)
    send_sample(place.merchant, kind, to=place.user, now=timezone.now())
    told = _("A sample is on its way to %(address)s.") % {"address": place.user.email}
    messages.success(request, told)
    return redirect("dashboard:messages_kind", place.slug, kind)


def kind_or_404(name: str) -> MessageKind:
    """Find a kind of message about parcels by its name in addresses."""
    if name not in ABOUT_PARCELS:
        raise Http404("no such kind")
    return MessageKind(name)


def _switch(request: HttpRequest, place: Place, kind: MessageKind) -> None:
    is_on = request.POST.get("is_on") == "1"
    edit = Edit(place.user, SettingsPage.MESSAGES, title=str(kind.label))
    choose_kind(place.merchant, kind, is_on=is_on, edit=edit, now=timezone.now())
    # Pressed twice, or by two people: it is as wanted either way.
    said = _("“%(kind)s” is sent from now on.") if is_on else _("“%(kind)s” is no longer sent.")
    messages.success(request, said % {"kind": kind.label})


def _sample(place: Place, kind: MessageKind, *, language: str) -> Preview:
    mail = sample_of(kind, place.merchant, language=language, now=timezone.now())
    return preview_of_mail(mail)


def _language(request: HttpRequest, place: Place) -> str:
    """Give the language that is asked for, else the shop's own, else ours."""
    asked = request.GET.get("language", "")
    if asked in dict(settings.LANGUAGES):
        return asked
    try:
        return get_supported_language_variant(place.merchant.language)
    except LookupError:
        return settings.LANGUAGE_CODE
