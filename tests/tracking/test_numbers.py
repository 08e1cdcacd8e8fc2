"""Tracking numbers: which formats take which, held to the public lists of valid and invalid ones."""

import json

import pytest

from tests.tracking.recorded import CARRIERS, needs_recordings
from tracking.carriers.numbers import FORMATS

LISTS = sorted((CARRIERS / "tracking_number_data").glob("*.json"))


def numbers(kind):
    for path in LISTS:
        courier = path.stem.replace("canadapost", "canada_post").replace("s10", "post")
        for entry in json.loads(path.read_text())["tracking_numbers"]:
            name = entry.get("id") or entry["name"]
            for number in entry["test_numbers"][kind]:
                yield courier, name, "".join(number.split()).upper()


def carriers_of(number):
    return {each.carrier for each in FORMATS if each.fits(number)}


@needs_recordings
def test_every_valid_number_is_taken_by_its_carrier():
    rows = list(numbers("valid"))

    missed = []
    for courier, name, number in rows:
        wanted = {courier, "dhl_ecommerce"} if courier == "dhl" else {courier}
        if not wanted & carriers_of(number):
            missed.append((name, number))

    assert missed == []
    assert len(rows) >= 190


@needs_recordings
def test_every_invalid_number_is_refused_by_the_format_it_is_listed_under():
    rows = list(numbers("invalid"))

    taken = []
    for _, name, number in rows:
        for each in FORMATS:
            if SAME.get(name) == each.name and each.fits(number):
                taken.append((name, number))

    assert taken == []
    assert len(rows) >= 85
    assert {name for _, name, _ in rows} <= set(SAME)


SAME = {
    "amazon_logistics": "Amazon Logistics", "amazon_international": "Amazon International",
    "canada_post": "Canada Post", "canpar_22": "Canpar", "dhl_express": "DHL Express",
    "dhl_express_piece_id": "DHL piece", "dhl_ecommerce": "DHL eCommerce",
    "dhl_ecommerce_14": "DHL eCommerce 14", "dpd": "DPD 28", "dpd_14": "DPD 15",
    "fedex_12": "FedEx Express 12", "fedex_34": "FedEx Express 34",
    "fedex_astra_32": "FedEx ASTRA 32", "fedex_ground": "FedEx Ground 15",
    "fedex_ground_sscc_18": "FedEx Ground SSCC", "fedex_ground_96": "FedEx Ground 96",
    "fedex_ground_gsn": "FedEx Ground 34", "gofo_us": "GOFO", "landmark_global": "Landmark",
    "lasership_lx": "LaserShip LX", "lasership_1ls7": "LaserShip 1LS7",
    "LaserShip 1LS7 (18)": "LaserShip 1LS7 (18)", "lasership_1lscx": "LaserShip 1LSCX",
    "Old Dominion": "Old Dominion",
    "Old Dominion Guaranteed Shipment": "Old Dominion Guaranteed", "ontrac_c": "OnTrac C",
    "ontrac_d": "OnTrac D", "purolator_numeric": "Purolator",
    "purolator_alpha": "Purolator PIN", "s10": "S10", "speedee": "Spee-Dee", "ups": "UPS",
    "UPS Waybill": "UPS waybill", "usps_20": "USPS 20", "usps_impb_n": "USPS IMpb N",
    "usps_legacy": "USPS 22", "usps_impb_c": "USPS IMpb C", "yodel": "Yodel",
    "yunexpress": "YunExpress",
}  # fmt: skip


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("00340434161094015902", "dhl_paket"),
        ("H1000730000827301049", "hermes"),
        ("3SKAAG5995399", "postnl"),
        ("Z1234567890", "packeta"),
        ("323212345678901234567890", "bpost"),
        ("RA123456785RU", "post"),
    ],
)
def test_european_numbers(number, carrier):
    assert carrier in carriers_of(number)


def test_a_wrong_check_digit_is_refused():
    assert "dhl_paket" not in carriers_of("00340434161094015903")
    assert carriers_of("RB123456785XX") == set()
