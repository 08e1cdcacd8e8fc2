"""One-time codes: proof that whoever holds a link also reads the order's mail."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from orders.models import OneTimeCode, Order
from orders.statuses import ActorKind, OrderEvent
from orders.timeline import Actor, record
from postpurchase.lib.crypto import keyed_digest
from postpurchase.lib.errors import Refused

GOOD_FOR = timedelta(minutes=10)
MAX_TRIES = 5
MAX_CODES_AN_HOUR = 5
SHOPPER = Actor(ActorKind.SHOPPER)


class TooManyCodes(Refused):
    """Codes were asked for too often."""

    code = "too_many_codes"


class WrongCode(Refused):
    """The digits are wrong, used, too old, or were tried too often: one answer for all."""

    code = "wrong_code"


@transaction.atomic
def start_step_up(order: Order, *, now: datetime) -> str:
    """Make a code for an order and give its six digits, to be sent to the order's address only.

    Earlier codes stop working. Raises TooManyCodes.
    """
    Order.every.select_for_update(of=("self",)).get(pk=order.pk)
    codes = OneTimeCode.every.filter(order=order)
    if codes.filter(created_at__gt=now - timedelta(hours=1)).count() >= MAX_CODES_AN_HOUR:
        raise TooManyCodes(_("Too many codes were asked for. Try again in an hour."))
    codes.filter(used_at=None).update(expires_at=now)
    code = f"{secrets.randbelow(10**6):06d}"
    OneTimeCode.every.create(
        merchant_id=order.merchant_id,
        order=order,
        digest=_digest(order, code),
        created_at=now,
        expires_at=now + GOOD_FOR,
    )
    record(order, OrderEvent.CODE_SENT, at=now, actor=SHOPPER)
    return code


def check_step_up(order: Order, code: str, *, now: datetime) -> None:
    """Use up an order's code. Raises WrongCode; a wrong try counts even so."""
    with transaction.atomic():
        row = (
            OneTimeCode.every.filter(order=order, used_at=None, expires_at__gt=now)
            .select_for_update()
            .order_by("-pk")
            .first()
        )
        if row and row.tries < MAX_TRIES:
            digits = "".join(sign for sign in code if sign.isdigit())
            if secrets.compare_digest(row.digest, _digest(order, digits)):
                row.used_at = now
                row.save(update_fields=["used_at"])
                record(order, OrderEvent.CODE_ACCEPTED, at=now, actor=SHOPPER)
                return
            OneTimeCode.every.filter(pk=row.pk).update(tries=F("tries") + 1)
    raise WrongCode(_("This code is wrong or has run out. Ask for a new one if you need it."))


def _digest(order: Order, code: str) -> str:
    return keyed_digest(f"{order.pk}:{code}", purpose="one-time code")


@transaction.atomic
def revoke_links(order: Order, *, actor: Actor, now: datetime) -> None:
    """Switch off every link to an order that was handed out so far."""
    Order.every.filter(pk=order.pk).update(link_epoch=F("link_epoch") + 1)
    record(order, OrderEvent.LINKS_REVOKED, at=now, actor=actor)
