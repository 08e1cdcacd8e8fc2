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
from tracking.models import Shipment
from tracking.rendering import ParcelView, parcel_view
from tracking.statuses import Cause, Milestone, Party

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
        "parcels": _parcels(),
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


def _parcels() -> list[ParcelView]:
    """Make up a parcel in each state that shoppers read."""
    states: list[dict[str, Any]] = [
        {"milestone": Milestone.LABEL_CREATED, "next_look_at": AT + timedelta(days=3)},
        {"milestone": Milestone.IN_TRANSIT, **_expected(1)},
        {"milestone": Milestone.IN_TRANSIT, **_expected(4), "cause": Cause.WEATHER},
        {"milestone": Milestone.OUT_FOR_DELIVERY},
        {"milestone": Milestone.ATTEMPT_FAILED, "cause": Cause.RECIPIENT_ABSENT},
        {"milestone": Milestone.READY_FOR_PICKUP},
        {"milestone": Milestone.EXCEPTION, "cause": Cause.ADDRESS, "must_act": Party.RECIPIENT},
        {"milestone": Milestone.DELIVERED, "delivered_at": AT},
        {"milestone": Milestone.RETURNING, "cause": Cause.REFUSED},
        {"milestone": Milestone.RETURNED},
        {"milestone": Milestone.LOST, "last_scan_at": AT - timedelta(days=20)},
        {"milestone": Milestone.CANCELLED},
        {"milestone": Milestone.EXPIRED},
    ]
    return [
        parcel_view(_parcel(place, **state), now=AT + timedelta(minutes=12))
        for place, state in enumerate(states)
    ]


def _expected(days: int) -> dict[str, date]:
    first = AT.date() + timedelta(days=days)
    named = {"expected_from": first, "expected_until": first + timedelta(days=1)}
    return named | {"promised_from": date(2026, 11, 24), "promised_until": date(2026, 11, 25)}


def _parcel(place: int, **state: Any) -> Shipment:
    at = (AT - timedelta(hours=9)).isoformat()
    scans = [
        {"at": AT.isoformat(), "milestone": state["milestone"], "place": "BERLIN", "text": "HUB 7"},
        {"at": at, "milestone": Milestone.IN_TRANSIT, "place": "Leipzig, DE", "country": "DE"},
    ]
    number = f"JJD0003900075541421{place:02}"
    facts = {"carrier": "dhl_paket", "since": AT, "heard_at": AT, "to_country": "DE"}
    return Shipment(number=number, recent=scans, **(facts | state))


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
