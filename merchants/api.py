"""What all of the API's views share: whose rows are meant, and acts that are done once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import wraps
from typing import Any, ClassVar, TypeVar, cast

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.views import APIView

from merchants import idempotency
from merchants.models import ApiKey
from merchants.statuses import Scope
from postpurchase.lib.problems import Problem, answer, invalid
from postpurchase.lib.tenancy import acting_for

LONGEST_KEY = 255

Act = TypeVar("Act", bound=Callable[..., HttpResponse])


class MerchantView(APIView):
    """A view that works for the merchant of the caller's key."""

    read_scope: ClassVar[Scope] = Scope.ORDERS_READ
    write_scope: ClassVar[Scope] = Scope.ORDERS_WRITE
    http_method_names: Sequence[str] = ("get", "head", "put", "post")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer while acting for the merchant."""
        with ExitStack() as self.merchant:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the caller in, then act for their merchant."""
        super().initial(request, *args, **kwargs)
        self.merchant.enter_context(acting_for(key_of(request).merchant_id))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say how much the caller may still ask for."""
        final = super().finalize_response(request, response, *args, **kwargs)
        for name, value in getattr(request, "rate_limit_headers", {}).items():
            final.headers[name] = value
        final.headers.setdefault("Cache-Control", "no-store")
        return final


def key_of(request: Request) -> ApiKey:
    """Give the key that a request came with."""
    assert isinstance(request.auth, ApiKey)
    return request.auth


def body_of(request: Request) -> bytes:
    """Give a JSON body as it was sent. Raises Problem: other type, too large, cut short."""
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem(415, "unsupported-media-type", "Send the body as application/json.")
    if "Transfer-Encoding" in request.headers:
        # WSGI tells no length of such a body, so nothing of it would be read.
        raise Problem(411, "length-required", "Send the body in one piece, with Content-Length.")
    try:
        return bytes(request.body)
    except RequestDataTooBig:
        raise Problem(413, "too-large", "The body is larger than 12 MB.") from None
    except UnreadablePostError:
        raise Problem(400, "malformed", "The body ended before it was complete.") from None


def once(act: Act) -> Act:
    """Let a write heed the header Idempotency-Key: the act is done once, its answer repeated."""

    @wraps(act)
    def act_once(view: APIView, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return act(view, request, *args, **kwargs)
        begun = _begin(request, key)
        if isinstance(begun, idempotency.Stored):
            return _replay(begun)
        return _do(begun, lambda: act(view, request, *args, **kwargs))

    return cast(Act, act_once)


def _begin(request: Request, key: str) -> idempotency.Lease | idempotency.Stored:
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise invalid("Idempotency-Key", "Use 1 to 255 printable ASCII characters.")
    scope = f"api:{request.method} {request.path}"
    parts = (scope.encode(), request.META.get("QUERY_STRING", "").encode(), body_of(request))
    if len(scope) > 60:
        scope = f"{scope[:27]} {hashlib.sha256(scope.encode()).hexdigest()[:32]}"
    try:
        return idempotency.begin(
            merchant_id=key_of(request).merchant_id,
            scope=scope,
            key=key,
            request_hash=hashlib.sha256(b"\0".join(parts)).hexdigest(),
            now=timezone.now(),
        )
    except idempotency.Reused:
        raise Problem(
            422, "idempotency-key-reused", "This Idempotency-Key was used for another request."
        ) from None
    except idempotency.AtWork as error:
        raise _at_work(error.retry_after_seconds) from None


def _at_work(seconds: int) -> Problem:
    return Problem(
        409,
        "request-at-work",
        "The first request with this Idempotency-Key is still at work; ask again later.",
        headers={"Retry-After": str(seconds)},
    )


def _do(lease: idempotency.Lease, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Do the act and keep its answer in one transaction; what failed here may be tried again."""
    try:
        with transaction.atomic():
            response = _answered(act)
            idempotency.settle(
                lease,
                status=response.status_code,
                response={
                    "body": response.content.decode(),
                    "headers": {
                        name: value
                        for name, value in response.headers.items()
                        if name in ("Content-Type", "Location")
                    },
                },
            )
    except idempotency.LeaseLost:
        raise _at_work(1) from None
    except BaseException:
        idempotency.release(lease)
        raise
    return response


def _answered(act: Callable[[], HttpResponse]) -> HttpResponse:
    """Do the act; a refusal is an answer too, and is kept like one."""
    try:
        # A refusal undoes what the act had done so far, but not the keeping of the answer.
        with transaction.atomic():
            return act()
    except Problem as problem:
        if problem.status >= 500:
            raise
        return answer(problem)


def _replay(stored: idempotency.Stored) -> HttpResponse:
    return HttpResponse(
        stored.response["body"],
        status=stored.status,
        headers={**stored.response["headers"], "Idempotent-Replayed": "true"},
    )
