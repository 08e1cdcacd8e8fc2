"""Delicate acts ask for the password again unless it was given in the last quarter of an hour."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import (
    is_reauthentication_required,
    suspend_request,
)
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def is_proven(request: HttpRequest) -> bool:
    """Tell whether this person has just shown who they are."""
    return not is_reauthentication_required(request, app="allauth.account")


def prove(request: HttpRequest) -> HttpResponse:
    """Ask for the password; then what was asked for is done."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    if not methods:
        return redirect("account_reset_password")
    return suspend_request(request, methods[0]["url"])  # type: ignore[no-any-return]  # allauth has no types


def needs_proof(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view be reached only by somebody who has just shown who they are."""

    @wraps(view)
    def proven(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if is_proven(request) else prove(request)

    return proven
