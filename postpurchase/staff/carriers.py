"""What carriers are called where sisters must be told apart: DHL Paket is not DHL Express."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracking.rendering.carriers import NAMES

SISTERS: dict[str, str | Promise] = {
    "dhl": "DHL Express",
    "dhl_paket": "DHL Paket",
    "post": _("Post (S10 numbers)"),
}


def carrier_text(carrier: str) -> str:
    """Name a carrier; one that we do not know names itself."""
    return str(SISTERS.get(carrier) or NAMES.get(carrier) or carrier.replace("_", " "))
