"""Connections to the database are cut again and again while senders are at work."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications import actions
from tests.faults.books import balance, open_messages
from tests.faults.conftest import FULL, place
from tests.faults.test_kill_senders import LEAP, arrive

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

MESSAGES, CUTS = (2000, 40) if FULL else (200, 6)


def cut_all():
    """End every connection to this database but our own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_cut_connections_lose_nothing_and_double_nothing(senders, sink):
    place(MESSAGES)
    sink.answers_after = lambda mail: 0.03
    minutes = cuts = 0

    while open_messages().exists():
        crew = [senders.start(minutes_ahead=minutes) for _ in range(2)]
        while arrive(MESSAGES // CUTS // 2, sink=sink, within=3.0):
            if cuts < CUTS:
                cuts += 1
                cut_all()
        time.sleep(1)
        assert all(senders.is_alive(pid) for pid in crew)
        for pid in crew:
            senders.kill(pid)
        minutes += LEAP
        actions.reap(now=timezone.now() + timedelta(minutes=minutes))

    books = balance(sink)
    print(f"{MESSAGES} messages, all connections cut {cuts} times: {books}")
    assert (books.lost, books.doubled, books.doubted) == ([], [], 0)
