"""Senders killed at random while confirmations go out: none lost, none twice but listed doubts."""

import random
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import actions
from notifications.actions.sending import THREADS
from tests.faults.books import balance, open_messages
from tests.faults.conftest import FULL, place

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

MESSAGES, KILLS = (2000, 40) if FULL else (300, 8)
LEAP = 10
"""Minutes by which the clock moves on when a round is over, so that all leases have run out."""


def test_killed_senders_lose_nothing_and_double_nothing(senders, sink):
    place(MESSAGES)
    sink.answers_after = lambda mail: 0.03
    seed = random.randrange(10**6)
    chance, kills, minutes = random.Random(seed), 0, 0

    while open_messages().exists():
        crew = [senders.start(minutes_ahead=minutes) for _ in range(2)]
        while arrive(chance.randrange(1, MESSAGES // KILLS), sink=sink):
            if kills < KILLS:
                kills += 1
                victim = chance.randrange(2)
                senders.kill(crew[victim])
                crew[victim] = senders.start(minutes_ahead=minutes)
        for pid in crew:
            senders.kill(pid)
        minutes += LEAP
        actions.reap(now=timezone.now() + timedelta(minutes=minutes))
        assert minutes < 50 * LEAP, f"It never ends (seed {seed})."

    books = balance(sink)
    print(f"{MESSAGES} messages, {kills} kills in flight (seed {seed}): {books}")
    assert (books.lost, books.doubled) == ([], [])
    assert books.doubted <= (kills + 2 * minutes // LEAP) * THREADS


def arrive(count, *, sink, within=1.5):
    """Wait until so many more mails came; False: they stopped coming."""
    before, end = len(sink.mails), time.monotonic() + within
    while time.monotonic() < end:
        if len(sink.mails) >= before + count:
            return True
        time.sleep(0.01)
    return False
