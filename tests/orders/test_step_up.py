"""One-time codes: good once, for ten minutes, for five tries; links can be switched off."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orders.actions.step_up import (
    TooManyCodes,
    WrongCode,
    check_step_up,
    revoke_links,
    start_step_up,
)
from orders.models import OneTimeCode
from orders.timeline import Actor
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_code_is_good_once():
    order = OrderFactory()
    code = start_step_up(order, now=NOW)
    check_step_up(order, f" {code[:3]} {code[3:]} ", now=NOW)

    with pytest.raises(WrongCode):
        check_step_up(order, code, now=NOW)
    assert code not in OneTimeCode.every.get().digest


def test_a_code_runs_out():
    order = OrderFactory()
    code = start_step_up(order, now=NOW)

    with pytest.raises(WrongCode):
        check_step_up(order, code, now=NOW + timedelta(minutes=10))


def test_five_wrong_tries_use_a_code_up():
    order = OrderFactory()
    code = start_step_up(order, now=NOW)
    for _ in range(5):
        with pytest.raises(WrongCode):
            check_step_up(order, wrong(code), now=NOW)

    with pytest.raises(WrongCode):
        check_step_up(order, code, now=NOW)


def test_a_new_code_ends_the_old_one():
    order = OrderFactory()
    old, new = start_step_up(order, now=NOW), start_step_up(order, now=NOW)
    if old != new:
        with pytest.raises(WrongCode):
            check_step_up(order, old, now=NOW)
    check_step_up(order, new, now=NOW)


def test_another_orders_code_is_of_no_use():
    one, other = OrderFactory(), OrderFactory()
    code = start_step_up(one, now=NOW)

    with pytest.raises(WrongCode):
        check_step_up(other, code, now=NOW)


def test_codes_cannot_be_asked_for_without_end():
    order = OrderFactory()
    for _ in range(5):
        start_step_up(order, now=NOW)

    with pytest.raises(TooManyCodes):
        start_step_up(order, now=NOW)
    start_step_up(order, now=NOW + timedelta(hours=1, seconds=1))


def test_links_are_switched_off_by_raising_their_generation():
    order = OrderFactory()
    revoke_links(order, actor=Actor(), now=NOW)

    order.refresh_from_db()
    assert order.link_epoch == 1
