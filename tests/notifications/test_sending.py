"""What becomes of a message that is due: every way from planned to settled."""

from datetime import timedelta

import pytest

from notifications import actions
from notifications.actions import settling
from notifications.models import Attempt, Message, Outage, Suppression
from notifications.statuses import AttemptOutcome, MessageKind, MessageState, Withheld
from orders.models import Event
from orders.statuses import MessageEvent, Status
from tests.factories import BrandFactory, MessageFactory, OrderFactory, SuppressionFactory
from tests.notifications.conftest import fresh
from tests.smtp_sink import CUT_ANSWERED, CUT_UNACCEPTED, CUT_UNANSWERED

pytestmark = pytest.mark.django_db


def story(order):
    return [event.kind for event in Event.every.filter(order=order).order_by("pk")]


def words_of(mail):
    return mail.parsed.get_body(["plain"]).get_content().replace(" ", "")


def test_a_due_message_is_sent_once(sink, send, clock):
    message = MessageFactory()

    assert [send(), send()] == [1, 0]

    assert sink.keys() == {str(message.public_id): 1}
    sent = fresh(message)
    assert (sent.state, sent.attempts, sent.token, sent.reason) == (MessageState.SENT, 1, None, "")
    assert sent.subject == sink.mails[0].parsed["Subject"]
    assert [row.outcome for row in Attempt.every.all()] == [AttemptOutcome.SENT]
    assert story(message.order) == [MessageEvent.SENT]


def test_the_mail_comes_from_the_shop_and_answers_go_to_its_help(sink, send):
    message = MessageFactory(order=OrderFactory(merchant__name='Alma, "Fern"\r\nBcc: x@y.example'))
    BrandFactory(merchant=message.merchant, sender_name="", sender_email="orders@alma.example")

    send()

    mail = sink.mails[0].parsed
    assert mail["From"].addresses[0].display_name == 'Alma, "Fern" Bcc: x@y.example'
    assert mail["From"].addresses[0].addr_spec == "orders@alma.example"
    assert mail["Reply-To"] == message.merchant.support_email
    assert mail["Message-ID"] == f"<{message.public_id}@alma.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Bcc"] is None
    assert mail["To"] == message.recipient


def test_what_is_planned_for_later_waits(sink, send, clock):
    MessageFactory(send_at=clock() + timedelta(minutes=1))

    assert send() == 0
    clock.forward(timedelta(minutes=2))
    assert send() == 1


@pytest.mark.parametrize("answer", ["451 try later", "421 closing"])
def test_a_temporary_refusal_is_tried_again_until_it_is_accepted(answer, sink, send, clock):
    message = MessageFactory()
    sink.after_data = lambda mail: answer

    send()
    waiting = fresh(message)
    assert (waiting.state, waiting.attempts, waiting.token) == (MessageState.PLANNED, 1, None)
    assert timedelta(seconds=5) < waiting.send_at - clock() < timedelta(seconds=15)
    assert story(message.order) == []

    sink.after_data = lambda mail: None
    clock.forward(timedelta(seconds=15))
    send()
    assert fresh(message).state == MessageState.SENT
    outcomes = [row.outcome for row in Attempt.every.order_by("pk")]
    assert outcomes == [AttemptOutcome.RETRY, AttemptOutcome.SENT]
    assert not Outage.every.exists()


def test_a_temporary_refusal_ends_when_the_message_is_of_no_use(sink, send, clock):
    message = MessageFactory(expires_at=clock() + timedelta(seconds=5))
    sink.at_recipient = lambda address: f"450 4.2.0 <{address}> is greylisted"

    send()

    failed = fresh(message)
    assert (failed.state, failed.reason) == (MessageState.FAILED, "450 4.2.0 <…> is greylisted")
    assert story(message.order) == [MessageEvent.FAILED]


@pytest.mark.parametrize(
    ("answer", "is_suppressed"),
    [
        ("550 no such user", True),
        ("550 5.1.1 no such user", True),
        ("550 5.7.1 blocked by policy", False),
        ("552 5.2.2 mailbox full", False),
    ],
)
def test_a_refused_recipient_fails_for_good(answer, is_suppressed, sink, send, clock):
    message = MessageFactory()
    sink.at_recipient = lambda address: answer

    send()
    clock.forward(timedelta(hours=1))
    send()

    assert fresh(message).state == MessageState.FAILED
    assert len(sink.refused) == 1
    assert Suppression.every.filter(address=message.recipient).exists() == is_suppressed
    assert story(message.order) == [MessageEvent.FAILED]
    assert not Outage.every.exists()


