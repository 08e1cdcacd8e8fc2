"""What is the matter in the demo shop today: mails, notes, an import, an unreadable delivery."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from random import Random

from django.db.models import F

from merchants.actions import Viewer, note_look
from merchants.models import Merchant, StoreConnection
from merchants.statuses import ConnectionKind, LookKind, Role
from notifications.models import Attempt, Message
from notifications.statuses import AttemptOutcome, MessageKind, MessageState
from orders.actions.notes import write_note
from orders.actions.tags import put_tag
from orders.models import ImportRun, Order
from orders.statuses import ActorKind
from orders.timeline import Actor
from postpurchase.demo.orders import deliver
from postpurchase.demo.past import LAST, WATCHED
from postpurchase.demo.team import Colleague

MAILED_FOR = timedelta(days=62)
TROUBLED = {
    f"#{LAST - 5}": (MessageState.FAILED, "550 5.1.1 There is no such mailbox here."),
    f"#{LAST - 7}": (MessageState.UNCERTAIN, "The connection broke before the server answered."),
}
OUTCOMES = {
    MessageState.SENT: AttemptOutcome.SENT,
    MessageState.FAILED: AttemptOutcome.REFUSED,
    MessageState.UNCERTAIN: AttemptOutcome.UNCERTAIN,
}


def set_scene(connection: StoreConnection, *, team: list[Colleague], now: datetime) -> None:
    """Let things have happened: some went well, some need a person now."""
    merchant = connection.merchant
    orders = Order.every.of(merchant.pk)
    # History is watched by nobody; these two were on their way when we began to look.
    numbers = [f"#{number}" for number in WATCHED]
    orders.filter(number__in=numbers).update(is_history=False)
    _mails(merchant, now=now)
    _talk(list(orders.filter(number__in=numbers).order_by("pk")), team=team, now=now)
    _import(merchant, now=now)
    unreadable = {"id": 9917, "name": "#9917", "currency": "EUR", "line_items": None}
    deliver(connection, json.dumps(unreadable).encode(), now=now - timedelta(hours=3))


def _mails(merchant: Merchant, *, now: datetime) -> None:
    """Let the confirmations of two months have gone out, but for two of them."""
    random = Random(7)  # noqa: S311  # a story, not a secret
    since = now - MAILED_FOR
    rows = Order.every.of(merchant.pk).filter(placed_at__gte=since).order_by("placed_at")
    mails = [_mail(order, seconds=random.randint(3, 40)) for order in rows]
    Message.every.bulk_create(mails)
    Message.every.of(merchant.pk).update(created_at=F("send_at"))
    Attempt.every.bulk_create(
        Attempt(
            merchant=merchant,
            message=mail,
            at=mail.settled_at or now,
            outcome=OUTCOMES[MessageState(mail.state)],
            answer=mail.reason or "250 2.0.0 OK",
        )
        for mail in mails
    )


def _mail(order: Order, *, seconds: int) -> Message:
    state, reason = TROUBLED.get(order.number, (MessageState.SENT, ""))
    return Message(
        merchant_id=order.merchant_id,
        order=order,
        kind=MessageKind.CONFIRMATION,
        dedupe_key=f"order:{order.pk}:confirmation",
        recipient=order.email,
        language=order.language,
        state=state,
        reason=reason,
        subject=f"Order {order.number} confirmed",
        send_at=order.placed_at,
        expires_at=order.placed_at + timedelta(hours=24),
        settled_at=order.placed_at + timedelta(seconds=seconds),
        attempts=1,
    )


def _talk(orders: list[Order], *, team: list[Colleague], now: datetime) -> None:
    """Let the team have looked at stuck orders, tagged them and written to one another."""
    people = {colleague.role: colleague.user for colleague in team}
    agent, manager = people[Role.AGENT], people[Role.MANAGER]
    actor = Actor(ActorKind.STAFF, str(agent))
    for hours, order in enumerate(orders, start=1):
        at = now - timedelta(hours=hours)
        note_look(
            Viewer(agent, order.merchant_id), LookKind.PAGE, of=Order, rows=[order.pk], now=at
        )
        put_tag(order, name="waiting for stock", actor=actor, now=at)
    order = orders[0]
    put_tag(order, name="vip", actor=actor, now=now - timedelta(minutes=50))
    asked = (
        f"@{manager.name} The glaze of the mugs came late. May I offer a refund of the delivery?"
    )
    write_note(order, text=asked, by=agent, tell=[manager.pk], now=now - timedelta(minutes=45))
    answer = f"@{agent.name} Yes, do. The new mugs leave on Friday."
    write_note(order, text=answer, by=manager, tell=[agent.pk], now=now - timedelta(minutes=20))


def _import(merchant: Merchant, *, now: datetime) -> None:
    """Let a file of last year's orders have been imported."""
    began = now - timedelta(days=40)
    ImportRun.every.create(
        merchant=merchant,
        connection=StoreConnection.every.get(merchant=merchant, kind=ConnectionKind.FILE),
        file_name="orders-last-year.csv",
        file_digest="0" * 64,
        rows_read=412,
        orders_created=405,
        orders_unchanged=4,
        rows_failed=3,
        started_at=began,
        finished_at=began + timedelta(seconds=2),
    )
