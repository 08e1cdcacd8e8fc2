"""What every door for other systems' deliveries checks before it believes anything."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar
from uuid import UUID

from django.http import HttpRequest, JsonResponse

REMEMBERED_FOR = 5.0  # seconds
REMEMBERED_AT_MOST = 1000
UNSIGNED = "The signature does not fit."

Row = TypeVar("Row")


class Remembered(Generic[Row]):
    """Whose door an address is: the row that `find(public_id, kind)` gives, kept for seconds.

    What is not there is asked for each time: only addresses of ours are remembered.
    """

    def __init__(self, find: Callable[[UUID, str], Row | None]) -> None:
        self._find = find
        self._rows: dict[tuple[UUID, str], tuple[float, Row]] = {}

    def get(self, public_id: UUID, kind: str) -> Row | None:
        """Give the row; one seen in the last seconds is not read again."""
        known = self._rows.get((public_id, kind))
        if known and time.monotonic() - known[0] < REMEMBERED_FOR:
            return known[1]
        return self.fresh(public_id, kind)

    def fresh(self, public_id: UUID, kind: str) -> Row | None:
        """Read the row anew, as after a secret was changed a moment ago."""
        row = self._find(public_id, kind)
        if len(self._rows) > REMEMBERED_AT_MOST:
            self._rows.clear()
        if row is None:
            self._rows.pop((public_id, kind), None)
        else:
            self._rows[(public_id, kind)] = (time.monotonic(), row)
        return row

    def clear(self) -> None:
        """Forget all of them."""
        self._rows.clear()


def headers_of(request: HttpRequest) -> dict[str, str]:
    """Give the headers of a request, their names in lower case."""
    return {name.lower(): value for name, value in request.headers.items()}


def refusal_of_form(request: HttpRequest, *, most_megabytes: int) -> JsonResponse | None:
    """Refuse a body that cannot be read whole: 411 sent in chunks, 413 too large.

    Of a body in chunks WSGI tells no length, so nothing of it would be read.
    """
    if "transfer-encoding" in request.headers:
        return answer(411, "Send the body in one piece, with Content-Length.")
    if int(request.headers.get("content-length") or 0) > most_megabytes * 1024 * 1024:
        return answer(413, f"The body is larger than {most_megabytes} MB.")
    return None


def answer(status: int, detail: str) -> JsonResponse:
    """Answer a program in one sentence."""
    return JsonResponse({"detail": detail}, status=status)
