"""Whom to ask about a parcel, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from tracking import cadence
from tracking.carriers import POLLERS
from tracking.doors import zone_of
from tracking.models import CarrierAccount, Shipment
from tracking.statuses import OPEN_MILESTONES, Milestone

POSTS = {"GB": "royal_mail", "FR": "la_poste", "CA": "canada_post"}
"""Who is asked about a post's number, by its last letters (UPU S10)."""


def accounts_of(merchant_ids: Iterable[int]) -> dict[int, list[CarrierAccount]]:
    """Give the merchants' accounts that can be asked, the most trusted first."""
    found = defaultdict(list)
    rows = CarrierAccount.every.filter(
        merchant_id__in=set(merchant_ids), is_active=True, source__in=list(POLLERS)
    )
    for account in rows.order_by("priority", "pk"):
        if account.credentials:
            found[account.merchant_id].append(account)
    return found


def account_for(shipment: Shipment, accounts: Sequence[CarrierAccount]) -> CarrierAccount | None:
    """Give the account that knows the parcel's carrier; of several posts the one of its number."""
    able = [
        account
        for account in accounts
        if shipment.carrier in (account.carriers or POLLERS[account.source].serves)
    ]
    own = POSTS.get(shipment.number_key[-2:]) if shipment.carrier == "post" else None
    return next((account for account in able if account.source == own), able[0] if able else None)


def first_poll(shipments: Sequence[Shipment], *, now: datetime) -> None:
    """Have new parcels asked about soon, where there is somebody to ask."""
    accounts = accounts_of(shipment.merchant_id for shipment in shipments)
    for shipment in shipments:
        theirs = accounts.get(shipment.merchant_id, [])
        is_wanted = shipment.number_key and not shipment.is_history
        if is_wanted and account_for(shipment, theirs):
            shipment.next_poll_at = now


def restart(account: CarrierAccount, *, now: datetime) -> int:
    """Have the open parcels asked about that an account can be asked about; give how many."""
    if account.source not in POLLERS or not account.credentials:
        return 0
    rows = Shipment.every.of(account.merchant_id).filter(
        next_poll_at=None,
        withdrawn_at=None,
        is_history=False,
        milestone__in=OPEN_MILESTONES,
        carrier__in=account.carriers or POLLERS[account.source].serves,
    )
    return rows.exclude(number_key="").update(next_poll_at=now)


def next_polls(shipments: Sequence[Shipment], *, now: datetime) -> None:
    """Set when parcels of which news came are asked about again; those nobody asks stay so."""
    for shipment in shipments:
        if shipment.next_poll_at is not None:
            shipment.quiet_polls = 0
            shipment.next_poll_at = cadence.next_poll(watch(shipment, changed_at=now), now=now)


def watch(shipment: Shipment, *, changed_at: datetime) -> cadence.Watch:
    """Give what the pace of asking about a parcel depends on."""
    return cadence.Watch(
        milestone=Milestone(shipment.milestone),
        changed_at=changed_at,
        quiet_polls=shipment.quiet_polls,
        expected_until=shipment.expected_until,
        door_zone=zone_of(shipment.to_country, otherwise=shipment.order.merchant.zone),
    )
