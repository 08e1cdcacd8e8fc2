"""Whatever a sender writes, a source gives facts that can be stored or says why not."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.sources import SOURCES, shopify, woocommerce
from orders.sources.base import Malformed, Unusable

from .documents import DATA, hold
from .test_shopify import ORDER as SHOPIFY_ORDER
from .test_woocommerce import ORDER as WOOCOMMERCE_ORDER

TOPICS = {"shopify": sorted(shopify.READERS), "woocommerce": sorted(woocommerce.TOPICS)}
TEMPLATES = {
    "shopify": {
        **SHOPIFY_ORDER,
        "email": "a@b.c",
        "note": "x",
        "customer": {"id": 3, "first_name": "A", "email": "a@b.c"},
        "shipping_address": {"name": "A", "address1": "B", "city": "C", "country_code": "DE"},
        "discount_codes": [{"code": "X"}],
        "total_price_set": {"shop_money": {"amount": "25.00", "currency_code": "EUR"}},
        "shipping_lines": [{"title": "DHL", "price": "1.00", "discount_allocations": []}],
        "transactions": [{"id": 1, "kind": "sale", "status": "success", "amount": "25.00"}],
        "fulfillments": [
            {"id": 7, "status": "success", "tracking_numbers": ["1"], "tracking_urls": ["https://x"],
             "line_items": [{"id": 11, "quantity": 1}]}
        ],
        "refunds": [
            {"id": 5, "refund_line_items": [{"line_item_id": 11, "quantity": 1, "subtotal": 1.5}],
             "order_adjustments": [{"amount": "-1"}]}
        ],
        "order_id": 1,
        "images": [{"id": 1, "src": "https://x/a.png"}],
        "variants": [{"id": 2, "image_id": 1, "sku": "S"}],
    },
    "woocommerce": {
        **WOOCOMMERCE_ORDER,
        "billing": {"first_name": "A", "address_1": "B", "country": "DE", "email": "a@b.c"},
        "meta_data": [
            {"key": "_wc_shipment_tracking_items",
             "value": [{"tracking_number": "1", "tracking_link": "https://x", "date_shipped": "1"}]}
        ],
        "refunds": [{"id": 9, "reason": "x", "total": "-1.00"}],
        "fee_lines": [{"total": "1.00", "total_tax": "0.10"}],
        "coupon_lines": [{"code": "X"}],
        "images": [{"src": "https://x/a.png"}],
        "parent_id": 1,
    },
}  # fmt: skip

texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "0", "-1", "NaN", "Infinity", "1e999", "1e-999", "9" * 40, "0000-00-00", "12.345",
         "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "\x00\ud800", "\u202e",
         "a:1:{i:0;a:1:{", "gid://shopify/Order/1", "https://x/\x00", "🎁" * 400, "٣", "1_0"]
    ),
)  # fmt: skip
numbers = st.one_of(
    st.integers(),
    st.integers(min_value=-(10**40), max_value=10**40),
    st.floats(allow_nan=False, allow_infinity=False),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def paths(value, before=()):
    """Give the way to every place in a document."""
    yield before
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*before, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*before, index))


def changed(template, path, value):
    content = copy.deepcopy(template)
    if not path:
        return value
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return content


def survives(kind, topic, content):
    try:
        facts = SOURCES[kind].facts(topic=topic, body=content)
    except Unusable as reason:
        assert str(reason)
        return
    for fact in facts:
        hold(fact)


@pytest.mark.parametrize("kind", TEMPLATES)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_value_in_any_place(kind, data):
    template = TEMPLATES[kind]
    content = template
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(list(paths(content))))
        content = changed(content, place, data.draw(values))
    topic = data.draw(st.sampled_from(TOPICS[kind]))

    survives(kind, topic, json.dumps(content).encode())


@pytest.mark.parametrize("kind", TEMPLATES)
@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=60), topic=st.text(max_size=20))
def test_any_bytes(kind, content, topic):
    header = {"shopify": "x-shopify-topic", "woocommerce": "x-wc-webhook-topic"}[kind]
    try:
        envelope = SOURCES[kind].envelope(headers={header: topic}, body=content)
        assert len(envelope.event_key) <= 200
    except Malformed as reason:
        assert str(reason)
    survives(kind, TOPICS[kind][0], content)


@pytest.mark.parametrize("kind", TEMPLATES)
@pytest.mark.parametrize(
    "content",
    [b'{"a":' * 100_000, b"[" * 100_000, b'{"id":' + b"9" * 5000 + b"}", b'{"id":1e999999999}',
     b'{"id":NaN}', b'{"total":' + b"0" * 5000 + b".1}", b'\xff\xfe{\x00}\x00', b"\xef\xbb\xbf{}"],
    ids=["deep-objects", "deep-lists", "long-int", "huge", "nan", "zeros", "utf-16", "bom"],
)  # fmt: skip
def test_odd_json(kind, content):
    survives(kind, "orders/create" if kind == "shopify" else "order.created", content)


NEEDED = {"total_price", "total", "currency", "processed_at", "date_created", "date_created_gmt"}


@pytest.mark.skipif(not DATA.exists(), reason="the naughty strings (../shared/data) are not here")
@pytest.mark.parametrize("kind", TEMPLATES)
def test_naughty_strings_in_every_text(kind):
    naughty = json.loads((DATA / "hostile/blns.json").read_bytes())
    topic = "orders/create" if kind == "shopify" else "order.created"
    template = TEMPLATES[kind]
    places = [place for place in paths(template) if isinstance(_at(template, place), str)]
    for string in naughty:
        everywhere = copy.deepcopy(template)
        for place in places:
            if place[-1] not in NEEDED:
                _at(everywhere, place[:-1])[place[-1]] = string
        (fact,) = SOURCES[kind].facts(topic=topic, body=json.dumps(everywhere).encode())
        hold(fact)


def _at(content, place):
    for key in place:
        content = content[key]
    return content


@pytest.mark.skipif(not DATA.exists(), reason="the naughty strings (../shared/data) are not here")
@pytest.mark.parametrize("field", sorted(NEEDED))
def test_naughty_strings_where_an_order_cannot_do_without(field):
    for string in json.loads((DATA / "hostile/blns.json").read_bytes()):
        for kind, topic in (("shopify", "orders/create"), ("woocommerce", "order.created")):
            if field in TEMPLATES[kind]:
                survives(kind, topic, json.dumps({**TEMPLATES[kind], field: string}).encode())


@pytest.mark.parametrize("kind", TEMPLATES)
def test_ten_thousand_lines_are_read_and_more_are_refused(kind):
    topic = "orders/create" if kind == "shopify" else "order.created"
    line = TEMPLATES[kind]["line_items"][0]
    for count, refused in ((10_000, False), (10_001, True)):
        lines = [{**line, "id": number} for number in range(1, count + 1)]
        content = json.dumps({**TEMPLATES[kind], "line_items": lines}).encode()
        if refused:
            with pytest.raises(Unusable, match="10001 lines"):
                SOURCES[kind].facts(topic=topic, body=content)
        else:
            (fact,) = SOURCES[kind].facts(topic=topic, body=content)
            assert len(fact.order.lines) == count


@pytest.mark.parametrize("kind", TEMPLATES)
def test_texts_are_cleaned_and_cut(kind):
    topic = "orders/create" if kind == "shopify" else "order.created"
    field = "title" if kind == "shopify" else "name"
    dirty = "A\x00\ud800B\r\nC\u2028D " + "x" * 10_000
    line = {**TEMPLATES[kind]["line_items"][0], field: dirty}
    content = json.dumps({**TEMPLATES[kind], "line_items": [line]}).encode()
    (fact,) = SOURCES[kind].facts(topic=topic, body=content)

    title = fact.order.lines[0].title
    assert title.startswith("AB C D xxx")
    assert len(title) == 500


@pytest.mark.parametrize("kind", TEMPLATES)
def test_lines_with_one_id_are_kept_apart(kind):
    topic = "orders/create" if kind == "shopify" else "order.created"
    line = TEMPLATES[kind]["line_items"][0]
    content = json.dumps({**TEMPLATES[kind], "line_items": [line, line, {**line, "id": None}]})
    (fact,) = SOURCES[kind].facts(topic=topic, body=content.encode())

    assert len({one.external_id for one in fact.order.lines}) == 3
