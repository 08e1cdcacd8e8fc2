"""Every polling client has the form; adding one is a module and its fixtures."""

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils.translation import override

from tests.tracking.carriers.answers import ERRORS, FIXTURES, PARCELS, error_of, parcel_of
from tests.tracking.recorded import milestone_of
from tracking.carriers import POLLERS, SOURCES
from tracking.carriers.asking import State
from tracking.carriers.base import ParcelDoc, Unreadable, Word
from tracking.carriers.documents import json_document
from tracking.carriers.polling import la_poste, reading
from tracking.statuses import Cause, Milestone

named = {"ids": str}


@pytest.mark.parametrize("poller", POLLERS.values(), ids=POLLERS)
def test_has_the_form(poller):
    assert poller.name == poller.name.lower()
    assert len(poller.name) <= 20
    assert poller.label
    assert poller.name not in SOURCES
    assert any(each.is_secret for each in poller.fields)
    assert [each.name for each in poller.fields if each.name == "base_url"] == ["base_url"]
    for each in poller.fields:
        with override("en"):
            assert str(each.label)[0].isupper()
        assert not (each.is_secret and each.default)
        assert each.default == "" or each.default.startswith("https://")
    assert poller.most_at_once >= 1
    assert poller.rate > 0
    assert poller.burst >= 1
    assert datetime(2026, 3, 5, tzinfo=poller.zone).utcoffset() is not None


@pytest.mark.parametrize("poller", POLLERS.values(), ids=POLLERS)
def test_its_words_are_ours(poller):
    assert poller.words
    for code, word in poller.words.items():
        assert code == code.strip() != ""
        assert isinstance(word, Word)
        assert word.milestone is None or word.milestone in Milestone
        assert word.cause in Cause
        assert not word.is_guess


@pytest.mark.parametrize("name", POLLERS)
def test_has_a_fixture_of_a_parcel_and_one_of_an_unknown_number(name):
    assert parcel_of(name)
    assert error_of(name)


def test_there_are_no_fixtures_of_nobody():
    assert {each.poller for each in FIXTURES} == set(POLLERS)
    assert len(PARCELS) + len(ERRORS) == len(FIXTURES)


@pytest.mark.parametrize("fixture", PARCELS, **named)
def test_a_fixture_is_read_to_its_milestone(fixture):
    poller = POLLERS[fixture.poller]
    number = fixture.number(poller)

    doc = poller.parcel(fixture.raw, number.lower())

    assert milestone_of(doc) == fixture.says
    assert doc.unknown_words == ()
    assert all(each.occurred_at.tzinfo == UTC for each in doc.sightings)
    assert len({each.occurred_at for each in doc.sightings}) > 1


@pytest.mark.parametrize("fixture", ERRORS, **named)
def test_an_error_says_what_to_do(fixture):
    poller = POLLERS[fixture.poller]

    with pytest.raises(Unreadable) as error:
        poller.read(poller.decode(fixture.raw), "NUMBER1")

    assert error.value.code == State(fixture.says)
    assert error.value.reason


ANYTHING = (
    None,
    [],
    {},
    7,
    -1.5,
    "x",
    True,
    [{}],
    {"a": 1},
    "2026-03-05T10:00:00",
    [[[]]],
    "\ud800",
)


@pytest.mark.parametrize("fixture", [each for each in FIXTURES if each.raw[:1] in b"[{"], **named)
def test_anything_in_any_place_is_read_or_refused(fixture):
    poller = POLLERS[fixture.poller]
    whole = json.loads(fixture.raw)
    places = list(_places(whole))
    for place in places:
        for value in ANYTHING:
            try:
                docs = poller.read(_with(whole, place, value), "NUMBER1")
            except Unreadable as error:
                assert error.reason
            else:
                assert all(isinstance(doc, ParcelDoc) for doc in docs)
            poller.misses(_with(whole, place, value))


@pytest.mark.parametrize("fixture", [each for each in FIXTURES if each.raw[:1] == b"<"], **named)
def test_any_piece_of_xml_may_be_missing_or_garbled(fixture):
    poller = POLLERS[fixture.poller]
    dice = random.Random(7)
    for _ in range(200):
        raw = bytearray(fixture.raw)
        at = dice.randrange(len(raw))
        raw[at : at + dice.randrange(1, 40)] = dice.choice([b"", b"x", b"\0", b"<a>", b"\xff"])
        try:
            poller.read(poller.decode(bytes(raw)), "NUMBER1")
        except Unreadable as error:
            assert error.reason


@pytest.mark.parametrize("poller", POLLERS.values(), ids=POLLERS)
@pytest.mark.parametrize("document", [None, [], {}, 7, "x", [7], {"errors": [7]}])
def test_what_is_no_document_says_so(poller, document):
    if poller.decode is not json_document:
        document = poller.decode(b"<a/>")
    with pytest.raises(Unreadable):
        poller.read(document, "NUMBER1")


def _places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value)
    if isinstance(value, dict | list):
        for key, inner in items:
            if isinstance(inner, dict | list):
                yield from _places(inner, (*path, key))
            else:
                yield (*path, key)


def _with(whole, path, value):
    """Copy a document with another value in one place."""
    if not path:
        return value
    copy = whole.copy()
    copy[path[0]] = _with(whole[path[0]], path[1:], value)
    return copy


def test_the_example_of_the_manual_works():
    page = (Path(__file__).parents[3] / "docs" / "adding_a_carrier.md").read_text()
    code = page.partition("```python\n")[2].partition("```")[0]
    names = {**vars(la_poste), **vars(reading), "Milestone": Milestone, "Cause": Cause}

    exec(compile(code, "adding_a_carrier.md", "exec"), names)
    poller = names["POLLER"]
    scan = {"at": "2026-03-05T10:00:00", "code": "NOBODY_IN", "text": "Nobody was in"}
    raw = json.dumps({"barcode": "EX123456", "scans": [scan]}).encode()

    assert milestone_of(poller.parcel(raw, "ex 123456")) == Milestone.ATTEMPT_FAILED
    with pytest.raises(Unreadable) as error:
        poller.parcel(b'{"code": "E17", "message": "Unbekannt"}', "EX123456")
    assert error.value.code == State.NOT_FOUND
