"""How accounts with carriers fare, in bounded reads and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from postpurchase.dashboard.connections.words import Verdict
from postpurchase.lib.locales import ago_text, moment_text
from tracking.actions.inbox import MAX_ATTEMPTS
from tracking.carriers import POLLERS, SOURCES
from tracking.models import CarrierAccount, CarrierDelivery
from tracking.statuses import InboxState

DAY = timedelta(days=1)
MOST = 1_000
"""Nobody counts further."""


@dataclass(frozen=True, slots=True)
class Health:
    """What can be said of an account now; counts stop at MOST."""

    account: CarrierAccount
    failed: int
    waiting: int

    @property
    def was_refused(self) -> bool:
        """Tell whether the last thing heard of was an error."""
        at, seen = self.account.last_error_at, self.account.last_seen_at
        return at is not None and (seen is None or at > seen)

    def is_rotating(self, *, now: datetime) -> bool:
        """Tell whether an older secret still works."""
        until = self.account.previous_secret_until
        return bool(self.account.previous_secret and until and now < until)


def health_of(
    merchant_id: int, accounts: Sequence[CarrierAccount], *, now: datetime
) -> list[Health]:
    """Judge a merchant's accounts, in two queries whatever came."""
    rows = CarrierDelivery.every.of(merchant_id)
    failed = rows.filter(state=InboxState.FAILED, received_at__gte=now - DAY)
    waiting = rows.filter(state=InboxState.WAITING)
    by_failed = _counted(failed.order_by("-received_at", "-pk").values_list("account_id")[:MOST])
    by_waiting = _counted(waiting.order_by("waiting_for").values_list("account_id")[:MOST])
    return [Health(each, by_failed[each.pk], by_waiting[each.pk]) for each in accounts]


def _counted(rows: Iterable[tuple[int]]) -> Counter[int]:
    return Counter(pk for (pk,) in rows)


def in_order() -> list[CarrierAccount]:
    """Give the current merchant's accounts, the most believed first."""
    return list(CarrierAccount.objects.order_by(F("priority"), "pk")[:100])


def verdict_of(health: Health, *, now: datetime) -> Verdict:
    """Say how an account is, the worst first."""
    account = health.account
    if not account.is_active:
        return Verdict("", "circle-off", _("Switched off"), _("Nothing is accepted or asked."))
    wrong = _lacking(account) or _troubled(health, now=now)
    if wrong is not None:
        return wrong
    if account.last_seen_at is None:
        return Verdict("info", "hourglass", _("Nothing yet"), _never(account))
    detail = _("Last news %(ago)s.") % {"ago": ago_text(account.last_seen_at, now=now)}
    return Verdict("ok", "circle-check", _("Working"), detail)


def _troubled(health: Health, *, now: datetime) -> Verdict | None:
    account = health.account
    if account.paused_until and account.paused_until > now:
        return _paused(health)
    if health.was_refused:
        at = account.last_error_at
        assert at is not None
        detail = f"{error_text(account.last_error)} ({ago_text(at, now=now)})"
        return Verdict("bad", "circle-alert", _("Error"), detail)
    if health.failed:
        detail = _("Not all that came in the last 24 hours could be used. Look at the deliveries.")
        return Verdict("warn", "circle-alert", failed_text(health.failed), detail)
    return None


def _lacking(account: CarrierAccount) -> Verdict | None:
    """Say what has to be entered before anything works."""
    if account.source in SOURCES and not account.secret and not account.credentials:
        detail = _("Enter the secret that signs its deliveries; until then all are refused.")
        return Verdict("warn", "key-round", _("Secret missing"), detail)
    if account.source in POLLERS and account.source not in SOURCES and not account.credentials:
        detail = _("Enter the log-in; until then nobody is asked.")
        return Verdict("warn", "key-round", _("Log-in missing"), detail)
    poller = POLLERS.get(account.source)
    if account.credentials and poller and not (account.carriers or poller.serves):
        detail = _("Choose whose parcels it is asked about.")
        return Verdict("warn", "truck", _("Carriers missing"), detail)
    return None


def _paused(health: Health) -> Verdict:
    account = health.account
    assert account.paused_until is not None
    words = {"until": moment_text(account.paused_until)}
    detail = _("It asked for a pause, or refused us; we ask again %(until)s.") % words
    if account.last_error:
        detail = f"{detail} {account.last_error}"
    tone = "bad" if health.was_refused else "warn"
    return Verdict(tone, "circle-pause", _("Paused"), detail)


def failed_text(count: int) -> str:
    """Say how many deliveries failed; above a limit they are not counted."""
    if count >= MOST:
        return _("%(count)s or more failed") % {"count": f"{MOST:,}"}
    return ngettext("%(count)d failed", "%(count)d failed", count) % {"count": count}


def waiting_text(count: int) -> str:
    """Say how many deliveries wait for parcels that have not come."""
    if not count:
        return ""
    if count >= MOST:
        return _("%(count)s or more deliveries wait for their parcel.") % {"count": f"{MOST:,}"}
    return ngettext(
        "%(count)d delivery waits for its parcel.",
        "%(count)d deliveries wait for their parcels.",
        count,
    ) % {"count": count}


def error_text(error: str) -> str:
    """Say what went wrong, and what to do where we know."""
    if error.startswith("A delivery was signed with another secret"):
        return _(
            "A delivery was signed with another secret. Compare the secret there with the one "
            "entered here."
        )
    if error.startswith("A delivery was signed more than five minutes ago"):
        return _("A delivery was signed more than five minutes ago, so it was refused.")
    return error


def _never(account: CarrierAccount) -> str:
    if account.source in SOURCES:
        return _("Waiting for the first delivery.")
    return _("It is asked as soon as there is a parcel of its.")


def state_of(entry: CarrierDelivery) -> Verdict:
    """Say what became of a delivery, in a chip and a sentence on what to do."""
    match entry.state:
        case InboxState.DONE if entry.reason:
            detail = _("Its parcel is not known here, so nothing was taken over.")
            return Verdict("", "circle-off", _("No such parcel"), detail)
        case InboxState.DONE:
            return Verdict("ok", "circle-check", _("Read"), _("What it says has been taken over."))
        case InboxState.WAITING:
            detail = _(
                "It speaks of parcel %(number)s, which your shop has not told of. When that comes, "
                "this is read by itself; after 14 days it is given up."
            ) % {"number": entry.waiting_for}
            return Verdict("info", "hourglass", _("Waiting for its parcel"), detail)
        case InboxState.PLANNED if entry.attempts:
            detail = _("The last try broke off (%(reason)s). The next one is %(at)s.") % {
                "reason": entry.reason,
                "at": moment_text(entry.next_at),
            }
            return Verdict("warn", "refresh-cw", _("To be tried again"), detail)
        case InboxState.PLANNED:
            detail = _("A worker reads it within seconds.")
            return Verdict("", "hourglass", _("To be read"), detail)
        case _:
            return Verdict("bad", "circle-alert", _("Not usable"), _failed(entry))


def _failed(entry: CarrierDelivery) -> str:
    if entry.attempts >= MAX_ATTEMPTS:
        return _(
            "An error of ours kept it from being read (%(reason)s). Read it again after the next "
            "update; if it fails again, report the event id below."
        ) % {"reason": entry.reason}
    return _("%(reason)s Read it again once the cause is gone.") % {"reason": entry.reason}
