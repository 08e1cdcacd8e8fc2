"""The simulated carrier: takes parcels, and tells of them as a real source does.

It signs a delivery to an account of the shop's and puts it into the inbox, so that all that
follows is what follows for real parcels. For demonstrations: nothing starts it by itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from postpurchase.lib.crypto import new_secret
from tracking import simulation
from tracking.actions.inbox import accept
from tracking.actions.scans import News, take_in
from tracking.carriers import SOURCES
from tracking.carriers.base import Sighting, Word
from tracking.models import CarrierAccount, Shipment, SimulatedParcel
from tracking.simulation import Step, Way
from tracking.statuses import Cause, Fate, Milestone

NAME = "Demo carrier"
SPEED = 720.0
"""A day of the simulated carrier's takes two minutes."""
BATCH = 50


def account_of(merchant_id: int) -> CarrierAccount:
    """Give the account through which the simulated carrier tells a shop; made at first need."""
    account, _made = CarrierAccount.every.get_or_create(
        merchant_id=merchant_id,
        source="generic",
        name=NAME,
        defaults={"secret": f"whsec_{base64.b64encode(new_secret(24).encode()).decode()}"},
    )
    return account


def take(shipments: Sequence[Shipment], *, fates: Sequence[Fate] = (), now: datetime) -> None:
    """Hand parcels to the simulated carrier; those that it has already stay as they are."""
    rows = []
    for place, shipment in enumerate(shipments):
        fate = fates[place] if place < len(fates) else Fate.FINE
        steps = simulation.script(shipment.number_key, fate, way_of(shipment))
        rows.append(
            SimulatedParcel(
                merchant_id=shipment.merchant_id,
                shipment=shipment,
                fate=fate,
                steps=simulation.as_values(steps),
                speed=SPEED,
                next_at=now,
            )
        )
    SimulatedParcel.every.bulk_create(rows, ignore_conflicts=True)


def way_of(shipment: Shipment) -> Way:
    """Say where a parcel goes, as the carrier's scans name the places."""
    doors = [row for row in shipment.order.addresses.all() if row.kind == "shipping"]
    place = doors[0].city if doors else ""
    return Way(to_place=place or "Köln", to_country=shipment.to_country or "DE")


def tell_due(*, now: datetime, limit: int = BATCH) -> int:
    """Tell the next step of every parcel whose time has come; give how many."""
    with transaction.atomic():
        due = SimulatedParcel.every.filter(next_at__lte=now).order_by("next_at", "pk")
        rows = due.select_related("shipment").select_for_update(of=("self",), skip_locked=True)
        parcels = list(rows[:limit])
        for parcel in parcels:
            _tell_next(parcel, now=now)
    return len(parcels)


def _tell_next(parcel: SimulatedParcel, *, now: datetime) -> None:
    steps = simulation.of_values(parcel.steps)
    if parcel.told < len(steps):
        deliver(parcel.shipment, steps[parcel.told], at=now, now=now)
        parcel.told += 1
    parcel.next_at = None
    if parcel.told < len(steps):
        pause = steps[parcel.told].hours - steps[parcel.told - 1].hours
        parcel.next_at = now + timedelta(seconds=pause * 3600 / max(parcel.speed, 1.0))
    parcel.save(update_fields=["told", "next_at"])


def deliver(shipment: Shipment, step: Step, *, at: datetime, now: datetime) -> None:
    """Put a signed delivery about one scan into the shop's inbox."""
    account = account_of(shipment.merchant_id)
    body = json.dumps(_document(shipment, step, at=at)).encode()
    headers = _headers(account, body, now=now)
    if not SOURCES[account.source].verify(headers, body, account.active_secrets(now=now)):
        raise AssertionError("The simulated carrier signs as no real one would.")
    accept(account, event_id=headers["webhook-id"], body=body, now=now)


def _document(shipment: Shipment, step: Step, *, at: datetime) -> dict[str, Any]:
    event = {
        "at": at.isoformat(),
        "milestone": step.milestone,
        "cause": step.cause,
        "code": step.code,
        "text": step.text,
        "place": step.place,
        "country": step.country,
    }
    return {"number": shipment.number, "events": [event]}


def _headers(account: CarrierAccount, body: bytes, *, now: datetime) -> dict[str, str]:
    """Sign as Standard Webhooks has it: https://www.standardwebhooks.com."""
    name, seconds = f"msg_{hashlib.sha256(body).hexdigest()[:24]}", str(int(now.timestamp()))
    key = base64.b64decode(account.secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{name}.{seconds}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(signed).decode()}"
    return {"webhook-id": name, "webhook-timestamp": seconds, "webhook-signature": signature}


@transaction.atomic
def change_fate(parcel: SimulatedParcel, fate: Fate, *, now: datetime) -> None:
    """Let something else become of a parcel from where it is."""
    locked = SimulatedParcel.every.select_for_update().get(pk=parcel.pk)
    shipment = Shipment.every.select_related("order").get(pk=locked.shipment_id)
    steps = simulation.rest(
        simulation.of_values(locked.steps),
        locked.told,
        seed=shipment.number_key,
        fate=fate,
        way=way_of(shipment),
    )
    locked.steps, locked.fate = simulation.as_values(steps), fate
    locked.next_at = now if locked.told < len(steps) else None
    locked.save(update_fields=["steps", "fate", "next_at"])


def set_speed(merchant_id: int, speed: float, *, now: datetime) -> None:
    """Let the clock of a shop's simulated parcels run faster or slower; 0 stops it."""
    rows = SimulatedParcel.every.of(merchant_id).exclude(next_at=None)
    for parcel in rows.select_for_update():
        left = max((parcel.next_at - now).total_seconds(), 0) if parcel.next_at else 0
        hours = left * parcel.speed
        parcel.speed = speed
        stopped = now + timedelta(days=3650)
        parcel.next_at = now + timedelta(seconds=hours / speed) if speed else stopped
        parcel.save(update_fields=["speed", "next_at"])


def tell_past(shipments: Collection[Shipment], *, fates: dict[int, Fate], now: datetime) -> None:
    """Tell at once what happened to parcels since they left, as far as it has by now."""
    rows = list(shipments)
    for start in range(0, len(rows), BATCH):
        news = []
        for shipment in rows[start : start + BATCH]:
            fate = fates.get(shipment.pk, Fate.FINE)
            steps = simulation.script(shipment.number_key, fate, way_of(shipment))
            sent = shipment.shipped_at or shipment.created_at
            news.append(News(shipment.pk, "generic", _sightings(steps, sent, now=now)))
        take_in(news, now=now)


def _sightings(steps: Sequence[Step], sent: datetime, *, now: datetime) -> list[Sighting]:
    told = [(sent + timedelta(hours=step.hours), step) for step in steps]
    return [
        Sighting(
            occurred_at=at,
            word=Word(Milestone(step.milestone), Cause(step.cause)),
            code=step.code,
            text=step.text,
            place=step.place,
            country=step.country,
        )
        for at, step in told
        if at <= now
    ]
