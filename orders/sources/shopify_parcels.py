"""What Shopify hears from carriers: fulfilment events, and the status on top of a fulfilment.

The fields: https://shopify.dev/docs/api/admin-rest/latest/resources/fulfillmentevent
"""

from datetime import date

from orders.sources.base import ParcelSeen, Unusable
from orders.sources.document import FulfilmentDoc
from orders.sources.foreign import JsonObject, first_text, moment, text
from orders.sources.shopify_parts import gid, gid_of, required_order

MOST_OF_A_PLACE = 300


def parcel_seen(document: JsonObject) -> ParcelSeen:
    """Read a fulfilment event. Raises Unusable without a fulfilment, a status or a moment."""
    fulfilment_id = gid_of("Fulfillment", document.get("fulfillment_id"))
    code = text(document.get("status"), limit=100).lower()
    at = moment(document.get("happened_at")) or moment(document.get("created_at"))
    if not fulfilment_id or not code or at is None:
        raise Unusable("The event does not say what happened to which fulfilment, and when.")
    parts = (text(document.get(name), limit=100) for name in ("city", "province"))
    return ParcelSeen(
        order_id=required_order(document),
        fulfilment_id=fulfilment_id,
        code=code,
        at=at,
        event_id=gid("FulfillmentEvent", document),
        text=text(document.get("message")),
        place=", ".join(filter(None, parts))[:MOST_OF_A_PLACE],
        country=_country(document),
        expected_on=_day(document.get("estimated_delivery_at")),
    )


def status_of_parcel(
    document: JsonObject, order_id: str, stated: FulfilmentDoc
) -> list[ParcelSeen]:
    """Give how a fulfilment stands on its way, as far as the shop says it."""
    code = text(document.get("shipment_status"), limit=100).lower()
    expected_on = _day(document.get("estimated_delivery_at"))
    if stated.state != "success" or stated.updated_at is None or not (code or expected_on):
        return []
    seen = ParcelSeen(
        order_id=order_id,
        fulfilment_id=stated.external_id,
        code=code,
        at=stated.updated_at,
        expected_on=expected_on,
        is_status=True,
    )
    return [seen]


def _country(document: JsonObject) -> str:
    found = first_text(document.get("country_code"), document.get("country"), limit=100)
    return found.upper() if len(found) == 2 and found.isascii() and found.isalpha() else ""


def _day(value: object) -> date | None:
    """Give the day where the parcel is to arrive: the one that is written, whatever the offset."""
    if moment(value) is None:
        return None
    try:
        return date.fromisoformat(text(value)[:10])
    except ValueError:
        return None
