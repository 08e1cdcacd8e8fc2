"""The form of the shop's details, each with where it is seen."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from merchants.models import Merchant
from postpurchase.lib import places

FIELDS = (
    "name",
    "legal_name",
    "postal_address",
    "country",
    "zone_name",
    "language",
    "currency",
    "support_email",
    "support_phone",
    "support_hours",
    "shop_url",
)
GROUPS = (
    (_("Who you are"), ("name", "legal_name", "postal_address", "shop_url")),
    (_("Whom shoppers ask"), ("support_email", "support_phone", "support_hours")),
    (_("Where you are"), ("country", "zone_name", "language", "currency")),
)
EFFECTS = {
    "name": _("The headline of every page and mail, and the sender of mails without another name."),
    "legal_name": _("In the imprint at the foot of every mail."),
    "postal_address": _("In the imprint at the foot of every mail."),
    "shop_url": _("The logo of pages and mails leads here. Begins with https://"),
    "support_email": _("Shown on every page and mail; answers to mails go here."),
    "support_phone": _("Shown on every page and mail. With country code, such as +49 30 1234567."),
    "support_hours": _("In your own words. Support hours set under Policies take its place."),
    "country": _("Its public holidays are no working days when you pack."),
    "zone_name": _("Deadlines and dates are read in it, also those of orders placed before."),
    "language": _("For shoppers whose language we do not know or do not speak."),
    "currency": _("For figures. Each order keeps the currency it was placed in."),
}


class ShopForm(forms.ModelForm[Merchant]):
    """A shop's details; what somebody else saved meanwhile is not overwritten unseen."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    postal_address = forms.CharField(
        label=_("Postal address"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    language = forms.ChoiceField(label=_("First language"), choices=settings.LANGUAGES)
    currency = forms.ChoiceField(label=_("Currency"))
    shop_url = forms.CharField(
        label=_("Shop address"),
        required=False,
        max_length=200,
        validators=[URLValidator(schemes=["https", "http"])],
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )

    class Meta:
        model = Merchant
        fields = FIELDS
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "support_email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "support_phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "zone_name": forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._was = fingerprint(self.instance)
        self.initial["seen"] = self._was
        _choices(self, "country", [("", _("Not said yet")), *places.countries()])
        _choices(self, "currency", places.currencies())
        for name, effect in EFFECTS.items():
            field = self.fields[name]
            field.help_text = effect
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]
        self.fields["name"].error_messages["required"] = _("Enter the shop’s name.")
        self.fields["zone_name"].error_messages["required"] = _("Enter a time zone.")
        self.fields["support_email"].error_messages["invalid"] = _(
            "Enter an e-mail address such as help@example.com."
        )
        self.fields["shop_url"].validators[0].message = _(  # type: ignore[attr-defined]
            "Enter a web address such as https://example.com."
        )

    def clean_zone_name(self) -> str:
        """Take a zone by its whole name in any case of letters, or by its city alone."""
        typed = str(self.cleaned_data["zone_name"]).strip().replace(" ", "_").casefold()
        known = places.zones()
        exact = [zone for zone in known if zone.casefold() == typed]
        cities = [zone for zone in known if zone.casefold().endswith(f"/{typed}")]
        found = exact or cities
        if len(found) != 1:
            raise ValidationError(_("Choose a time zone from the list, such as Europe/Berlin."))
        return found[0]

    def clean_support_phone(self) -> str:
        """Want at least three digits, and no letters that a phone cannot dial."""
        phone = str(self.cleaned_data["support_phone"]).strip()
        if phone and (sum(map(str.isdigit, phone)) < 3 or any(map(str.isalpha, phone))):
            raise ValidationError(_("Enter a phone number such as +49 30 1234567."))
        return phone

    def clean(self) -> dict[str, Any]:
        """Refuse where somebody else saved since this form was opened."""
        cleaned = super().clean() or {}
        if cleaned.get("seen") and cleaned["seen"] != self._was:
            raise ValidationError(
                _(
                    "Somebody saved these details while you had them open. Open the page again "
                    "to see theirs; what you typed is still here."
                ),
                code="stale",
            )
        return cleaned


def fingerprint(merchant: Merchant) -> str:
    """Give what tells one state of the details from another."""
    values = json.dumps([str(getattr(merchant, name)) for name in FIELDS])
    return hashlib.sha256(values.encode(errors="replace")).hexdigest()


def _choices(form: forms.BaseForm, name: str, choices: list[tuple[str, Any]]) -> None:
    """Offer choices; a value that is stored already stays possible."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    stored = str(form.initial.get(name, ""))
    known = {code for code, _name in choices}
    field.choices = choices if stored in known else [(stored, stored), *choices]
