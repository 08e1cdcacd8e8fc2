"""How connections and deliveries are spoken of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from merchants.statuses import ConnectionKind
from orders.actions.inbox import MAX_ATTEMPTS
from orders.health import MOST_COUNTED, Health
from orders.models import InboxEntry
from orders.rhythm import Silence
from orders.statuses import InboxState
from postpurchase.lib.locales import ago_text, moment_text

ICONS = {
    ConnectionKind.SHOPIFY: "shopping-bag",
    ConnectionKind.WOOCOMMERCE: "shopping-cart",
    ConnectionKind.API: "code",
    ConnectionKind.FILE: "file-spreadsheet",
}
TOPICS: dict[str, LazyText] = {
    "orders/create": lazy("Order created"),
    "orders/updated": lazy("Order changed"),
    "orders/paid": lazy("Order paid"),
    "orders/cancelled": lazy("Order cancelled"),
    "orders/fulfilled": lazy("Order shipped"),
    "orders/partially_fulfilled": lazy("Order partly shipped"),
    "orders/delete": lazy("Order deleted"),
    "refunds/create": lazy("Refund"),
    "fulfillments/create": lazy("Parcel sent"),
    "fulfillments/update": lazy("Parcel changed"),
    "fulfillment_events/create": lazy("News of a parcel"),
    "products/create": lazy("Product created"),
    "products/update": lazy("Product changed"),
    "app/uninstalled": lazy("App removed"),
    "order.created": lazy("Order created"),
    "order.updated": lazy("Order changed"),
    "order.restored": lazy("Order restored"),
    "order.deleted": lazy("Order deleted"),
    "order.refunded": lazy("Order refunded"),
    "refund.created": lazy("Refund"),
    "refund.updated": lazy("Refund changed"),
    "order_refund.created": lazy("Refund"),
    "shipment_tracking.created": lazy("Parcel sent"),
    "shipment_tracking.updated": lazy("Parcel changed"),
    "product.created": lazy("Product created"),
    "product.updated": lazy("Product changed"),
    "product.restored": lazy("Product restored"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state as a chip, and a sentence on it."""

    tone: str
    icon: str
    text: str
    detail: str = ""


def topic_text(topic: str) -> str:
    """Name a topic; one that we do not know stays as the shop writes it."""
    return str(TOPICS.get(topic, topic))


def verdict_of(health: Health, *, now: datetime) -> Verdict:
    """Say how a connection is, the worst first."""
    connection = health.connection
    if health.is_uninstalled:
        detail = _("The shop removed the app. Install it there again, then switch this on.")
        return Verdict("bad", "unplug", _("Uninstalled"), detail)
    if not connection.is_active:
        return Verdict("", "circle-off", _("Switched off"), _("Nothing that comes is accepted."))
    if connection.kind == ConnectionKind.FILE:
        return Verdict("", "circle-check", _("Ready"), _("Orders come in when you import a file."))
    troubled = _trouble(health, now=now)
    if troubled is not None:
        return troubled
    seen = connection.last_seen_at
    if seen is None:
        return Verdict("info", "hourglass", _("Nothing yet"), _never(connection.kind))
    detail = _("Last heard of %(ago)s.") % {"ago": ago_text(seen, now=now)}
    return Verdict("ok", "circle-check", _("Working"), detail)


def _trouble(health: Health, *, now: datetime) -> Verdict | None:
    if health.was_refused:
        refused_at = health.connection.last_error_at
        assert refused_at is not None
        detail = refusal_text(health.connection.last_error)
        when = ago_text(refused_at, now=now)
        return Verdict("bad", "circle-alert", _("Refused"), f"{detail} ({when})")
    if health.failed:
        detail = _("Not all that came in the last 24 hours could be used. Look at the deliveries.")
        return Verdict("warn", "circle-alert", failed_text(health.failed), detail)
    if health.silence:
        return Verdict("warn", "moon", _("Silent"), silence_text(health.silence))
    return None


def failed_text(count: int) -> str:
    """Say how many deliveries failed; above a limit they are not counted."""
    if count >= MOST_COUNTED:
        return _("%(count)s or more failed") % {"count": f"{MOST_COUNTED:,}"}
    return ngettext("%(count)d failed", "%(count)d failed", count) % {"count": count}


def silence_text(silence: Silence) -> str:
    """Say how long a shop has been silent, and why that is unusual."""
    days = ngettext("No order for %d day.", "No order for %d days.", silence.days) % silence.days
    pause = ngettext(
        "In the weeks before, the longest pause was %d day.",
        "In the weeks before, the longest pause was %d days.",
        silence.longest,
    )
    return f"{days} {pause % silence.longest}"


def refusal_text(error: str) -> str:
    """Say why the last delivery was refused, and what to do."""
    if error.startswith("A delivery was signed with another secret"):
        return _(
            "A delivery was signed with another secret. Compare the secret in the shop system with"
            " the one entered here."
        )
    return error


def _never(kind: str) -> str:
    if kind == ConnectionKind.API:
        return _("No program has sent an order yet.")
    return _("Waiting for the first delivery.")


def state_of(entry: InboxEntry) -> Verdict:
    """Say what became of a delivery, in a chip and a sentence on what to do."""
    match entry.state:
        case InboxState.DONE:
            return Verdict("ok", "circle-check", _("Read"), _("What it says has been taken over."))
        case InboxState.WAITING:
            return Verdict("info", "hourglass", _("Waiting for its order"), _waiting(entry))
        case InboxState.PLANNED if entry.attempts:
            return Verdict("warn", "refresh-cw", _("To be tried again"), _postponed(entry))
        case InboxState.PLANNED:
            detail = _("A worker reads it within seconds.")
            return Verdict("", "hourglass", _("To be read"), detail)
        case _:
            return Verdict("bad", "circle-alert", _("Not usable"), _failed(entry))


def _waiting(entry: InboxEntry) -> str:
    return _(
        "It speaks of order %(order)s, which has not come. When that comes, this is read by"
        " itself. If the order is older than this connection, import it."
    ) % {"order": entry.waiting_for}


def _postponed(entry: InboxEntry) -> str:
    return _("The last try broke off (%(reason)s). The next one is %(at)s.") % {
        "reason": entry.reason,
        "at": moment_text(entry.next_at),
    }


def _failed(entry: InboxEntry) -> str:
    if entry.attempts >= MAX_ATTEMPTS:
        return _(
            "An error of ours kept it from being read (%(reason)s). Replay it after the next"
            " update; if it fails again, report the event id below."
        ) % {"reason": entry.reason}
    return _(
        "%(reason)s Correct it in the shop system, which then sends it again; or replay it once"
        " the cause is gone."
    ) % {"reason": entry.reason}
