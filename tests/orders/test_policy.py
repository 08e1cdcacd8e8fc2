"""The one table of what may be done: every status and every action."""

from datetime import UTC, datetime, timedelta

import pytest

from orders.policy import (
    Counts,
    Reason,
    Shipped,
    Verdict,
    Windows,
    allowed_actions,
    count_fulfilled,
    fulfilment_status,
    status_of,
)
from orders.statuses import Action, Status

PLACED = datetime(2026, 11, 21, 10, tzinfo=UTC)
SOON, LATER = PLACED + timedelta(minutes=10), PLACED + timedelta(days=3)
WINDOWS = Windows(cancel=60, edit=30)

#         status            track            cancel           edit             return            exchange          report
MATRIX = """
draft             not_placed       not_placed       not_placed       not_placed        not_placed        not_placed
payment_pending   not_shipped      yes              yes              not_delivered     not_delivered     yes
on_hold           not_shipped      yes              yes              not_delivered     not_delivered     yes
placed            not_shipped      yes              yes              not_delivered     not_delivered     yes
packing           not_shipped      yes              yes              not_delivered     not_delivered     yes
part_shipped      yes              yes              handed_over      yes               yes               yes
shipped           yes              handed_over      handed_over      yes               yes               yes
delivered         yes              handed_over      handed_over      yes               yes               yes
refunded          refunded         refunded         refunded         refunded          refunded          yes
cancelled         cancelled        cancelled        cancelled        cancelled         cancelled         yes
"""
ACTIONS = [Action.TRACK, Action.CANCEL, Action.EDIT, Action.RETURN, Action.EXCHANGE, Action.REPORT]
ROWS = [line.split() for line in MATRIX.strip().splitlines()]


def test_the_matrix_has_every_status():
    assert [row[0] for row in ROWS] == [status.value for status in Status]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_may_be_done_soon_after_placing(row):
    verdicts = allowed_actions(status=Status(row[0]), placed_at=PLACED, windows=WINDOWS, now=SOON)

    said = [verdicts[action].reason or "yes" for action in ACTIONS]
    assert said == row[1:]
    assert all(verdict.allowed == (verdict.reason is None) for verdict in verdicts.values())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_windows_close(row):
    verdicts = allowed_actions(status=Status(row[0]), placed_at=PLACED, windows=WINDOWS, now=LATER)

    for action, word in zip(ACTIONS, row[1:], strict=True):
        closes = word == "yes" and action in (Action.CANCEL, Action.EDIT)
        assert (verdicts[action].reason or "yes") == (Reason.WINDOW_OVER if closes else word)


def test_a_window_says_until_when():
    verdicts = allowed_actions(status=Status.PACKING, placed_at=PLACED, windows=WINDOWS, now=SOON)

    assert verdicts[Action.EDIT] == Verdict(allowed=True, until=PLACED + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("axes", "status"),
    [
        ({"payment": "paid", "fulfilment": "unfulfilled"}, Status.PACKING),
        ({"payment": "authorized", "fulfilment": "unfulfilled"}, Status.PACKING),
        ({"payment": "unknown", "fulfilment": "unfulfilled"}, Status.PLACED),
        ({"payment": "pending", "fulfilment": "unfulfilled"}, Status.PAYMENT_PENDING),
        ({"payment": "failed", "fulfilment": "unfulfilled"}, Status.PAYMENT_PENDING),
        ({"payment": "pending", "fulfilment": "fulfilled"}, Status.SHIPPED),
        ({"payment": "paid", "fulfilment": "partial"}, Status.PART_SHIPPED),
        ({"payment": "paid", "fulfilment": "unfulfilled", "hold": "on_hold"}, Status.ON_HOLD),
        ({"payment": "paid", "fulfilment": "unfulfilled", "hold": "draft"}, Status.DRAFT),
        ({"payment": "voided", "fulfilment": "unfulfilled"}, Status.CANCELLED),
        ({"payment": "refunded", "fulfilment": "fulfilled"}, Status.REFUNDED),
        ({"payment": "refunded", "fulfilment": "fulfilled", "cancelled": True}, Status.CANCELLED),
        ({"payment": "paid", "fulfilment": "fulfilled", "delivered": True}, Status.DELIVERED),
    ],
)
def test_the_one_word(axes, status):
    assert status_of(**axes) == status


def test_cancelled_lines_are_not_waited_for():
    lines = [Counts(ordered=2, fulfilled=2), Counts(ordered=1, cancelled=1)]

    assert fulfilment_status(lines) == "fulfilled"


def test_more_than_was_ordered_is_capped_and_said():
    counts = {"a": Counts(ordered=2)}
    sent = [Shipped(counts=True, lines={"a": 2}), Shipped(counts=True, lines={"a": 1, "b": 9})]

    assert count_fulfilled(counts, sent, stated_fulfilled=False) == ({"a": 2}, True)
