"""Who calls: a key in `Authorization: Bearer pp_…`, and what it may do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from merchants.models import ApiKey
from postpurchase.lib.crypto import digest

if TYPE_CHECKING:
    # Importing it for real would be a circle: the framework's views import this module.
    from rest_framework.views import APIView

NOTED_EVERY = timedelta(minutes=1)


class KeyAuthentication(BaseAuthentication):
    """Finds the key by its hash. Missing, unknown and revoked keys get the same answer."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey]:
        """Give the key as `request.auth`. Raises AuthenticationFailed."""
        scheme, _, plain = request.headers.get("Authorization", "").partition(" ")
        key = _key(plain.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            raise AuthenticationFailed
        _note_use(key, now=timezone.now())
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme that a 401 asks for."""
        return 'Bearer realm="postpurchase"'


def _key(plain: str) -> ApiKey | None:
    return (
        ApiKey.every.filter(digest=digest(plain), revoked_at=None, merchant__is_active=True)
        .select_related("merchant")
        .first()
    )


def _note_use(key: ApiKey, *, now: datetime) -> None:
    """Note when the key was used; at most once a minute, so that reads stay reads."""
    if key.last_used_at and now - key.last_used_at < NOTED_EVERY:
        return
    ApiKey.every.filter(
        Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY), pk=key.pk
    ).update(last_used_at=now)


class HasScope(BasePermission):
    """Lets a key do what its scopes name: reading or writing."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the key has the scope that the view needs for this method."""
        if not isinstance(request.auth, ApiKey):
            return False
        kind = "read_scope" if request.method in SAFE_METHODS else "write_scope"
        return getattr(view, kind, None) in request.auth.scopes
