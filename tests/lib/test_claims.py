"""Queues that are tables: nobody takes what another has, and finding what is due stays cheap."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications.actions.settling import QUEUE
from notifications.models import Message
from notifications.statuses import MessageState
from tests.factories import MerchantFactory, MessageFactory, OrderFactory


@pytest.fixture
def now():
    return timezone.now()


@pytest.mark.django_db
def test_claims_take_the_longest_waiting_first(now):
    order = OrderFactory()
    late, early, future = (
        MessageFactory(order=order, send_at=now + timedelta(minutes=minutes))
        for minutes in (-1, -9, 1)
    )

    claim = QUEUE.claim(now=now)

    assert [row.pk for row in claim.rows] == [early.pk, late.pk]
    assert Message.every.get(pk=early.pk).token == claim.token
    assert Message.every.get(pk=future.pk).state == MessageState.PLANNED


@pytest.mark.django_db
def test_a_claim_can_leave_merchants_out(now):
    left_out, other = MessageFactory.create_batch(2)

    claim = QUEUE.claim(now=timezone.now(), without={left_out.merchant_id})

    assert [(row.pk, row.merchant_id) for row in claim.rows] == [(other.pk, other.merchant_id)]


@pytest.mark.django_db
def test_only_the_holder_of_the_token_puts_rows_back(now):
    MessageFactory.create_batch(2, order=OrderFactory(), send_at=now)
    first = QUEUE.claim(now=now, limit=1)
    second = QUEUE.claim(now=now, limit=1)

    assert QUEUE.release(first.rows + second.rows, token=second.token) == 1

    assert Message.every.get(pk=first.rows[0].pk).state == MessageState.CLAIMED
    assert Message.every.get(pk=second.rows[0].pk).state == MessageState.PLANNED


@pytest.mark.django_db
def test_leases_that_ran_out_are_reaped_and_others_not(now):
    MessageFactory.create_batch(2, order=OrderFactory(), send_at=now - timedelta(hours=1))
    lapsed = QUEUE.claim(now=now - timedelta(minutes=30), limit=1)
    held = QUEUE.claim(now=now, limit=1)

    assert QUEUE.reap(now=now) == 1

    assert Message.every.get(pk=lapsed.rows[0].pk).state == MessageState.PLANNED
    assert Message.every.get(pk=held.rows[0].pk).token == held.token


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_take_each_row_once(now):
    MessageFactory.create_batch(230, order=OrderFactory(), send_at=now)
    taken, start = [], threading.Barrier(4)

    def work():
        start.wait()
        try:
            while rows := QUEUE.claim(now=now, limit=10).rows:
                taken.extend(row.pk for row in rows)
        finally:
            connection.close()

    crew = [threading.Thread(target=work) for _ in range(4)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()

    assert sorted(taken) == sorted(Message.every.values_list("pk", flat=True))


MANY = """
INSERT INTO notifications_message (merchant_id, public_id, kind, channel, dedupe_key, recipient,
    language, sealed, state, send_at, expires_at, attempts, resends, reason, subject, provider_id,
    created_at)
SELECT %(merchant)s, gen_random_uuid(), 'confirmation', 'email', 'many:' || n, 'x@example.com',
    'en', '', CASE WHEN n %% 10000 = 0 OR n %% 3 = 0 THEN 'planned' ELSE 'sent' END,
    CASE WHEN n %% 10000 = 0 THEN %(now)s - interval '1 minute' ELSE %(now)s + interval '1 day' END,
    %(now)s + interval '2 days', 0, 0, '', '', '', %(now)s
FROM generate_series(1, %(count)s) AS n
"""


@pytest.mark.django_db
def test_few_due_among_very_many_are_found_by_the_index(now):
    """Among 120,000 rows of which 40,000 wait and 12 are due; without and with statistics."""
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"merchant": MerchantFactory().pk, "now": now, "count": 120_000})
    due = QUEUE.due(now=now).select_for_update(skip_locked=True)[:100]

    before = due.explain(analyze=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notifications_message")
    after = due.explain(analyze=True)

    assert "notifications_due" in before
    assert "Index Scan using notifications_due" in after
    assert "Sort" not in after
    assert len(QUEUE.claim(now=now).rows) == 12


@pytest.mark.django_db
def test_rows_are_marked_by_primary_key_alone(now, django_assert_num_queries):
    MessageFactory.create_batch(3, order=OrderFactory(), send_at=now)

    with django_assert_num_queries(4) as captured:  # Savepoint, select, update, release.
        QUEUE.claim(now=now)

    update = next(query["sql"] for query in captured if query["sql"].startswith("UPDATE"))
    assert update.partition(" WHERE ")[2].startswith('"notifications_message"."id" IN (')
    assert " AND " not in update.partition(" WHERE ")[2]
