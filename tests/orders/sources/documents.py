"""Real documents for tests, and how to read what comes out of them."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

DATA = (Path(__file__).parents[3] / "../shared/data").resolve()


def real(*patterns):
    """Parametrise over the real documents that match; one skip with its reason without them."""
    paths = sorted(path for pattern in patterns for path in DATA.glob(pattern))
    if not paths:
        absent = pytest.mark.skip(reason="the real documents (../shared/data) are not here")
        return pytest.mark.parametrize("path", [pytest.param(None, marks=absent, id="absent")])
    names = [str(path.relative_to(DATA)) for path in paths]
    return pytest.mark.parametrize("path", paths, ids=names)


def document(path):
    """Give the document in a file: the file, or the example in a description of a webhook."""
    content = json.loads(path.read_bytes(), parse_float=Decimal)
    return content["response"] if "related_resource" in content else content


def body(content):
    """Write a document as a sender would; decimals as bare numbers."""
    return json.dumps(content, default=_number).encode()


def _number(value):
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(value)


def the_one(facts, kind):
    """Give the only fact, which must be of a kind and must hold its own limits."""
    (fact,) = facts
    assert isinstance(fact, kind)
    hold(fact)
    return fact


def hold(fact):
    """Fail if what is in a fact would not be accepted from a stranger, or could not be stored."""
    for name in ("order", "refund", "fulfilment", "product"):
        if doc := getattr(fact, name, None):
            encoded = msgspec.json.encode(doc)
            assert b"\\u0000" not in encoded
            assert msgspec.json.decode(encoded, type=type(doc)) == doc


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)
