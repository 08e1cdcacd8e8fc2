"""What shops sent: a list to look through, and each delivery with what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.views.decorators.http import require_safe

from merchants.actions import note_look
from merchants.actions.connections import SHOP_SYSTEMS
from merchants.models import StoreConnection
from merchants.policy import Permission
from merchants.statuses import LookKind
from orders.models import InboxEntry
from orders.statuses import InboxState
from postpurchase.dashboard.connections.bodies import order_of, shown_body
from postpurchase.dashboard.connections.words import (
    TOPICS,
    Verdict,
    state_of,
    topic_text,
)
from postpurchase.lib.keyset import BadCursor, Ordering, Page, merged
from postpurchase.lib.locales import ago_text
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame

ORDERING = Ordering("received_at", newest_first=True)
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A delivery as a list shows it."""

    entry: InboxEntry
    topic: str
    verdict: Verdict
    connection: str
    ago: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; what it says that cannot be is as if not said."""

    connection: StoreConnection | None
    state: str
    topic: str
    day: date | None

    @property
    def query(self) -> dict[str, str]:
        """Give the filters as the address writes them."""
        said = {
            "connection": str(self.connection.public_id) if self.connection else "",
            "state": self.state,
            "topic": self.topic,
            "day": self.day.isoformat() if self.day else "",
        }
        return {name: value for name, value in said.items() if value}

    def narrow(self, rows: QuerySet[InboxEntry]) -> QuerySet[InboxEntry]:
        """Keep the deliveries that are asked for."""
        if self.state:
            rows = rows.filter(state=self.state)
        if self.topic:
            rows = rows.filter(topic=self.topic)
        if self.day:
            begin = timezone.make_aware(datetime.combine(self.day, time()))
            rows = rows.filter(received_at__gte=begin, received_at__lt=begin + timedelta(days=1))
        return rows


@require_safe
@merchant_page(Permission.LOOK)
def show_all(request: HttpRequest, place: Place) -> HttpResponse:
    """List deliveries, the newest first."""
    connections = list(StoreConnection.objects.filter(kind__in=SHOP_SYSTEMS).order_by("pk"))
    filters = filters_of(request.GET, connections)
    found = _page(connections, filters, request.GET.get("after"))
    older = urlencode({**filters.query, "after": found.next_cursor}) if found.next_cursor else ""
    context = frame(
        request,
        place,
        lines=lines_of(found.rows, connections, now=timezone.now()),
        filters=filters,
        connections=connections,
        states=InboxState.choices,
        topics=_topics(connections),
        is_narrowed=bool(filters.query),
        is_first="after" not in request.GET,
        newest=urlencode(filters.query),
        older=older,
        may_serve=place.may(Permission.SERVE),
    )
    return render(request, "dashboard/connections/deliveries.html", context)


@require_safe
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Show one delivery: what became of it, what to do, and what it says."""
    entry = delivery_or_404(public_id)
    now = timezone.now()
    note_look(place.viewer, LookKind.PAYLOAD, of=InboxEntry, rows=[entry.pk], now=now)
    body, is_cut = shown_body(bytes(entry.body))
    context = frame(
        request,
        place,
        entry=entry,
        topic=topic_text(entry.topic),
        verdict=state_of(entry),
        ago=ago_text(entry.received_at, now=now),
        order=order_of(entry),
        body=body,
        is_cut=is_cut,
        size=len(entry.body),
        may_serve=place.may(Permission.SERVE),
        may_replay=entry.state != InboxState.PLANNED,
    )
    return render(request, "dashboard/connections/delivery.html", context)


@require_safe
@merchant_page(Permission.LOOK)
def raw(request: HttpRequest, place: Place, public_id: UUID) -> HttpResponse:
    """Give the body as it was sent, as a file."""
    entry = delivery_or_404(public_id)
    now = timezone.now()
    note_look(place.viewer, LookKind.EXPORT, of=InboxEntry, rows=[entry.pk], now=now)
    response = HttpResponse(bytes(entry.body), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="delivery-{entry.public_id}.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def delivery_or_404(public_id: UUID) -> InboxEntry:
    """Give a delivery to the shop. Raises Http404."""
    entry = InboxEntry.objects.filter(public_id=public_id).select_related("connection").first()
    if entry is None:
        raise Http404("no such delivery")
    return entry


def filters_of(query: QueryDict, connections: list[StoreConnection]) -> Filters:
    """Read the filters of an address."""
    named = {str(each.public_id): each for each in connections}
    state, topic = query.get("state", ""), query.get("topic", "")
    return Filters(
        connection=named.get(query.get("connection", "")),
        state=state if state in InboxState.values else "",
        topic=topic if topic in TOPICS else "",
        day=_day(query.get("day", "")),
    )


def lines_of(
    entries: list[InboxEntry], connections: list[StoreConnection], *, now: datetime
) -> list[Line]:
    """Write deliveries as a list shows them."""
    names = {each.pk: str(each) for each in connections}
    return [
        Line(
            entry,
            topic_text(entry.topic),
            state_of(entry),
            names.get(entry.connection_id, ""),
            ago_text(entry.received_at, now=now),
        )
        for entry in entries
    ]


def _page(
    connections: list[StoreConnection], filters: Filters, cursor: str | None
) -> Page[InboxEntry]:
    wanted = [filters.connection] if filters.connection else connections
    parts: list[QuerySet[InboxEntry]] = [
        filters.narrow(InboxEntry.objects.filter(connection=each).defer("body")) for each in wanted
    ]
    try:
        return merged(parts, ordering=ORDERING, cursor=cursor, limit=PER_PAGE)
    except BadCursor as error:
        raise Http404("no such page") from error


def _topics(connections: list[StoreConnection]) -> list[tuple[str, str | LazyText]]:
    """Give the topics of the kinds of connections that there are."""
    marks = {"shopify": "/", "woocommerce": "."}
    used: set[Any] = {marks[each.kind] for each in connections}
    return [
        (topic, f"{label} ({topic})")
        for topic, label in TOPICS.items()
        if any(mark in topic for mark in used)
    ]


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2199 else None
