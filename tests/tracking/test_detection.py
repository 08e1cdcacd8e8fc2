"""Whose number it is, where several carriers write alike."""

import pytest

from tracking.detection import Candidate, Hints, candidates, carrier_of, compact


def test_a_number_is_read_however_it_is_typed():
    assert compact(" 1z 5r8\u200b9390357567127 ") == "1Z5R89390357567127"
    assert compact("１Ｚ") == "1Z"


@pytest.mark.parametrize(
    ("number", "hints", "carrier"),
    [
        ("1Z5R89390357567127", Hints(), "ups"),
        # An SSCC of Deutsche Post also holds as a number of USPS: the door tells them apart.
        ("00340434161094015902", Hints(country="DE"), "dhl_paket"),
        ("00340434161094015902", Hints(said="DHL"), "dhl_paket"),
        ("986578788855", Hints(said="FedEx", country="US"), "fedex"),
        ("60120172242323", Hints(), ""),
        ("60120172242323", Hints(said="DHL eCommerce"), "dhl_ecommerce"),
        ("60120172242323", Hints(url="https://www.dhl.com/track?AWB=1"), "dhl_ecommerce"),
        ("NO-SUCH-FORMAT", Hints(said="GLS"), "gls"),
        ("NO-SUCH-FORMAT", Hints(said="DHL"), ""),
        ("NO-SUCH-FORMAT", Hints(), ""),
    ],
)
def test_the_carrier_is_named_only_where_it_is_clear(number, hints, carrier):
    assert carrier_of(number, hints) == carrier


def test_the_merchants_own_carriers_come_first():
    plain = candidates("12345678903")
    own = candidates("12345678903", Hints(carriers={"gls"}, country="DE"))

    assert len(plain) > 1
    assert own[0].carrier == "gls"


def test_each_carrier_stands_once_with_its_best_format():
    found = candidates("60120172242323")

    assert len({one.carrier for one in found}) == len(found)
    assert all(isinstance(one, Candidate) for one in found)


@pytest.mark.parametrize("text", ["", " ", "\0", "💥", "'; DROP TABLE", "9" * 5000, "٣" * 12])
def test_nonsense_is_nobodys(text):
    assert candidates(text, Hints(said=text, url=text, country=text)) == [] or text[0] in "9٣"
    assert isinstance(carrier_of(text, Hints(url="http://[")), str)
