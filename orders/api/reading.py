"""From the bytes that programs send to documents, saying what is wrong and where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeVar

import msgspec

from orders.sources.document import FulfilmentDoc, OrderDoc, RefundDoc
from orders.sources.limits import Excess, excess_of
from postpurchase.lib.problems import Fault, Problem

Doc = TypeVar("Doc")


class BatchDoc(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to 1,000 orders, each read on its own."""

    orders: list[msgspec.Raw]
    history: bool = False


_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
_FIELD = re.compile(r"(?:missing required|contains unknown) field `([^`]*)`")
_NUL = rb"\u0000"

_order = msgspec.json.Decoder(OrderDoc).decode
_batch = msgspec.json.Decoder(BatchDoc).decode
_refund = msgspec.json.Decoder(RefundDoc).decode
_fulfilment = msgspec.json.Decoder(FulfilmentDoc).decode


def read_order(body: bytes) -> OrderDoc:
    """Read an order. Raises Problem."""
    doc = whole(_order, body)
    refuse(excess_of(doc))
    return doc


def read_order_named(body: bytes, external_id: str) -> OrderDoc:
    """Read an order whose id stands in the address, and may stand in the body. Raises Problem."""
    fields = whole(msgspec.json.decode, body)
    if isinstance(fields, dict) and fields.setdefault("external_id", external_id) != external_id:
        _refuse("/external_id", "This is not the id in the address")
    doc: OrderDoc = decoded(lambda value: msgspec.convert(value, OrderDoc), fields)
    refuse(excess_of(doc))
    return doc


def read_batch(body: bytes) -> BatchDoc:
    """Read the frame of a batch; its orders are still bytes. Raises Problem."""
    return decoded(_batch, body)


def read_refund(body: bytes) -> RefundDoc:
    """Read a refund. Raises Problem."""
    return whole(_refund, body)


def read_fulfilment(body: bytes) -> FulfilmentDoc:
    """Read a fulfilment. Raises Problem."""
    return whole(_fulfilment, body)


def refuse(excess: Excess | None) -> None:
    """Raise Problem for a value that cannot be stored."""
    if excess:
        _refuse(*excess)


def _refuse(pointer: str, detail: str) -> NoReturn:
    detail = f"{detail.rstrip('.')}."
    raise Problem(400, "invalid", detail, [Fault(pointer=pointer, detail=detail)])


def decoded(decode: Callable[[Any], Doc], body: Any) -> Doc:
    """Decode a document, naming the place of what is wrong. Raises Problem."""
    try:
        return decode(body)
    except msgspec.ValidationError as error:
        refuse(_excess(str(error)))
        raise
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "malformed", _malformed(error)) from None


def whole(decode: Callable[[Any], Doc], body: bytes) -> Doc:
    """Decode a document whose texts are all to be stored. Raises Problem."""
    doc = decoded(decode, body)
    if _NUL in body:
        _refuse_nul(msgspec.json.decode(body), "")
    return doc


def _malformed(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "The body is nested too deeply."
    if isinstance(error, UnicodeDecodeError):
        return f"The body is not UTF-8 (byte {error.start})."
    return f"{error}."


def _excess(message: str) -> Excess:
    """Turn "… - at `$.lines[0].total`" into a JSON Pointer and a sentence."""
    detail, _, path = message.partition(" - at `")
    steps = [name or index for name, index in _STEP.findall(path)]
    if field := _FIELD.search(detail):
        steps.append(field[1].replace("~", "~0").replace("/", "~1"))
    return Excess("".join(f"/{step}" for step in steps), detail)


def _refuse_nul(value: object, pointer: str) -> None:
    """Raise Problem for the first text with the character NUL, which Postgres cannot store."""
    if isinstance(value, str) and "\0" in value:
        _refuse(pointer, "The character U+0000 cannot be stored")
    parts: Iterable[tuple[object, object]] = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    for key, part in parts:
        _refuse_nul(part, f"{pointer}/{key}")
