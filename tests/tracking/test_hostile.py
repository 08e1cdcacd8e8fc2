"""Whatever a sender writes, a source of parcels reads what can be stored or says why not."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.orders.sources.test_hostile import changed, paths, values
from tests.shop import DATA
from tests.tracking.senders import document
from tracking.carriers import SOURCES
from tracking.carriers.base import Unreadable
from tracking.carriers.documents import json_document


def survives(source, body):
    """Fail for any other error than Unreadable, and for anything that Postgres would refuse."""
    try:
        parcels = SOURCES[source].read(json_document(body))
    except Unreadable as error:
        assert error.reason
        return
    for parcel in parcels:
        texts = [parcel.number, parcel.carrier, parcel.signed_by, *parcel.unknown_words]
        for each in parcel.sightings:
            assert each.occurred_at.utcoffset() is not None
            texts += [each.code, each.text, each.place, each.country, each.external_id]
        assert "\0" not in "".join(texts)
        "".join(texts).encode()


@pytest.mark.parametrize("source", SOURCES)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_value_in_any_place(source, data):
    content = document(source)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(list(paths(content))))
        content = changed(content, place, data.draw(values))

    survives(source, json.dumps(content).encode())


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "value", ["1e999", "-1e999", "NaN", "9" * 4000, "-0.0", "[[[[]]]]", '"\\ud800"']
)
def test_odd_values_in_every_place(source, value):
    content = document(source)
    for place in paths(content):
        marked = json.dumps(changed(content, place, "HERE"))
        survives(source, marked.replace('"HERE"', value).encode())


@pytest.mark.skipif(not DATA.exists(), reason="the naughty strings (../shared/data) are not here")
@pytest.mark.parametrize("source", SOURCES)
def test_naughty_strings_in_every_text(source):
    template = document(source)
    texts = [place for place in paths(template) if isinstance(_at(template, place), str)]
    for string in json.loads((DATA / "hostile/blns.json").read_bytes()):
        everywhere = copy.deepcopy(template)
        for place in texts:
            _at(everywhere, place[:-1])[place[-1]] = string
        survives(source, json.dumps(everywhere).encode())


def _at(content, place):
    for key in place:
        content = content[key]
    return content
