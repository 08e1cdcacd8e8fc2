"""What is kept step by step is what counting from scratch gives."""

from datetime import UTC, date, datetime, timedelta

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from analytics import tasks
from analytics.actions import behind, catch_up, forget_gone, keeping, rebuild
from analytics.models import (
    Book,
    CohortFigure,
    CountedOrder,
    CountedRefund,
    DayFigure,
    PairFigure,
)
from analytics.policy import TEST_PREFIX
from orders.actions import trial
from orders.models import Order
from orders.statuses import Status
from tests.analytics.histories import History
from tests.factories import CustomerFactory, MerchantFactory, OrderFactory, RefundFactory

pytestmark = pytest.mark.django_db

TABLES = (CountedOrder, CountedRefund, DayFigure, PairFigure, CohortFigure)


def kept(shop):
    """Give all that is kept of a shop, without the keys of sums."""
    found = {}
    for model in TABLES:
        names = [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
        rows = model.every.filter(merchant=shop).values_list(*names)
        found[model.__name__] = sorted(rows, key=repr)
    return found


def ordered(shop, customer, day, **values):
    at = datetime.fromisoformat(f"{day}T12:00+00:00")
    return OrderFactory(merchant=shop, customer=customer, placed_at=at, **values)


@pytest.fixture
def shop():
    return MerchantFactory()


@pytest.fixture
def person(shop):
    return CustomerFactory(merchant=shop)


@pytest.mark.parametrize("seed", range(6))
def test_step_by_step_equals_from_scratch(shop, seed, monkeypatch):
    monkeypatch.setattr(keeping, "BATCH", 7)  # so that a run takes several batches
    history = History(shop, seed=seed)
    rebuild(shop.pk)
    for _ in range(6):
        history.go_on(12)
        catch_up(shop.pk)
    forget_gone(shop.pk)
    step_by_step = kept(shop)

    rebuild(shop.pk)

    assert step_by_step == kept(shop)
    assert step_by_step["CountedOrder"]
    assert step_by_step["CountedRefund"]


def test_catching_up_twice_changes_nothing(shop, person):
    ordered(shop, person, "2026-03-01")
    catch_up(shop.pk)
    once = kept(shop)

    catch_up(shop.pk)
    rebuild(shop.pk)

    assert kept(shop) == once


def test_orders_of_nobody_and_orders_that_came_to_nothing_are_not_counted(shop, person):
    ordered(shop, None, "2026-03-01")
    ordered(shop, person, "2026-03-01", status=Status.CANCELLED)
    ordered(shop, person, "2026-03-01", status=Status.DRAFT)
    ordered(shop, person, "2026-03-01", external_id="test:1")
    counted = ordered(shop, person, "2026-03-02", status=Status.REFUNDED)

    catch_up(shop.pk)

    assert [row.order_id for row in CountedOrder.every.all()] == [counted.pk]
    assert DayFigure.every.get().orders == 1


def test_a_test_order_is_known_by_how_it_is_made():
    assert TEST_PREFIX == trial.PREFIX


def test_a_day_is_one_of_the_shops_zone_and_moves_with_it(shop, person):
    late = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    OrderFactory(merchant=shop, customer=person, placed_at=late)
    catch_up(shop.pk)
    assert CountedOrder.every.get().day == date(2026, 3, 1)

    shop.zone_name = "America/New_York"
    shop.save()

    assert shop.pk in behind()
    catch_up(shop.pk)
    assert (DayFigure.every.get().day, CohortFigure.every.get().cohort) == (
        date(2026, 2, 28),
        date(2026, 2, 1),
    )


def test_two_orders_of_one_second_are_told_apart(shop, person):
    first, second = (ordered(shop, person, "2026-03-01") for _ in range(2))
    catch_up(shop.pk)

    places = CountedOrder.every.order_by("place").values_list("order_id", "place", "other_day")
    assert list(places) == [(first.pk, 1, date(2026, 3, 1)), (second.pk, 2, date(2026, 3, 1))]
    assert list(CohortFigure.every.values_list("customers", "orders")) == [(1, 2)]


def test_an_earlier_order_that_comes_in_late_becomes_the_first(shop, person):
    ordered(shop, person, "2026-03-05")
    catch_up(shop.pk)
    ordered(shop, person, "2026-01-05")
    catch_up(shop.pk)

    cells = CohortFigure.every.order_by("month").values_list("cohort", "month", "customers")
    assert list(cells) == [
        (date(2026, 1, 1), date(2026, 1, 1), 1),
        (date(2026, 1, 1), date(2026, 3, 1), 1),
    ]
    assert not PairFigure.every.filter(orders=0).exists()


def test_a_deleted_order_is_forgotten_at_night(shop, person):
    order = ordered(shop, person, "2026-03-01")
    RefundFactory(order=order)
    ordered(shop, person, "2026-03-04")
    tasks.tick_figures()
    order.delete()

    tasks.tick_gone()

    assert CountedOrder.every.get().place == 1
    assert not DayFigure.every.filter(refunds__gt=0).exists()


def test_only_merchants_with_news_are_behind(shop, person):
    order = ordered(shop, person, "2026-03-01")
    assert behind() == [shop.pk]
    tasks.tick_figures()
    Order.every.update(updated_at=timezone.now() - timedelta(hours=1))
    assert behind() == []

    order.save()

    assert behind() == [shop.pk]


def test_an_order_stamped_before_others_that_were_seen_is_found(shop, person):
    """A transaction that took a minute to commit."""
    ordered(shop, person, "2026-03-01")
    catch_up(shop.pk)
    late = ordered(shop, person, "2026-03-02")
    Order.every.filter(pk=late.pk).update(updated_at=timezone.now() - timedelta(seconds=100))

    catch_up(shop.pk)

    assert CountedOrder.every.filter(order=late).exists()


def test_one_shops_figures_leave_anothers_alone(shop, person):
    ordered(shop, person, "2026-03-01")
    other = OrderFactory()
    other.customer = CustomerFactory(merchant=other.merchant)
    other.save()
    tasks.tick_figures()
    before = kept(other.merchant)

    rebuild(shop.pk)

    assert kept(other.merchant) == before
    assert len(before["CountedOrder"]) == 1


def test_the_command_counts_from_scratch(shop, person, capsys):
    ordered(shop, person, "2026-03-01")
    catch_up(shop.pk)
    good = kept(shop)
    DayFigure.every.update(orders=99)

    call_command("rebuild_figures", merchant=shop.slug)

    assert kept(shop) == good
    assert capsys.readouterr().out.startswith(f"{shop.slug}: ")
    with pytest.raises(CommandError, match="no merchant nobody"):
        call_command("rebuild_figures", merchant="nobody")


def test_whoever_comes_while_another_counts_leaves_it_to_them(shop, person):
    ordered(shop, person, "2026-03-01")
    with psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        other.cursor().execute(
            "SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"figures:{shop.pk}"]
        )
        assert catch_up(shop.pk) == 0
        assert not Book.every.exists()
    other.close()

    catch_up(shop.pk)

    assert CountedOrder.every.count() == 1


def test_the_book_stops_at_the_oldest_writer(shop):
    """Whoever has written and not committed may still bring an order stamped now."""
    rebuild(shop.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        assert Book.every.get().seen_until <= cursor.fetchone()[0]
