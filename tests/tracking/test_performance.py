"""How carriers did: counted in one statement, and each figure with the parcels behind it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from postpurchase.lib import keyset
from tests.factories import OrderFactory, ShipmentFactory
from tracking.performance import (
    ALL,
    Figures,
    Lane,
    Period,
    Which,
    ordering_of,
    parcels,
    performance,
)
from tracking.statuses import Direction, Milestone

START = datetime(2026, 11, 1, tzinfo=UTC)
PERIOD = Period(START, START + timedelta(days=14))
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return OrderFactory(placed_at=START - 5 * DAY)


def came(order, *, after=2, late=None, at=START + 3 * DAY + 9 * HOUR, **changes):
    """Make a parcel that came `after` days, so many days after the first one named."""
    promised = None if late is None else (at - late * DAY).date()
    return ShipmentFactory(
        **{
            "merchant": order.merchant,
            "order": order,
            "milestone": Milestone.DELIVERED,
            "delivered_at": at,
            "picked_up_at": at - after * DAY,
            "promised_until": promised,
            "from_country": "DE",
        }
        | changes
    )


def turned_back(order, **changes):
    return ShipmentFactory(
        merchant=order.merchant, order=order, milestone=Milestone.RETURNING,
        returning_since=START + DAY, from_country="DE", **changes,
    )  # fmt: skip


def test_nothing_comes_to_nothing(order):
    found = performance(order.merchant_id, PERIOD)

    assert found.total == Figures(lane=ALL)
    assert (found.carriers, found.lanes) == ((), ())
    assert (found.total.kept_share, found.total.returned_share) == (None, None)


def test_figures_of_all_of_carriers_and_of_lanes(order):
    came(order, after=1, late=0)
    came(order, after=2, late=-1, shipped_at=START, first_scan_at=START + 6 * HOUR)
    came(order, after=9, late=3, carrier="gls", to_country="AT", attempts=2)
    came(order, after=3, carrier="gls", to_country="AT")
    turned_back(order, carrier="gls")
    came(order, at=START - HOUR)
    came(order, at=PERIOD.end)
    came(order, direction=Direction.RETURN)
    came(OrderFactory(), after=30, late=20)

    found = performance(order.merchant_id, PERIOD)

    total = found.total
    assert (total.delivered, total.returned, total.ended) == (4, 1, 5)
    assert (total.promised, total.kept, total.late, total.late_days) == (3, 2, 1, 3.0)
    assert (total.attempts, total.needed_more, total.first_attempt_share) == (2, 1, 0.75)
    assert (total.timed, total.transit_p50, total.transit_p90) == (4, 2.5, pytest.approx(7.2))
    assert (total.first_scan_hours, total.returned_share) == (6.0, 0.2)
    assert total.kept_share == pytest.approx(2 / 3)
    assert [(each.lane, each.ended) for each in found.carriers] == [
        (Lane("gls"), 3), (Lane("dhl_paket"), 2),
    ]  # fmt: skip
    assert [(each.lane, each.delivered, each.returned) for each in found.lanes] == [
        (Lane("dhl_paket", "DE", "DE"), 2, 0),
        (Lane("gls", "DE", "AT"), 2, 0),
        (Lane("gls", "DE", "DE"), 0, 1),
    ]


def test_the_day_is_that_of_the_door(order):
    # Half past eight in the evening of the 4th in Chicago, the 5th in Berlin.
    at = datetime(2026, 11, 5, 2, 30, tzinfo=UTC)
    promised = date(2026, 11, 4)
    came(order, at=at, to_country="US", promised_until=promised)
    late = came(order, at=at, to_country="DE", promised_until=promised)

    assert performance(order.merchant_id, PERIOD).total.kept == 1
    assert list(parcels(order.merchant_id, PERIOD, which=Which.LATE)) == [late]


@pytest.mark.parametrize("which", Which)
def test_behind_each_figure_stand_as_many_parcels(order, which):
    came(order, late=0)
    came(order, late=2, attempts=1)
    came(order, late=2, carrier="gls")
    turned_back(order)
    lane = Lane("dhl_paket", "DE", "DE")
    found = performance(order.merchant_id, PERIOD)
    figures = next(each for each in found.lanes if each.lane == lane)
    counted = {
        Which.DELIVERED: figures.delivered,
        Which.LATE: figures.late,
        Which.ATTEMPTED: figures.needed_more,
        Which.RETURNED: figures.returned,
    }

    rows = parcels(order.merchant_id, PERIOD, lane=lane, which=which)
    page = keyset.page(rows, ordering=ordering_of(which), cursor=None, limit=10)

    assert len(page.rows) == counted[which] > 0


def test_the_period_before_has_the_same_length():
    before = PERIOD.before()

    assert (before.end, before.end - before.start) == (PERIOD.start, PERIOD.end - PERIOD.start)
