"""How long it will take: what the estimator learns, and how well it did on real parcels."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.tracking.olist import OLIST, needs_olist
from tracking.backtest import Delivery, backtest
from tracking.estimate import Calibration, Way, estimate, part_of, weight_at
from tracking.management.commands.backtest_dates import SCORE_FROM, read

NOW = datetime(2026, 11, 2, tzinfo=UTC)


def histogram(days, *, at=NOW):
    found = {}
    for day in days:
        found[day] = found.get(day, 0.0) + weight_at(at)
    return found


def test_without_history_nothing_is_said():
    assert estimate([], now=NOW) is None
    assert estimate([("any", {})], now=NOW) is None


def test_the_middle_is_where_half_has_come():
    found = estimate([("any", histogram([2] * 50 + [4] * 50))], now=NOW)

    assert 2.9 <= found.middle <= 3.1
    assert (found.low, found.high) == pytest.approx((2.2, 4.8))
    assert (found.weight, found.ground) == (pytest.approx(100), "any")


def test_a_narrow_way_leaves_the_wide_one_as_its_own_deliveries_come_in():
    wide = ("any", histogram([10] * 500))

    def middle(own):
        return estimate([wide, ("lane", histogram([2] * own))], now=NOW).middle

    assert middle(0) > middle(8) > middle(40)
    assert middle(40) < 3


def test_old_deliveries_weigh_less():
    old = histogram([20] * 30, at=NOW - timedelta(days=450))
    new = histogram([3] * 3)
    both = {**old, **new}

    assert estimate([("any", both)], now=NOW).middle < 4


def test_what_took_less_than_has_gone_by_is_not_compared_with():
    levels = [("any", histogram([1] * 90 + [6] * 10))]

    assert estimate(levels, now=NOW).middle < 2
    late = estimate(levels, now=NOW, elapsed_days=3.5)
    assert late.low >= 6
    never = estimate(levels, now=NOW, elapsed_days=30)
    assert never.low >= 30


def test_misses_widen_the_range_and_hits_narrow_it():
    start = Calibration()

    assert start.after(was_early=False, was_late=True).high > start.high
    assert start.after(was_early=True, was_late=False).low < start.low
    calm = start.after(was_early=False, was_late=False)
    assert (calm.low > start.low, calm.high < start.high) == (True, True)


def test_two_parts_together_take_the_sum_of_their_days():
    packing = part_of([("any", histogram([0, 1]))], now=NOW)
    way = part_of([("any", histogram([2] * 3 + [5]))], now=NOW)

    shares = packing.then(way).shares

    assert {day: share for day, share in enumerate(shares) if share} == pytest.approx(
        {2: 0.375, 3: 0.375, 5: 0.125, 6: 0.125}
    )
    endless = part_of([("any", histogram([120]))], now=NOW)
    assert sum(endless.then(endless).shares) == pytest.approx(1)


def test_a_way_is_described_by_what_is_known_of_it():
    assert Way().descriptions() == ["any"]
    known = Way(from_country="DE", to_country="DE", carrier="dhl", to_postcode="80331")
    assert known.descriptions()[:3] == ["any", "countries DE>DE", "carrier DE>DE dhl/"]


def test_nothing_is_known_before_it_happened():
    """Parcels that all start before the first one ends cannot be estimated at all."""
    rows = [
        Delivery(NOW + timedelta(hours=n), NOW + timedelta(days=5 + n), Way()) for n in range(5)
    ]

    assert backtest(rows, score_from=NOW).count == 0


@needs_olist
@pytest.mark.parametrize(("from_order", "most"), [(False, 4.6), (True, 5.5)])
def test_real_parcels(from_order, most):
    bought = read(OLIST)
    rows = [order.whole if from_order else order.transit for order in bought]
    report = backtest(rows, score_from=SCORE_FROM)

    print(
        f"from the order {from_order}: {report.count} parcels, mean error {report.mean_error:.2f} days, "
        f"within two days {report.within_two_days:.0%}, inside {report.coverage:.1%}, "
        f"late {report.late_share:.1%}"
    )
    assert report.count > 4000
    assert report.mean_error <= most
    assert 0.75 <= report.coverage <= 0.90
