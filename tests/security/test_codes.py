"""Guessing one-time codes with many hands at once: real threads, a real Postgres."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from orders.actions.step_up import TooManyCodes, WrongCode, check_step_up, start_step_up
from orders.models import Event, OneTimeCode
from orders.statuses import OrderEvent
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work, jobs):
    """Do each job in a thread of its own and give what each came to: a value or an error."""

    def alone(job):
        try:
            return work(job)
        except (WrongCode, TooManyCodes) as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(alone, jobs))


def test_five_tries_are_five_however_many_come_at_once():
    order, now = OrderFactory(), timezone.now()
    code = start_step_up(order, now=now)
    wrong = [f"{(int(code) + step) % 10**6:06d}" for step in range(1, 41)]

    assert set(at_once(lambda guess: check_step_up(order, guess, now=now), wrong)) == {"wrong_code"}

    assert OneTimeCode.every.get().tries == 5
    with pytest.raises(WrongCode):
        check_step_up(order, code, now=now)


def test_a_code_is_good_once_however_many_use_it_at_once():
    order, now = OrderFactory(), timezone.now()
    code = start_step_up(order, now=now)

    answers = at_once(lambda _: check_step_up(order, code, now=now), range(16))

    assert sorted(map(str, answers)) == ["None"] + ["wrong_code"] * 15
    assert Event.every.filter(kind=OrderEvent.CODE_ACCEPTED).count() == 1


def test_five_codes_an_hour_are_five_and_one_is_alive():
    order, now = OrderFactory(), timezone.now()

    answers = at_once(lambda _: start_step_up(order, now=now), range(16))

    assert answers.count("too_many_codes") == 11
    assert OneTimeCode.every.filter(expires_at__gt=now).count() == 1
