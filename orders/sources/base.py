"""The form that every source has, and what it may say.

A source is a module with a `SOURCE` of class `Source`: it checks a delivery's signature, says
what the delivery is (`envelope`), and later, in a worker, turns its body into facts (`facts`).
Sources know nothing of tables, merchants or the clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from orders.sources.document import FulfilmentDoc, OrderDoc, ProductDoc, RefundDoc


class Malformed(ValueError):
    """The delivery is not what its sender promised to send: answered with 400 and this reason."""


class Unusable(ValueError):
    """The delivery is of a known shape but cannot be used: kept with this reason, replayable."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What can be said of a delivery before its body is worked on."""

    topic: str
    """The sender's word for what happened, such as orders/create."""
    event_key: str
    """The same for each repeat of the same event; at most 200 characters."""
    handled: bool
    """Whether `facts` makes anything of the topic; if not it is logged and dropped."""


@dataclass(frozen=True, slots=True)
class OrderStated:
    """The shop states an order, whole."""

    order: OrderDoc


@dataclass(frozen=True, slots=True)
class RefundStated:
    """The shop states a refund of an order."""

    order_id: str
    refund: RefundDoc


@dataclass(frozen=True, slots=True)
class FulfilmentStated:
    """The shop states a fulfilment of an order."""

    order_id: str
    fulfilment: FulfilmentDoc


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelSeen:
    """The shop heard from a carrier of the parcel of a fulfilment. `code` is the shop's word."""

    order_id: str
    fulfilment_id: str
    code: str
    at: datetime
    event_id: str = ""
    text: str = ""
    place: str = ""
    country: str = ""
    expected_on: date | None = None
    is_status: bool = False
    """Not an event of its own, but how the fulfilment stands at that moment."""


@dataclass(frozen=True, slots=True)
class OrderDeleted:
    """The shop removed an order from its books; to the shopper it is cancelled."""

    order_id: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ProductStated:
    """The shop states a product."""

    product: ProductDoc


@dataclass(frozen=True, slots=True)
class Uninstalled:
    """The shop cut the connection."""


Fact = (
    OrderStated
    | RefundStated
    | FulfilmentStated
    | ParcelSeen
    | OrderDeleted
    | ProductStated
    | Uninstalled
)


class Source(Protocol):
    """One outside system that sends webhooks."""

    kind: str
    """The word for it in addresses and tables, such as shopify."""
    name: str
    """Its name for people, such as Shopify."""

    def is_ping(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Tell whether this is an unsigned hello that only wants a 200."""

    def verify(self, *, secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> bool:
        """Tell whether one of the secrets signed these bytes. Headers are lower case."""

    def envelope(self, *, headers: Mapping[str, str], body: bytes) -> Envelope:
        """Say what this delivery is. Raises Malformed for a body that is no JSON object."""

    def facts(self, *, topic: str, body: bytes) -> list[Fact]:
        """Turn a handled delivery into facts. Raises Unusable with a reason for people."""
