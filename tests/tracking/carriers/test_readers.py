"""What single carriers say in their own way."""

from datetime import UTC, date, datetime

from tests.tracking.carriers.answers import parcel_of
from tests.tracking.recorded import milestone_of
from tracking.carriers import POLLERS
from tracking.statuses import Cause, Milestone


def read(name):
    poller = POLLERS[name]
    [doc] = poller.read(poller.decode(parcel_of(name).raw), "NUMBER1")
    return doc


def first(doc):
    return min(doc.sightings, key=lambda each: each.occurred_at)


def last(doc):
    return max(doc.sightings, key=lambda each: each.occurred_at)


def test_dhl_times_in_germany_have_no_offset():
    doc = read("dhl")

    assert last(doc).occurred_at == datetime(2026, 3, 5, 7, 12, tzinfo=UTC)
    assert last(doc).zone_assumed
    assert (last(doc).place, last(doc).country) == ("Bonn", "DE")
    assert (doc.expected_from, doc.expected_until) == (date(2026, 3, 5), date(2026, 3, 5))


def test_a_dhl_piece_is_found_by_its_other_number():
    doc = POLLERS["dhl"].parcel(parcel_of("dhl").raw, "jjd 000390012345678901")

    assert doc.number == "00340434900000000017"


def test_dhl_delivered_to_the_sender_is_back():
    row = {"timestamp": "2026-03-05T08:00:00+01:00", "statusCode": "delivered",
           "status": "The shipment has been returned to the sender"}  # fmt: skip
    [doc] = POLLERS["dhl"].read({"shipments": [{"id": "1", "events": [row]}]}, "1")

    assert milestone_of(doc) == Milestone.RETURNED


def test_a_sentence_never_makes_a_delivery_of_dhls_transit():
    row = {"timestamp": "2026-03-05T08:00:00+01:00", "statusCode": "transit",
           "status": "The shipment was delivered to the wrong depot"}  # fmt: skip
    [doc] = POLLERS["dhl"].read({"shipments": [{"id": "1", "events": [row]}]}, "1")

    assert milestone_of(doc) == Milestone.IN_TRANSIT


def test_ups_times_are_taken_in_greenwich_where_told():
    doc = read("ups")

    assert last(doc).occurred_at == datetime(2026, 3, 4, 16, 12, 13, tzinfo=UTC)
    assert not last(doc).zone_assumed
    assert first(doc).zone_assumed
    assert last(doc).word.cause == Cause.RECIPIENT_ABSENT
    assert doc.expected_until == date(2026, 3, 5), "the new day, not the first one"


def test_a_fedex_exception_is_read_by_its_sentence():
    doc = read("fedex")

    [exception] = [each for each in doc.sightings if each.code == "DE"]
    assert exception.word.milestone == Milestone.ATTEMPT_FAILED
    assert doc.expected_until == date(2026, 3, 5)


def test_of_two_fedex_parcels_of_one_number_the_newer_is_meant():
    def result(day, code):
        scan = {"date": f"2026-03-0{day}T10:00:00-06:00", "eventType": code}
        return {"scanEvents": [scan]}

    whole = {"trackingNumber": "999900000012", "trackResults": [result(5, "DL"), result(2, "PU")]}
    raw = str({"output": {"completeTrackResults": [whole]}}).replace("'", '"').encode()

    doc = POLLERS["fedex"].parcel(raw, "999900000012")

    assert milestone_of(doc) == Milestone.DELIVERED


def test_a_fedex_delay_by_weather_is_one():
    scan = {"date": "2026-03-05T10:00:00-06:00", "eventType": "DY",
            "delayDetail": {"status": "DELAYED", "type": "WEATHER"}}  # fmt: skip
    whole = {"trackingNumber": "1", "trackResults": [{"scanEvents": [scan]}]}
    [doc] = POLLERS["fedex"].read({"output": {"completeTrackResults": [whole]}}, "1")

    assert (doc.sightings[0].word.cause, doc.sightings[0].word.is_delay) == (Cause.WEATHER, True)


def test_usps_alert_does_not_hide_what_kind_it_is():
    doc = read("usps")

    assert last(doc).word.milestone == Milestone.RETURNING
    assert last(doc).word.cause == Cause.UNCLAIMED


def test_royal_mail_is_found_by_either_number():
    raw = parcel_of("royal_mail").raw

    for number in ("ZZ000000015GB", "090000000000000A1B2C3"):
        assert POLLERS["royal_mail"].parcel(raw, number).signed_by == "Doe"


def test_canada_post_writes_zones_as_letters():
    doc = read("canada_post")

    assert first(doc).occurred_at == datetime(2026, 3, 4, 1, 41, 50, tzinfo=UTC)
    assert not first(doc).zone_assumed
    assert doc.expected_until == date(2026, 3, 5), "the changed day"


def test_gls_status_is_newer_than_its_events():
    doc = read("gls")

    assert [each.code for each in doc.sightings if each.is_synthetic] == ["INDELIVERY"]


def test_dpd_writes_times_as_americans_do():
    doc = read("dpd")

    assert last(doc).occurred_at == datetime(2026, 3, 5, 12, 14, tzinfo=UTC)
    assert (last(doc).place, last(doc).country) == ("Mechelen", "BE")


def test_an_unknown_code_is_read_by_its_sentence_and_counted():
    event = {"code": "XX9", "label": "Votre colis est retourné à l'expéditeur.",
             "date": "2026-03-05T10:00:00+01:00"}  # fmt: skip
    [doc] = POLLERS["la_poste"].read({"shipment": {"idShip": "1", "event": [event]}}, "1")

    assert milestone_of(doc) == Milestone.RETURNING
    assert doc.unknown_words == ("XX9",)