def test_a_refused_sender_does_not_suppress_the_recipient(sink, send):
    message = MessageFactory()
    sink.at_sender = lambda address: "550 not your domain"

    send()

    assert fresh(message).state == MessageState.FAILED
    assert not Suppression.every.exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": Status.CANCELLED}, Withheld.CANCELLED),
        ({"status": Status.DRAFT}, Withheld.NOT_PLACED),
    ],
)
def test_a_stopped_order_is_not_confirmed(changes, reason, sink, send):
    message = MessageFactory(order=OrderFactory(**changes))

    send()

    withheld = fresh(message)
    assert (withheld.state, withheld.reason) == (MessageState.WITHHELD, reason)
    assert withheld.explanation == reason.label
    assert (sink.connections, story(message.order)) == (0, [])


def test_an_expired_message_is_not_sent(sink, send, clock):
    message = MessageFactory(expires_at=clock() - timedelta(seconds=1))

    send()

    assert (fresh(message).state, fresh(message).reason) == ("withheld", "expired")
    assert sink.connections == 0


def test_nothing_goes_to_a_suppressed_address(sink, send):
    message = MessageFactory(recipient="Ines@example.com")
    SuppressionFactory(merchant=message.merchant, address="ines@example.com")
    other = MessageFactory(recipient="ines@example.com")

    send()

    assert fresh(message).reason == Withheld.SUPPRESSED
    assert sink.keys() == {str(other.public_id): 1}


def test_a_cut_before_acceptance_is_simply_tried_again(sink, send, clock):
    message = MessageFactory()
    sink.at_recipient = lambda address: "421 going down"

    send()
    sink.at_recipient = lambda address: None
    clock.forward(timedelta(seconds=20))
    send()

    assert sink.keys() == {str(message.public_id): 1}
    assert (fresh(message).state, fresh(message).resends) == (MessageState.SENT, 0)


@pytest.mark.parametrize(("cut", "copies"), [(CUT_UNANSWERED, 2), (CUT_UNACCEPTED, 1)])
def test_a_cut_after_the_data_is_in_doubt_and_sent_once_more_with_its_id(
    cut, copies, sink, send, clock
):
    message = MessageFactory()
    script = iter([cut])
    sink.after_data = lambda mail: next(script, None)

    send()
    doubtful = fresh(message)
    assert (doubtful.state, doubtful.resends) == (MessageState.PLANNED, 1)
    assert story(message.order) == [MessageEvent.UNCERTAIN]

    clock.forward(timedelta(seconds=30))
    send()
    assert fresh(message).state == MessageState.SENT
    assert sink.keys() == {str(message.public_id): copies}
    assert len(sink.message_ids(str(message.public_id))) == 1


def test_a_cut_after_the_answer_is_no_doubt(sink, send):
    message = MessageFactory()
    sink.after_data = lambda mail: CUT_ANSWERED

    send()

    assert (fresh(message).state, fresh(message).resends) == (MessageState.SENT, 0)


def test_doubt_twice_stays_in_doubt(sink, send, clock):
    message = MessageFactory()
    sink.after_data = lambda mail: CUT_UNANSWERED

    for _ in range(4):
        send()
        clock.forward(timedelta(minutes=5))

    assert fresh(message).state == MessageState.UNCERTAIN
    assert sink.keys() == {str(message.public_id): 2}
    assert story(message.order) == [MessageEvent.UNCERTAIN] * 2


def test_no_server_at_all_pauses_the_way_out_and_recovers(sink, send, settings, clock):
    messages = MessageFactory.create_batch(3, order=OrderFactory())
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, 1

    for _ in range(3):
        send()
        clock.forward(timedelta(seconds=45))
    outage = Outage.every.get()
    assert (outage.failures >= 5, outage.paused_until is not None) == (True, True)
    tries = Attempt.every.count()

    settings.EMAIL_PORT = there
    clock.forward(timedelta(minutes=10))
    send()
    assert {fresh(message).state for message in messages} == {MessageState.SENT}
    assert not Outage.every.exists()
    assert Attempt.every.count() == tries + 3


