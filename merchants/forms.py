"""What members of staff type: their log-in, and how their shop looks."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from merchants.models import Brand, StoreConnection
from postpurchase.lib import images
from postpurchase.lib.throttle import client_network, hit, wait_text

WINDOW = 600  # seconds
TRIES_PER_VISITOR = 20
TRIES_PER_PERSON = 20

LOGO_BYTES = 4 * 1024 * 1024
LOGO_WIDTH, LOGO_HEIGHT = 800, 400  # pixels: several times what pages and mails show


class LoginForm(AdminAuthenticationForm):
    """Address and password, so many times and no more: of one visitor, and for one person."""

    def clean(self) -> dict[str, Any]:
        """Check the password, unless there were too many tries; a try too many checks nothing."""
        person = str(self.cleaned_data.get("username", "")).strip().lower()
        assert self.request is not None
        tries = (
            hit(f"login:{client_network(self.request)}", limit=TRIES_PER_VISITOR, seconds=WINDOW),
            hit(f"login-person:{person}", limit=TRIES_PER_PERSON, seconds=WINDOW),
        )
        wait = max(each.retry_after_seconds for each in tries)
        if wait:
            raise ValidationError(wait_text(wait), code="too_many_tries")
        return super().clean()


class BrandForm(forms.ModelForm[Brand]):
    """A shop's look; its logo is written anew, so that nothing but a picture is served."""

    def clean_logo(self) -> object:
        """Give the logo as a small PNG under a name of ours; one that is here already stays."""
        logo = self.cleaned_data["logo"]
        if not isinstance(logo, UploadedFile):
            return logo
        if (logo.size or 0) > LOGO_BYTES:
            raise ValidationError(_("The logo is larger than 4 MB."))
        logo.seek(0)
        try:
            picture = images.small(logo.read(), width=LOGO_WIDTH, height=LOGO_HEIGHT)
        except images.NotAPicture as error:
            raise ValidationError(_("Use a picture in PNG, JPEG, WebP or GIF.")) from error
        return ContentFile(images.png(picture), name=f"{secrets.token_hex(8)}.png")


class ConnectionForm(forms.ModelForm[StoreConnection]):
    """A connection, and the secret that its shop system chose itself, as Shopify does."""

    own_secret = forms.CharField(
        label=_("The shop system’s secret"),
        help_text=_(
            "Leave it empty to keep the present one. After a change the old one works for two days."
        ),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
