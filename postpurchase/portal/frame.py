"""What every page's template gets besides its own subject."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from postpurchase.portal import language
from postpurchase.portal.shop import Shop


def frame(request: HttpRequest, shop: Shop, **subject: Any) -> dict[str, Any]:
    """Give the shop, the languages on offer, and the page's own subject."""
    return {
        "shop": shop,
        "languages": language.choices(request),
        "has_form": "form" in subject,
        "help_subject": "",
        **subject,
    }
