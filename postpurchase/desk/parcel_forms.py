"""What agents type when they correct a parcel or settle its trouble."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from postpurchase.staff.carriers import carrier_text
from tracking.detection import Candidate, Hints, candidates
from tracking.models import Shipment
from tracking.rendering.carriers import NAMES
from tracking.statuses import Cause, Milestone

EARLIEST = 2000
LONGEST_REASON = 300
LONGEST_OUTCOME = 300
OTHER = "other"


def _reason(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Enter a reason.")},
    )


class NothingToSay(forms.Form):
    """An act that asks for nothing but a yes."""


class StatusForm(forms.Form):
    """Where a parcel is by somebody's word."""

    milestone = forms.ChoiceField(
        label=_("Where it is"),
        choices=[
            ("", _("Choose one")),
            *((one.value, one.label) for one in Milestone if one != Milestone.UNKNOWN),
        ],
        error_messages={"required": _("Choose where the parcel is.")},
    )
    cause = forms.ChoiceField(
        label=_("Why it does not go on, if it does not"), choices=Cause.choices, required=False
    )
    at = forms.DateTimeField(
        label=_("Since when"),
        help_text=_("In your shop’s time zone. Scans after this moment go on from there."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": _("Enter day and time."),
            "invalid": _("Enter day and time such as 2026-11-24 14:05."),
        },
    )
    reason = _reason(_("How you know"), _("For your team, such as “The shopper rang: it is here”."))

    def clean_at(self) -> datetime:
        """Keep to moments that can be reckoned with."""
        at: datetime = self.cleaned_data["at"]
        if at.year < EARLIEST:
            raise forms.ValidationError(_("Enter a day in this century."))
        return at


class TakeBackForm(forms.Form):
    """Why a scan is wrong."""

    reason = _reason(
        _("Why it is wrong"), _("For your team, such as “This scan is of another parcel”.")
    )


class OutcomeForm(forms.Form):
    """How trouble ended."""

    outcome = forms.CharField(
        label=_("How it ended"),
        help_text=_("For your team, such as “Address passed on to the carrier”."),
        max_length=LONGEST_OUTCOME,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Enter how it ended.")},
    )


class CarrierForm(forms.Form):
    """Whose number it is: one of those whose numbers look so, or any other."""

    carrier = forms.ChoiceField(
        label=_("Carrier"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a carrier."),
            "invalid_choice": _("Choose a carrier."),
        },
    )
    another = forms.ChoiceField(label=_("If another: which"), required=False)

    def __init__(self, data: Any, *, shipment: Shipment) -> None:
        super().__init__(data, initial={"carrier": shipment.carrier or None})
        likely = likely_carriers(shipment)
        named = {one.carrier for one in likely}
        others = sorted((str(carrier_text(key)), key) for key in NAMES.keys() - named)
        self.fields["carrier"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            *((one.carrier, carrier_text(one.carrier)) for one in likely),
            (OTHER, _("Another carrier")),
        ]
        self.fields["another"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("Choose one")),
            *((key, text) for text, key in others),
        ]
        self.why = {one.carrier: why_text(one, shipment) for one in likely}

    def clean(self) -> dict[str, Any]:
        """Hold the two questions together."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("carrier") == OTHER:
            data["carrier"] = data.get("another") or ""
            if not data["carrier"] and "another" not in self.errors:
                self.add_error("another", _("Choose a carrier from the list."))
        return data


def likely_carriers(shipment: Shipment) -> list[Candidate]:
    """Give whose number it may be, the likeliest first, the one it is held for among them."""
    hints = Hints(said=shipment.carrier_said, url=shipment.url, country=shipment.to_country)
    found = candidates(shipment.number, hints) if shipment.number else []
    if shipment.carrier and shipment.carrier not in {one.carrier for one in found}:
        found.append(Candidate(shipment.carrier, "", 0, is_checked=False))
    return found[:8]


def why_text(one: Candidate, shipment: Shipment) -> str:
    """Say why a number may be a carrier's."""
    reasons = []
    if one.is_checked:
        reasons.append(str(_("the check digit fits")))
    elif one.format:
        reasons.append(str(_("the number looks like it, without a check digit")))
    if one.carrier == shipment.carrier:
        reasons.append(str(_("it is held for this now")))
    return ", ".join(reasons)
