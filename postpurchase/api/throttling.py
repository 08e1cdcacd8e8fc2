"""How often a key may ask. A batch counts as one request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from merchants.models import ApiKey
from postpurchase.lib.throttle import hit

if TYPE_CHECKING:
    # Importing it for real would be a circle: the framework's views import this module.
    from rest_framework.views import APIView

SECONDS = 60


class KeyThrottle(BaseThrottle):
    """Counts the requests of a key in windows of a minute."""

    retry_after_seconds = 0

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request, note what its answer shall say, and tell whether it may go on."""
        assert isinstance(request.auth, ApiKey)
        limit = settings.API_REQUESTS_PER_MINUTE
        tried = hit(f"api:{request.auth.pk}", limit=limit, seconds=SECONDS)
        self.retry_after_seconds = tried.retry_after_seconds
        headers = {
            "RateLimit-Limit": str(limit),
            "RateLimit-Remaining": str(max(limit - tried.count, 0)),
        }
        request.rate_limit_headers = headers  # type: ignore[attr-defined]  # read by MerchantView
        return tried.allowed

    def wait(self) -> float:
        """Give the seconds after which the key may ask again."""
        return self.retry_after_seconds
