"""Leaving a way out alone that fails again and again, so that it holds nobody else up."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from notifications import policy
from notifications.models import Outage
from postpurchase.lib.nudge import nudge


def note_failure(*, merchant_id: int, channel: str, answer: str, now: datetime) -> datetime | None:
    """Count a failure of the way itself; give the end of the pause it leads to, if it does.

    Failures of tries that were under way when the pause began do not count.
    """
    try:
        with transaction.atomic():
            Outage.every.get_or_create(
                merchant_id=merchant_id, channel=channel, defaults={"since": now}
            )
            outage = Outage.every.select_for_update().get(merchant_id=merchant_id, channel=channel)
            if outage.paused_until is None or outage.paused_until <= now:
                outage.failures += 1
                pause = policy.pause_after(outage.failures)
                outage.paused_until = now + pause if pause else None
                outage.answer = answer
                outage.save(update_fields=["failures", "paused_until", "answer"])
            return outage.paused_until
    except (Outage.DoesNotExist, IntegrityError):
        return None  # Another sender just got through: the outage is over.


def note_success(*, merchant_id: int, channel: str) -> None:
    """Forget the failures of a way that works again."""
    Outage.every.filter(merchant_id=merchant_id, channel=channel).delete()


def try_now(*, merchant_id: int, channel: str) -> bool:
    """End the pause of a way out, because a person says it may work again; False: none was."""
    with transaction.atomic():
        paused = Outage.every.filter(
            merchant_id=merchant_id, channel=channel, paused_until__isnull=False
        )
        ended = paused.update(paused_until=None)
        transaction.on_commit(lambda: nudge("messages"))
    return bool(ended)


def current() -> dict[int, datetime | None]:
    """Give the merchants whose way out fails, with the end of the pause."""
    return dict(Outage.every.values_list("merchant_id", "paused_until"))
