"""One message's way from claimed to settled.

The commit to `dispatching` comes before the mail server is asked: whoever finds a message in that
state after a crash knows that it may have gone.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Prefetch

from merchants.models import Brand
from notifications import parcels, policy
from notifications.actions import outages
from notifications.actions.lanes import SLOW, Work
from notifications.actions.settling import (
    DISPATCHED_FOR,
    QUEUE,
    postpone_unwritten,
    settle,
    withhold,
)
from notifications.channels import WAYS
from notifications.channels.base import Answer, Letter, WayOut
from notifications.models import Message, Suppression
from notifications.parcel_policy import ASKED, TRUE_WHILE
from notifications.rendering import Mail, render
from notifications.statuses import (
    ABOUT_PARCELS,
    AttemptOutcome,
    MessageKind,
    MessageState,
    Withheld,
)
from orders.models import Order
from orders.queries import with_page
from orders.statuses import Status
from postpurchase.lib.tenancy import acting_for

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

LOST_DATABASE = (OperationalError, InterfaceError)
_SETTLE_AGAIN_AFTER = (0.1, 0.4, 1, 2, 4, 8)  # seconds


class Desk:
    """Where one thread handles messages. It keeps its connections between them.

    `failing` is shared by the threads of a shift: merchants whose way out fails, and until when it
    is left alone.
    """

    def __init__(self, *, clock: Clock, failing: dict[int, datetime | None]) -> None:
        self._clock = clock
        self._failing = failing
        self._ways: dict[str, WayOut] = {}

    def handle(self, works: list[Work]) -> list[Work]:
        """Send claimed messages of one merchant, or write down why not.

        After a slow one the rest is given back, so that other merchants get this thread. Raises
        where the database was lost; what was not begun by then is free again, if that was possible.
        """
        left = deque(works)
        try:
            with acting_for(works[0].row.merchant_id):
                messages = _load(works)
                while left:
                    began = time.monotonic()
                    work, message = left[0], messages.get(left[0].row.pk)
                    letter = self._prepare(work, message)
                    left.popleft()
                    if letter is not None and message is not None:
                        self._send(letter, message, work=work)
                    if time.monotonic() - began > SLOW:
                        break
        except LOST_DATABASE:
            connection.close()
            for work in left:
                QUEUE.release([work.row], token=work.token)
            raise
        return list(left)

    def close(self) -> None:
        """End the connections to mail servers."""
        for way in self._ways.values():
            way.close()
        self._ways.clear()

    def _prepare(self, work: Work, message: Message | None) -> Letter | None:
        """Write the mail and commit to sending it; None: it does not go now."""
        if message is None or message.token != work.token:
            return None  # The lease ran out, and somebody else has it.
        if self._is_paused(work.row.merchant_id):
            QUEUE.release([work.row], token=work.token)
            return None
        now = self._clock()
        because = _emptied_by(message, now=now)
        if because is not None:
            withhold(message, because=because, token=work.token, now=now)
            return None
        try:
            letter = self._letter(message, render(message, now=now))
        except LOST_DATABASE:
            raise
        except Exception as error:
            log.exception("Message %s could not be written.", message.pk)
            postpone_unwritten(message, error, token=work.token, now=now)
            return None
        if _commit(message, work=work, now=now):
            return letter
        _withhold_stopped(message, work=work, now=now)
        return None

    def _send(self, letter: Letter, message: Message, *, work: Work) -> None:
        answer = self._way(message.channel).send(letter)
        self._settle_surely(message, answer, work=work, subject=letter.subject)
        self._note(message, answer)

    def _is_paused(self, merchant_id: int) -> bool:
        until = self._failing.get(merchant_id)
        return until is not None and self._clock() < until

    def _letter(self, message: Message, mail: Mail) -> Letter:
        merchant, brand = message.merchant, Brand.of(message.merchant)
        return Letter(
            key=str(message.public_id),
            sender_name=brand.sender_name or merchant.name,
            sender_address=brand.sender_email,
            reply_to=merchant.support_email,
            recipient=message.recipient,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
        )

    def _way(self, channel: str) -> WayOut:
        if channel not in self._ways:
            self._ways[channel] = WAYS[channel]()
        return self._ways[channel]

    def _settle_surely(self, message: Message, answer: Answer, *, work: Work, subject: str) -> None:
        """Write the answer down, waiting for a database that is being restarted.

        What is not written down ends up in doubt, and a mail in doubt may be sent twice.
        """
        for pause in _SETTLE_AGAIN_AFTER:
            try:
                settle(message, answer, token=work.token, subject=subject, now=self._clock())
            except LOST_DATABASE:
                connection.close()
                time.sleep(pause)
            else:
                return
        settle(message, answer, token=work.token, subject=subject, now=self._clock())

    def _note(self, message: Message, answer: Answer) -> None:
        merchant_id, channel = message.merchant_id, message.channel
        if answer.is_outage:
            self._failing[merchant_id] = outages.note_failure(
                merchant_id=merchant_id,
                channel=channel,
                answer=policy.without_addresses(answer.text),
                now=self._clock(),
            )
        elif answer.outcome == AttemptOutcome.SENT and merchant_id in self._failing:
            outages.note_success(merchant_id=merchant_id, channel=channel)
            self._failing.pop(merchant_id, None)


def _emptied_by(message: Message, *, now: datetime) -> Withheld | None:
    """Tell why a message has nothing to say any more; None: it has."""
    if message.kind == MessageKind.LINKS:
        return None if _has_orders(message) else Withheld.NOTHING
    if not _tells_of_parcels(message) or message.expires_at <= now:
        return None
    is_asked = any(row.change.startswith(ASKED) for row in message.parcels.all())
    if not is_asked and message.kind not in parcels.wanted_kinds(message.merchant_id):
        return Withheld.SWITCHED_OFF
    return parcels.untrue(message, now=now)


def _has_orders(message: Message) -> bool:
    """Tell whether there is an order to link to; that is not found out before (no oracle)."""
    orders = Order.every.of(message.merchant_id).filter(email=message.recipient)
    return orders.exclude(status=Status.DRAFT).exists()


def _tells_of_parcels(message: Message) -> bool:
    """Tell whether a message rests on where parcels are; a sample of one has no order."""
    return message.kind in ABOUT_PARCELS and message.order is not None


def _load(works: Sequence[Work]) -> dict[int, Message]:
    """Read what is still ours of these, with all that their mails say, in a few queries."""
    tokens = {work.token for work in works}
    mine = Message.every.filter(pk__in=[work.row.pk for work in works], token__in=tokens)
    orders = Prefetch("order", queryset=with_page(Order.every.all()))
    messages = mine.select_related("merchant").prefetch_related(orders)
    found = {message.pk: message for message in messages}
    parcels.load(list(found.values()))
    return found


_COMMIT = """
UPDATE notifications_message
SET state = %(dispatching)s, leased_until = %(until)s, attempts = attempts + 1
WHERE id = %(pk)s AND token = %(token)s AND expires_at > %(now)s
  AND NOT EXISTS (SELECT FROM notifications_suppression
                  WHERE merchant_id = %(merchant)s AND channel = %(channel)s
                    AND address = %(address)s)
  AND NOT EXISTS (SELECT FROM orders_order WHERE id = %(order)s AND status = ANY(%(stops)s))
  AND NOT EXISTS (SELECT FROM tracking_shipment WHERE id = ANY(%(parcels)s)
                  AND (withdrawn_at IS NOT NULL OR milestone != ALL(%(true_while)s)))
