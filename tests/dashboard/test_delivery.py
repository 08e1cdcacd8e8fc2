"""How carriers do: what the page says, of which parcels, and at which cost."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from merchants.models import PersonalDataLook
from merchants.statuses import LookKind, Role
from tests.factories import MembershipFactory, MerchantFactory, OrderFactory, ShipmentFactory
from tracking.statuses import Milestone

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shop():
    return MerchantFactory(zone_name="Europe/Berlin")


@pytest.fixture
def reader(client, shop):
    member = MembershipFactory(merchant=shop, role=Role.READER)
    client.force_login(member.user)
    return member.user


def delivered(shop, days_ago, *, late=0, **facts):
    at = NOW - timedelta(days=days_ago)
    day = at.date() - timedelta(days=late)
    values = {
        "carrier": "gls", "from_country": "DE", "to_country": "DE", "delivered_at": at,
        "milestone": Milestone.DELIVERED, "picked_up_at": at - timedelta(days=2),
        "promised_from": day, "promised_until": day,
    }  # fmt: skip
    return ShipmentFactory(merchant=shop, **(values | facts))


def returned(shop, days_ago, **facts):
    since = NOW - timedelta(days=days_ago)
    values = {"carrier": "ups", "milestone": Milestone.RETURNING, "returning_since": since}
    return ShipmentFactory(merchant=shop, **(values | facts))


@pytest.fixture
def story(shop):
    """Of four GLS parcels one came late; one of UPS to Austria came back; before, all were late."""
    for days_ago in (1, 2, 10):
        delivered(shop, days_ago)
    delivered(shop, 3, late=2, attempts=1)
    returned(shop, 4, from_country="DE", to_country="AT")
    delivered(shop, 100, late=1)
    delivered(MerchantFactory(), 1, carrier="dpd")


def url(name, shop):
    return reverse(f"dashboard:{name}", args=[shop.slug])


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def tile(page, label):
    part = page.split(f'figure-tile__label">{label}</h2>')[1].split("</li>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", part.split('<div class="figure-tile__foot')[0]).split())


def test_without_parcels_the_page_says_what_will_stand_there(client, shop, reader):
    assert "No parcel yet" in text(client.get(url("delivery", shop)))


def test_days_without_parcels_ask_for_others(client, shop, reader, story):
    page = text(client.get(url("delivery", shop), {"span": "last_year"}))

    assert "No parcel came to an end on these days" in page


def test_the_tiles_say_how_it_went_and_how_it_was(client, shop, reader, story):
    page = text(client.get(url("delivery", shop)))

    assert tile(page, "First promise kept").startswith(
        "75.0% 3 of 4 parcels Up 75.0 points from 0.0%"
    )
    assert tile(page, "Delivered") == "4 the late ones by 2.0 days on average Up from 1"
    assert tile(page, "Days under way").startswith("2.0 days nine in ten within 2.0 days")
    assert tile(page, "At the first attempt").startswith("75.0% 3 of 4 parcels")
    assert tile(page, "Came back").startswith("20.0% 1 of 5 parcels")
    assert "dpd" not in page.lower()


def test_the_chart_and_its_table_count_by_week(client, shop, reader, story):
    delivered(shop, 1, promised_from=None, promised_until=None)
    page = text(client.get(url("delivery", shop)))

    assert "Week from Mon 16 Nov: in time 2, late 1, no day named 1" in page
    cells = '<td class="amount">2</td><td class="amount">1</td><td class="amount">1</td>'
    assert f'<th scope="row">Week from Mon 16 Nov</th>{cells}' in page


def test_each_carrier_has_its_lanes_below(client, shop, reader, story):
    page = text(client.get(url("delivery", shop)))

    assert page.index(">GLS<") < page.index("Germany → Germany") < page.index("Germany → Austria")
    assert "carrier=gls&amp;from=DE&amp;to=DE" in page.replace("&from", "&amp;from").replace(
        "&to", "&amp;to"
    )


def test_the_parcels_behind_a_figure_are_listed_and_the_look_noted(client, shop, reader, story):
    page = text(client.get(url("delivery_parcels", shop), {"which": "late"}))
    assert page.count("<tr>") == 2
    lane = {"which": "returned", "carrier": "ups", "to": "AT", "from": "DE"}
    assert "UPS, Germany → Austria" in text(client.get(url("delivery_parcels", shop), lane))
    none = text(client.get(url("delivery_parcels", shop), {"carrier": "gls", "to": "FR"}))
    assert "None on these days" in none

    looks = PersonalDataLook.every.filter(user=reader)
    assert {(look.kind, len(look.rows)) for look in looks} == {(LookKind.LIST, 1)}


def test_the_file_has_every_lane_and_no_formula(client, shop, reader, story):
    delivered(shop, 5, carrier="=1+1")
    answer = client.get(url("delivery_lanes_csv", shop))

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][:6] == ["gls", "", "", "2026-08-25", "2026-11-22", "4"]
    assert ["ups", "DE", "AT"] in [row[:3] for row in rows]
    assert "'=1+1" in [row[0] for row in rows]


@pytest.mark.parametrize("count", [1, 60])
def test_pages_ask_few_questions(client, shop, reader, count, django_assert_max_num_queries):
    order = OrderFactory(merchant=shop)
    for place in range(count):
        delivered(shop, place % 20, order=order, external_id=f"p-{place}")

    for name in ("delivery", "delivery_parcels", "delivery_lanes_csv"):
        with django_assert_max_num_queries(9):
            assert client.get(url(name, shop)).status_code == 200


def test_the_list_goes_on_where_the_page_ended(client, shop, reader):
    order = OrderFactory(merchant=shop)
    for place in range(55):
        delivered(shop, 1 + place / 24, order=order, external_id=f"p-{place}")

    first = text(client.get(url("delivery_parcels", shop)))
    older = re.search(r'href="(\?[^"]+after=[^"]+)"', first)[1].replace("&amp;", "&")
    second = text(client.get(url("delivery_parcels", shop) + older))

    assert (first.count("<tr>"), second.count("<tr>")) == (51, 6)


HOSTILE = ["\0", "%ED%A0%80", "x" * 5000, "<script>alert(1)</script>"]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["delivery", "delivery_parcels", "delivery_lanes_csv"])
def test_nonsense_in_the_address_is_no_error(client, shop, reader, story, name, value):
    for part in ("carrier", "from", "to", "which", "span", "first", "after"):
        answer = client.get(f"{url(name, shop)}?{part}={value}")

        assert answer.status_code in (200, 302)
        assert b"<script>alert" not in answer.content
