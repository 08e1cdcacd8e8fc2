"""Secrets that are shown once: sealed until the next page shows them, then gone."""

from __future__ import annotations

import time

from django.http import HttpRequest

from postpurchase.lib.crypto import seal, unseal

KEPT_FOR = 600  # seconds


def show_once(request: HttpRequest, name: str, secret: str) -> None:
    """Keep a secret for the next page that asks for it by this name."""
    request.session[f"once.{name}"] = [seal(secret), time.time()]


def shown_once(request: HttpRequest, name: str) -> str:
    """Give the secret of this name and forget it; nothing where there is none any more."""
    kept = request.session.pop(f"once.{name}", None)
    if not kept or time.time() - kept[1] > KEPT_FOR:
        return ""
    try:
        return unseal(kept[0])
    except ValueError:
        return ""
