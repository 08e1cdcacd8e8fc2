"""The Olist orders lived through again, by a clock of their own: orders, parcels, scans, mails.

News come in by windows of six hours. In `shuffled` those of a window come in any order, in
`doubled` each comes twice, and some a third time a window later.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from notifications.actions import send_due
from notifications.models import Message, MessageParcel
from notifications.statuses import MessageState
from orders import timeline
from orders.actions.facts import apply_fulfilment
from orders.actions.intake import Intake, take_in
from orders.sources.document import AddressDoc, FulfilmentDoc, LineDoc, OrderDoc
from tests.tracking.olist import moment, rows
from tracking.actions.inbound import take_in_docs
from tracking.carriers.base import ParcelDoc, Sighting, Word
from tracking.statuses import Milestone

WINDOW = timedelta(hours=6)


@dataclass(frozen=True)
class Life:
    """What happened to one order."""

    key: str
    placed_at: datetime
    handed_at: datetime
    ended_at: datetime
    state: str
    postcode: str

    @property
    def news(self):
        """Give what is heard of it: (moment, what)."""
        way = self.ended_at - self.handed_at
        yield self.placed_at, ("order", None)
        yield self.handed_at, ("sent", None)
        yield self.handed_at + timedelta(minutes=5), ("scan", Milestone.PICKED_UP)
        yield self.handed_at + way * 0.4, ("scan", Milestone.IN_TRANSIT)
        yield (
            self.ended_at - min(way * 0.1, timedelta(hours=7)),
            (
                "scan",
                Milestone.OUT_FOR_DELIVERY,
            ),
        )
        yield self.ended_at, ("scan", Milestone.DELIVERED)


def lives(count, *, since="2017-11-01"):
    """Give so many delivered orders, those that were placed first since a day."""
    people = {row["customer_id"]: row for row in rows("customers.csv")}
    found = []
    for row in rows("orders.csv"):
        placed, handed, ended = (
            moment(row[name])
            for name in (
                "order_purchase_timestamp",
                "order_delivered_carrier_date",
                "order_delivered_customer_date",
            )
        )
        if (
            handed
            and ended
            and since <= f"{placed:%Y-%m-%d}"
            and placed <= handed < ended - timedelta(hours=1)
        ):
            person = people[row["customer_id"]]
            found.append(
                Life(
                    row["order_id"][:12], placed, handed, ended, person["customer_state"],
                    person["customer_zip_code_prefix"],
                )
            )  # fmt: skip
    return sorted(found, key=lambda life: life.placed_at)[:count]


class Replay:
    """One way of hearing of these lives."""

    def __init__(self, connection, past, *, doubled=False, shuffled=False, seed=1):
        self.connection = connection
        self.doubled, self.shuffled = doubled, shuffled
        self.random = Random(seed)
        self.news = sorted(
            ((at, life, what) for life in past for at, what in life.news), key=lambda one: one[0]
        )

    def run(self):
        """Live through all; give how many messages of each kind were sent."""
        waiting, again = list(self.news), []
        begun = waiting[0][0]
        while waiting or again:
            if not again:
                begun = max(begun, waiting[0][0])
            ends = begun + WINDOW
            cut = next((n for n, one in enumerate(waiting) if one[0] > ends), len(waiting))
            heard, waiting = waiting[:cut], waiting[cut:]
            heard, again = again + heard, []
            if self.doubled:
                again = [one for one in heard if self.random.random() < 0.1 and one[0] > begun]
                heard += heard
            if self.shuffled:
                self.random.shuffle(heard)
            self._hear(heard, now=ends)
            begun = ends
        self._settle(begun + timedelta(days=1))
        return self.sent()

    def _hear(self, heard, *, now):
        # A fact that is ahead of its order waits in the inbox; here it waits for its turn.
        turn = {"order": 0, "sent": 1, "scan": 2}
        heard.sort(key=lambda one: turn[one[2][0]])
        scans = []
        for at, life, (what, milestone) in heard:
            if what == "order":
                take_in(Intake(self.connection, now=now), [self._order(life)])
            elif what == "sent":
                told = self._fulfilment(life, at)
                apply_fulfilment(Intake(self.connection, now=now), life.key, told)
            else:
                scan = Sighting(occurred_at=at, word=Word(milestone), text=milestone.value)
                scans.append(ParcelDoc(number=self._number(life), sightings=(scan,)))
        for start in range(0, len(scans), 50):
            some = scans[start : start + 50]
            take_in_docs(self.connection.merchant_id, "aftership", some, now=now)
        self._settle(now)

    def _settle(self, now):
        for later in (timedelta(0), timedelta(minutes=4)):
            while timeline.read_due(now=now + later):
                pass
            send_due(clock=lambda at=now + later: at)

    def _order(self, life):
        return OrderDoc(
            external_id=life.key,
            number=f"#{life.key}",
            placed_at=life.placed_at,
            updated_at=life.placed_at,
            currency="BRL",
            total="100.00",
            payment="paid",
            email=f"{life.key}@example.com",
            ship_to=AddressDoc(country="BR", province=life.state, postcode=life.postcode),
            lines=(LineDoc(external_id="1", title="A thing", quantity=1, total="100.00"),),
        )

    def _fulfilment(self, life, at):
        return FulfilmentDoc(
            external_id=f"F-{life.key}",
            carrier="Correios",
            tracking_numbers=(self._number(life),),
            shipped_at=at,
            updated_at=at,
        )

    def _number(self, life):
        return f"OL{life.key.upper()}BR"

    def sent(self):
        """Count messages of each kind that were sent."""
        rows = Message.every.of(self.connection.merchant_id).filter(state=MessageState.SENT)
        return dict(sorted(Counter(rows.values_list("kind", flat=True)).items()))

    def seconds(self):
        """Count messages that told a parcel's change a second time."""
        rows = MessageParcel.every.of(self.connection.merchant_id)
        told = Counter(
            rows.filter(message__state=MessageState.SENT).values_list(
                "shipment_id", "kind", "change"
            )
        )
        return sum(count - 1 for count in told.values())
