"""What shoppers type: the look-up, the address for links, the one-time code."""

from __future__ import annotations

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tracking.detection import compact


class PlainForm(forms.Form):
    """A form whose errors we word ourselves, the same in every browser."""

    use_required_attribute = False


class LookupForm(PlainForm):
    """An order number, and something that only the buyer knows."""

    number = forms.CharField(
        label=_("Order number"),
        help_text=_("It is in the subject of our mails, for example #1042."),
        max_length=200,
        error_messages={"required": _("Enter your order number")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    contact = forms.CharField(
        label=_("E-mail address or postcode"),
        help_text=_("As you gave it when you ordered. Your phone number works as well."),
        max_length=320,
        error_messages={"required": _("Enter the e-mail address or the postcode of your order")},
        widget=forms.TextInput(
            attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}
        ),
    )


class NumberForm(PlainForm):
    """A tracking number alone."""

    number = forms.CharField(
        label=_("Tracking number"),
        help_text=_("It is in our mail about your package, for example JJD000390007554000000."),
        max_length=200,
        error_messages={"required": _("Enter the tracking number")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_number(self) -> str:
        """Write it as carriers do, however it was typed."""
        number = compact(self.cleaned_data["number"])
        if not number.strip("./"):
            raise ValidationError(_("Enter the tracking number"))
        return number


class LinksForm(PlainForm):
    """The address to which links may go."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The one you ordered with."),
        max_length=320,
        error_messages={
            "required": _("Enter your e-mail address"),
            "invalid": _("Enter an e-mail address such as name@example.com"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class CodeForm(PlainForm):
    """Six digits from a mail, however they were copied."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits. It is valid for 10 minutes."),
        max_length=40,
        error_messages={"required": _("Enter the code from our mail")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        """Keep the digits: spaces, hyphens and digits of other scripts are fine."""
        digits = re.sub(r"[\s\-.]", "", unicodedata.normalize("NFKC", self.cleaned_data["code"]))
        if not re.fullmatch(r"[0-9]{6}", digits):
            raise ValidationError(_("The code has six digits"))
        return digits