"""


def _commit(message: Message, *, work: Work, now: datetime) -> bool:
    """Commit to sending, unless something stops it: one statement, so that no stop slips by."""
    is_about = _tells_of_parcels(message)
    told = parcels.true_parcels(message, now=now) if is_about else []
    values: dict[str, Any] = {
        "dispatching": MessageState.DISPATCHING.value,
        "until": now + DISPATCHED_FOR,
        "pk": message.pk,
        "token": str(work.token),
        "now": now,
        "merchant": message.merchant_id,
        "channel": message.channel,
        "address": message.recipient.lower(),
        "order": message.order_id,
        "stops": [str(stop) for stop in policy.stops_of(message.kind)],
        "parcels": [parcel.pk for parcel in told],
        "true_while": [str(each) for each in TRUE_WHILE.get(message.kind, ())],
    }
    with connection.cursor() as cursor:
        cursor.execute(_COMMIT, values)
        message.attempts += cursor.rowcount
        return bool(cursor.rowcount)


def _withhold_stopped(message: Message, *, work: Work, now: datetime) -> None:
    order = Order.every.get(pk=message.order_id) if message.order_id else None
    suppressed = Suppression.every.of(message.merchant_id).filter(
        channel=message.channel, address=message.recipient.lower()
    )
    standing = policy.Standing(
        kind=message.kind,
        expired=message.expires_at <= now,
        suppressed=suppressed.exists(),
        order_status=order.status if order else None,
    )
    because = policy.withheld_because(standing)
    if because is not None:
        withhold(message, because=because, token=work.token, now=now)
    elif _tells_of_parcels(message):
        # A parcel moved while the mail was written: it is looked at afresh.
        QUEUE.release([work.row], token=work.token)