def test_while_a_way_is_paused_its_messages_are_left_alone(sink, send, clock):
    waiting, other = MessageFactory(), MessageFactory()
    Outage.every.create(
        merchant=waiting.merchant,
        failures=5,
        since=clock(),
        paused_until=clock() + timedelta(minutes=1),
    )

    send()

    assert (fresh(waiting).state, fresh(waiting).attempts) == (MessageState.PLANNED, 0)
    assert fresh(other).state == MessageState.SENT


def test_a_message_that_cannot_be_written_harms_no_other(sink, send, clock):
    poison = MessageFactory(kind=MessageKind.CODE, sealed="not a seal")
    good = MessageFactory()

    for _ in range(8):
        send()
        clock.forward(timedelta(seconds=100))

    assert fresh(good).state == MessageState.SENT
    parked = fresh(poison)
    assert (parked.state, parked.attempts) == (MessageState.FAILED, 5)
    assert parked.reason == "Could not be written: ValueError"
    assert story(poison.order) == [MessageEvent.FAILED]


def test_a_code_is_wiped_when_it_has_gone(sink, send, clock):
    order = OrderFactory()
    actions.plan_code(order=order, code="482913", now=clock())
    assert "482913" not in Message.every.get().sealed

    send()

    assert "482913" in words_of(sink.mails[0])
    assert Message.every.get().sealed == ""


def test_a_code_is_tried_again_with_its_content(sink, send, clock):
    actions.plan_code(order=OrderFactory(), code="482913", now=clock())
    script = iter(["451 later"])
    sink.after_data = lambda mail: next(script, None)

    send()
    clock.forward(timedelta(seconds=20))
    send()

    assert "482913" in words_of(sink.mails[0])


def test_links_go_to_the_address_that_has_orders(sink, send, clock):
    order = OrderFactory(email="ines@example.com")

    for _ in range(2):
        actions.plan_links(merchant=order.merchant, email=" Ines@Example.com ", now=clock())
    send()

    assert [mail.recipient for mail in sink.mails] == ["ines@example.com"]
    assert order.number in words_of(sink.mails[0])


def test_an_address_without_orders_gets_nothing_and_is_not_kept(sink, send, clock):
    order = OrderFactory()
    actions.plan_links(merchant=order.merchant, email="stranger@example.com", now=clock())

    send()

    row = Message.every.get()
    assert (row.state, row.reason, row.recipient) == ("withheld", "nothing", "")
    assert sink.connections == 0


def test_a_person_sends_a_failed_message_again(sink, send, clock):
    message = MessageFactory()
    sink.after_data = lambda mail: "554 no"
    send()
    sink.after_data = lambda mail: None

    actions.send_again(fresh(message), now=clock())
    send()

    assert fresh(message).state == MessageState.SENT
    with pytest.raises(actions.NotSendable):
        actions.send_again(fresh(message), now=clock())


def test_a_stale_sender_changes_nothing(sink, clock):
    message = MessageFactory()
    claim = settling.QUEUE.claim(now=clock())
    clock.forward(timedelta(minutes=5))
    assert actions.reap(now=clock()) == 1
    settling.QUEUE.claim(now=clock())
    before = fresh(message)

    answer = settling.Answer(AttemptOutcome.SENT)
    changed = settling.settle(message, answer, token=claim.token, subject="", now=clock())

    assert not changed
    assert fresh(message).state == before.state == MessageState.CLAIMED
    assert fresh(message).token == before.token
    assert not Attempt.every.exists()


def test_the_reaper_puts_back_what_was_not_begun_and_doubts_what_was(sink, send, clock):
    unbegun, begun = MessageFactory.create_batch(2)
    settling.QUEUE.claim(now=clock())
    Message.every.filter(pk=begun.pk).update(state=MessageState.DISPATCHING, attempts=1)

    assert actions.reap(now=clock()) == 0
    clock.forward(timedelta(minutes=10))
    assert actions.reap(now=clock()) == 2

    assert (fresh(unbegun).state, fresh(unbegun).resends) == (MessageState.PLANNED, 0)
    assert (fresh(begun).state, fresh(begun).resends) == (MessageState.PLANNED, 1)
    assert story(begun.order) == [MessageEvent.UNCERTAIN]
    clock.forward(timedelta(minutes=1))
    send()
    assert sink.keys() == {str(unbegun.public_id): 1, str(begun.public_id): 1}
