"""The tables of orders: what shops state, the story, the inbox."""

from orders.models.facts import Address, Fulfilment, Payment, RefundFact
from orders.models.inbox import ImportRun, InboxEntry
from orders.models.notes import Mention, Note, OrderTag
from orders.models.orders import Customer, Order, OrderLine
from orders.models.products import Picture, Product
from orders.models.rules import OneTimeCode, OrderPolicy
from orders.models.story import Event, EventDelivery
from orders.models.uploads import ImportProblem, ImportUpload, Replay
from orders.models.words import OrderWord

__all__ = [
    "Address",
    "Customer",
    "Event",
    "EventDelivery",
    "Fulfilment",
    "ImportProblem",
    "ImportRun",
    "ImportUpload",
    "InboxEntry",
    "Mention",
    "Note",
    "OneTimeCode",
    "Order",
    "OrderLine",
    "OrderPolicy",
    "OrderTag",
    "OrderWord",
    "Payment",
    "Picture",
    "Product",
    "RefundFact",
    "Replay",
]
