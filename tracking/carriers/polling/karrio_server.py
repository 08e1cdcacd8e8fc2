"""A self-hosted Karrio server, asked about the parcels of one of its carriers. https://docs.karrio.io

Asking adds the parcel to its trackers, which it keeps up to date by itself; with a webhook set up
(`tracking.carriers.karrio`) it need not be asked at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tracking.carriers import karrio
from tracking.carriers.asking import Request, post_json
from tracking.carriers.base import ParcelDoc, Unreadable, object_of, rows_of
from tracking.carriers.documents import json_document
from tracking.carriers.polling.form import Field, Poller
from tracking.carriers.polling.reading import refusal
from tracking.carriers.tokens import Credentials

ERRORS = {
    "authentication_failed": "auth",
    "not_authenticated": "auth",
    "not_found": "not_found",
    "tracking_error": "not_found",
}


def read(document: Any, number: str = "") -> list[ParcelDoc]:
    """Read a tracker, or the server's errors, or the carrier's that it passes on."""
    try:
        return karrio.read(document)
    except Unreadable:
        answer = object_of(document)
        told = rows_of(answer.get("errors")) or rows_of(answer.get("messages"))
        if not told:
            raise
        raise refusal(ERRORS, told[0].get("code"), told[0].get("message")) from None


def request(credentials: Credentials, numbers: Sequence[str]) -> Request:
    """Add a tracker, or get the one that is there."""
    return post_json(
        f"{credentials['base_url']}/v1/trackers",
        {"tracking_number": numbers[0], "carrier_name": credentials["carrier"]},
        headers={"Accept": "application/json", "Authorization": f"Token {credentials['api_key']}"},
    )


POLLER = Poller(
    name="karrio_server",
    label="Karrio server",
    serves=(),
    fields=(
        Field("api_key", _("API key"), is_secret=True),
        Field("carrier", _("Carrier, as Karrio calls it")),
        Field("base_url", _("Address of the server")),
    ),
    words=karrio.STATUSES,
    request=request,
    decode=json_document,
    read=read,
    rate=5,
    burst=10,
)
