"""Every component in its states, for those who design and for the tests. Demo and debug only."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from postpurchase.lib.locales import day_text, days_text
from postpurchase.lib.money import Money
from postpurchase.portal.states import STEPS_DONE, steps

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


class SampleForm(forms.Form):
    """A form with one right and one wrong answer."""

    number = forms.CharField(label="Order number", help_text="For example #1042.")
    contact = forms.EmailField(
        label="E-mail address", error_messages={"required": "Enter your e-mail address"}
    )


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show all components; there is no such page in production."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404("only in demo and debug")
    form = SampleForm({"number": "#1042", "contact": ""}, use_required_attribute=False)
    context = {"form": form, **_order_parts(), **_desk_parts(), "shop": None}
    return render(request, "components/gallery.html", context)


def _order_parts() -> dict[str, Any]:
    lines = [
        _line("Rain jacket", "Blue / M", quantity=1, total=8900),
        _line("Wool socks, pack of three with a name that takes more than one row", "", 3, 2400),
        _line("Thermos flask", "Green", quantity=1, total=2900, cancelled=1),
    ]
    package = SimpleNamespace(
        carrier="DHL",
        number="00340434161094042557",
        url="https://example.com/track",
        shipped_at=AT,
        lines=[(lines[0], 1), (lines[1], 2)],
    )
    words = ["Label made", "Handed over", "Payment confirmed", "We received your order"]
    return {
        "lines": lines,
        "package": package,
        "events": [
            {"at": AT - timedelta(hours=5 * at), "text": text} for at, text in enumerate(words)
        ],
        "arrives": days_text(date(2026, 11, 24), date(2026, 11, 25)),
        "ships_by": _("We hand it over by %(day)s.") % {"day": day_text(date(2026, 11, 23))},
        "all_steps": [steps(done) for done in range(STEPS_DONE + 1)],
        "rows": [
            {"label": "Items", "amount": Money(11300, "EUR")},
            {"label": "Delivery", "amount": Money(490, "EUR")},
        ],
        "total": Money(11790, "EUR"),
        "actions": [
            {"url": "#", "label": "Change or cancel", "icon": "pencil", "is_main": True},
            {"url": "#", "label": "Find your order", "icon": "search"},
        ],
        "tones": [
            ("", "package", "Being packed"),
            ("ok", "circle-check", "Delivered"),
            ("info", "truck", "On its way"),
            ("warn", "clock", "New date"),
            ("bad", "circle-alert", "Not delivered"),
        ],
    }


def _desk_parts() -> dict[str, Any]:
    return {
        "choices": [
            {"value": "a", "label": "Exchange", "note": "Another size or colour", "checked": True},
            {"value": "b", "label": "Money back", "note": "€47.00 to Visa •4242"},
            {"value": "c", "label": "Repair", "note": "Not for this item", "disabled": True},
        ],
        "answers": [
            {"question": "What", "answer": "1 × Rain jacket", "url": "#"},
            {"question": "Why", "answer": "It is too small", "url": "#"},
        ],
        "messages_shown": [
            {"author": "Ana", "at": AT, "text": "Where is my jacket?", "own": True},
            {"author": "Shop", "at": AT, "text": "It arrives tomorrow.", "own": False},
        ],
        "tasks": [
            {"label": "Brand", "url": "#", "icon": "check", "status": "Done", "tone": "ok"},
            {"label": "Carrier", "url": "#", "icon": "circle", "status": "To do", "tone": ""},
        ],
    }


def _line(
    title: str, variant: str, quantity: int, total: int, *, cancelled: int = 0
) -> SimpleNamespace:
    return SimpleNamespace(
        title=title,
        variant=variant,
        quantity=quantity,
        cancelled=cancelled,
        total=Money(total, "EUR"),
        picture_url=None,
        initials="".join(word[0] for word in title.split()[:2]).upper(),
    )


urlpatterns = [path("", gallery, name="gallery")]
