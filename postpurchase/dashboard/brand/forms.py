"""What a merchant types about its look."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from merchants.actions.brands import LOOK, values_of_look
from merchants.actions.logos import BadLogo, is_stored, store_logo
from merchants.models import Appearance
from merchants.statuses import ConfirmationStyle, Corners, Font, Tone
from postpurchase.lib import colour

FOOTER_AT_MOST = 1_000


def one_line(text: str) -> None:
    """Refuse what could end a header of a mail."""
    if not text.isprintable():
        raise ValidationError(_("Use letters, digits and signs only, on one line"))


class LookForm(forms.Form):
    """A shop's look without its links, which `LinkRows` reads."""

    use_required_attribute = False

    colour = forms.CharField(
        label=_("Colour"),
        max_length=20,
        error_messages={"required": _("Enter a colour such as #2f5d50")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    colour_picked = forms.CharField(
        label=_("Pick a colour"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG, WebP or GIF, up to 4 MB. We fit it into 800 × 400 pixels."),
        error_messages={
            "empty": _("The file is empty"),
            "contradiction": _("Either choose a logo or remove it, not both"),
        },
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}
        ),
    )
    stored_logo = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    corners = forms.ChoiceField(label=_("Corners"), choices=Corners.choices)
    font = forms.ChoiceField(label=_("Letters"), choices=Font.choices)
    tone = forms.ChoiceField(label=_("Tone"), choices=Tone.choices)
    confirmation_style = forms.ChoiceField(
        label=_("The confirmation mail begins with"), choices=ConfirmationStyle.choices
    )
    footer = forms.CharField(
        label=_("Footer"),
        help_text=_("Shown at the foot of pages and mails, above your imprint."),
        required=False,
        max_length=FOOTER_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sender_name = forms.CharField(
        label=_("Sender’s name"),
        help_text=_("Empty: the name of the shop."),
        required=False,
        max_length=100,
        validators=[one_line],
    )
    sender_email = forms.EmailField(
        label=_("Sender’s address"),
        help_text=_("Mails come from here, and answers go here."),
        required=False,
        max_length=254,
        error_messages={"invalid": _("Enter an e-mail address such as orders@your-shop.com")},
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    shows_credit = forms.BooleanField(
        label=_("Show “Powered by Postpurchase” in the footer"), required=False
    )

    def __init__(self, data: Any = None, files: Any = None, *, look: Appearance) -> None:
        self.shown = look
        values = values_of_look(look)
        initial = {**values, "colour_picked": look.colour, "stored_logo": values["logo"]}
        super().__init__(data, files, initial=initial)

    def clean_colour(self) -> str:
        """Bring it to the form #rrggbb."""
        try:
            return colour.parse(self.cleaned_data["colour"])
        except colour.BadColour as error:
            raise ValidationError(_("Enter a colour such as #2f5d50")) from error

    def clean_colour_picked(self) -> str:
        """Take what the browser's own picker gave, if it has one."""
        try:
            return colour.parse(self.cleaned_data["colour_picked"])
        except colour.BadColour:
            return ""

    def clean_logo(self) -> object:
        """Keep a new logo at once, so that it is not lost if something else is wrong."""
        logo = self.cleaned_data["logo"]
        if not isinstance(logo, UploadedFile):
            return logo
        try:
            return store_logo(logo)
        except BadLogo as refusal:
            raise ValidationError(str(refusal.reason)) from refusal

    def clean(self) -> dict[str, Any]:
        """Let the picker win where the typed colour was left as it was."""
        data = super().clean() or {}
        picked, was = data.get("colour_picked"), self.shown.colour.lower()
        if picked and picked != was and data.get("colour") == was:
            data["colour"] = picked
        return data

    @property
    def logo_name(self) -> str:
        """Give the logo that will be shown: the new one, the one from before, or none."""
        if not self.is_bound:
            return str(self.initial["logo"])
        logo = getattr(self, "cleaned_data", {}).get("logo")
        if logo is False:
            return ""
        if isinstance(logo, str) and logo:
            return logo
        stored = str(self.data.get("stored_logo", ""))
        known = stored == self.initial["logo"] or is_stored(stored)
        return stored if known else ""

    def look(self) -> dict[str, Any]:
        """Give the look, but for its links; the form is valid."""
        data = {name: self.cleaned_data[name] for name in LOOK if name in self.cleaned_data}
        return data | {"logo": self.logo_name}
