"""Many messages at once: threads, several senders, and shops that must not wait for one another."""

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications.actions import send_due
from notifications.actions.lanes import Lanes
from notifications.models import Attempt, Message
from notifications.statuses import MessageState
from orders.models import Event, Order
from orders.statuses import Status
from postpurchase.lib.claims import Claim, Taken
from tests.factories import MerchantFactory, MessageFactory, OrderFactory


def states():
    return Counter(Message.every.values_list("state", flat=True))


def many(count, merchant=None):
    order = OrderFactory(merchant=merchant or MerchantFactory(), lines=1)
    return MessageFactory.create_batch(count, order=order)


@pytest.mark.django_db(transaction=True)
def test_two_senders_of_many_threads_send_each_message_once(sink):
    messages, start = many(120), threading.Barrier(2)

    def sender():
        start.wait()
        try:
            send_due(clock=timezone.now, threads=4)
        finally:
            connection.close()

    crew = [threading.Thread(target=sender) for _ in range(2)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()

    assert sink.keys() == Counter({str(message.public_id): 1 for message in messages})
    assert states() == {MessageState.SENT: 120}
    assert (Attempt.every.count(), Event.every.count()) == (120, 120)
    assert sink.connections <= 10


@pytest.mark.django_db(transaction=True)
def test_while_a_server_takes_its_time_the_next_mails_are_on_their_way(sink, send):
    """What makes 20 mails a second out of a server that answers in 30 ms and more."""
    many(40)
    sink.answers_after = lambda mail: 0.15

    send()

    assert states() == {MessageState.SENT: 40}
    assert sink.most_at_once >= 6


@pytest.mark.django_db(transaction=True)
def test_a_shop_whose_server_hangs_holds_up_no_other(sink, send):
    """The first shop has more due and earlier than fits a batch; each of its mails times out."""
    hanging = MerchantFactory(slug="hanging")
    for message in many(150, merchant=hanging):
        Message.every.filter(pk=message.pk).update(
            recipient="slow@hanging.example", send_at=timezone.now() - timedelta(minutes=5)
        )
    prompt = many(10)
    sink.answers_after = lambda mail: 5.0 if mail.recipient == "slow@hanging.example" else 0.0

    began = time.monotonic()
    send(lasting=timedelta(seconds=6))

    assert {mail.recipient for mail in sink.mails} == {prompt[0].recipient}
    assert len(sink.mails) == 10
    assert max(mail.at for mail in sink.mails) - began < 5  # Two time-outs of the test's settings.
    waiting = Message.every.filter(merchant=hanging)
    assert Counter(waiting.values_list("state", flat=True))[MessageState.CLAIMED] == 0
    # A mail that timed out after its data is in doubt, and is not sent blindly again and again.
    assert Attempt.every.filter(message__merchant=hanging).count() < 20


@pytest.mark.django_db(transaction=True)
def test_few_messages_to_a_server_that_hangs_hold_up_no_other_either(sink, send):
    many(2, merchant=MerchantFactory(slug="hanging"))
    hanging = Message.every.values_list("recipient", flat=True)[0]
    prompt, planned = OrderFactory(), []

    def answer_late_and_plan_another(mail):
        if mail.recipient != hanging:
            return 0.0
        if not planned:
            planned.append(time.monotonic())
            thread = threading.Thread(target=plan_another, daemon=True)
            thread.start()
            thread.join()
        return 5.0

    def plan_another():
        MessageFactory(order=prompt)
        connection.close()

    sink.answers_after = answer_late_and_plan_another
    send(lasting=timedelta(seconds=5))

    (mail,) = sink.mails
    assert mail.recipient == prompt.email
    assert mail.at - planned[0] < 4  # One time-out of the test's settings, not two.


@pytest.mark.django_db(transaction=True)
def test_a_shift_that_is_over_leaves_nothing_claimed(sink, send):
    many(60)
    sink.answers_after = lambda mail: 0.2

    send(lasting=timedelta(seconds=0.7))

    left = states()
    assert set(left) == {MessageState.SENT, MessageState.PLANNED}
    assert left[MessageState.SENT] == len(sink.mails)


@pytest.mark.django_db(transaction=True)
def test_a_stop_holds_though_the_message_was_read_before(sink, send):
    """The orders are cancelled while the first mail of their handful is on its way."""
    shop = MerchantFactory()
    messages = [MessageFactory(order=OrderFactory(merchant=shop)) for _ in range(6)]

    def cancel(key):
        Order.every.exclude(messages__public_id=key).update(status=Status.CANCELLED)
        connection.close()

    def meanwhile(mail):
        elsewhere = threading.Thread(target=cancel, args=[mail.key])
        elsewhere.start()
        elsewhere.join()

    sink.after_data = meanwhile
    send(threads=1)

    assert sink.keys() == {str(messages[0].public_id): 1}
    assert states() == {MessageState.SENT: 1, MessageState.WITHHELD: 5}


@pytest.mark.django_db(transaction=True)
def test_several_batches_are_sent_to_the_last_message_and_call_for_help(sink, send):
    calls = []
    many(230)

    send(call_help=lambda: calls.append(1))

    assert states() == {MessageState.SENT: 230}
    assert calls == [1]


def claim_of(*rows):
    return Claim(token=None, rows=tuple(Taken(pk, merchant) for pk, merchant in rows))


def test_lanes_let_merchants_take_turns():
    lanes = Lanes(threads=8)

    lanes.put(claim_of((1, 7), (2, 7), (3, 7), (4, 8)))

    assert [lanes.take()[0].row.pk for _ in range(4)] == [1, 4, 2, 3]


def test_slow_merchants_get_two_threads_each_and_half_of_all_together():
    lanes = Lanes(threads=8)
    lanes.put(claim_of(*((n, n % 3) for n in range(30)), (99, 9)), slow=[0, 1, 2])

    begun = [lanes.take()[0] for _ in range(5)]

    assert Counter(work.row.merchant_id for work in begun)[9] == 1
    assert max(Counter(work.row.merchant_id for work in begun).values()) <= 2
    assert lanes._next() is None
    lanes.done(begun[1].row.merchant_id, seconds=0.1)
    assert lanes._next() is not None


def test_a_merchant_that_is_quick_again_counts_as_quick():
    lanes = Lanes(threads=2)
    lanes.put(claim_of((1, 7), (2, 7), (3, 7)), slow=[7])
    lanes.take()
    assert lanes.backlogged() == {7}

    lanes.done(7, seconds=0.1)

    assert lanes.backlogged() == set()


def test_a_closed_shift_gives_back_what_was_not_begun():
    lanes = Lanes(threads=2)
    lanes.put(claim_of((1, 7), (2, 7), (3, 8)))
    lanes.take()

    lanes.close()

    assert lanes.take() == []
    assert sorted(work.row.pk for work in lanes.drain()) == [2, 3]


def test_a_thread_takes_a_handful_of_one_merchant_but_leaves_the_others_their_share():
    lanes = Lanes(threads=4)
    lanes.put(claim_of(*((n, 7) for n in range(100)), *((n, 8) for n in range(100, 112))))

    assert [len(lanes.take()) for _ in range(4)] == [8, 3, 8, 2]
