"""Reads PHP's serialize() format, in which WordPress plugins keep lists in an order's meta data.

Only data is read: null, booleans, numbers, strings and arrays. Objects are refused.
The format: https://www.php.net/manual/en/function.serialize.php
"""

from typing import Any

DEEPEST = 20


class NotSerialized(ValueError):
    """The text is no serialised PHP data."""


def loads(source: str) -> Any:
    """Read a serialised value; arrays come out as dicts. Raises NotSerialized."""
    raw = source.encode("utf-8", "surrogatepass")
    try:
        value, end = _value(raw, 0, DEEPEST)
    except (IndexError, ValueError) as error:
        raise NotSerialized("This is no serialised PHP data.") from error
    if end != len(raw):
        raise NotSerialized("Something follows the serialised PHP data.")
    return value


def _value(raw: bytes, at: int, depth: int) -> tuple[Any, int]:
    """Read the value that starts at a byte; give it and where the next one starts."""
    kind = raw[at : at + 2]
    if kind == b"N;":
        return None, at + 2
    if kind == b"s:":
        return _string(raw, at + 2)
    if kind == b"a:" and depth:
        return _array(raw, at + 2, depth - 1)
    end = raw.index(b";", at)
    word = raw[at + 2 : min(end, at + 42)].decode("ascii")
    if kind == b"i:":
        return int(word), end + 1
    if kind == b"b:":
        return word == "1", end + 1
    if kind == b"d:":
        return word, end + 1
    raise NotSerialized(f"Unknown kind {kind!r}.")


def _count(raw: bytes, at: int) -> tuple[int, int]:
    """Read a length that ends with a colon."""
    end = raw.index(b":", at, at + 12)
    count = int(raw[at:end])
    if not 0 <= count <= len(raw):
        raise NotSerialized("A length is out of range.")
    return count, end + 1


def _string(raw: bytes, at: int) -> tuple[str, int]:
    """Read a string; its length counts bytes."""
    size, start = _count(raw, at)
    end = start + 1 + size
    if raw[start : start + 1] != b'"' or raw[end : end + 2] != b'";':
        raise NotSerialized("A string does not end where it should.")
    return raw[start + 1 : end].decode("utf-8", "replace"), end + 2


def _array(raw: bytes, at: int, depth: int) -> tuple[dict[Any, Any], int]:
    """Read an array of keys and values."""
    size, at = _count(raw, at)
    if raw[at : at + 1] != b"{":
        raise NotSerialized("An array does not start where it should.")
    at += 1
    array: dict[Any, Any] = {}
    for _ in range(size):
        key, at = _value(raw, at, 0)
        array[key], at = _value(raw, at, depth)
    if raw[at : at + 1] != b"}":
        raise NotSerialized("An array does not end where it should.")
    return array, at + 1
