"""What several carriers' readers need."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from tracking.carriers.base import Sighting, Unreadable, text_of
from tracking.statuses import Milestone

# How carriers say in words what their codes say in as many ways.
SAID = (
    ("rate_limited", r"too many|rate ?limit|quota|throttl|rejected by slm"),
    ("not_found", r"not? .{0,20}found|no (result|record|pin history)|(un|in)\w+ .{0,20}number"
                  r"|(not|n.t) .{0,10}(recogni|locate|known)"),
    ("auth", r"authenti|authori[sz]|credential|access token|api.?key|access license|client.?id"),
    ("temporary", r"try again|temporar|unavailable|time.?out|retry"),
)  # fmt: skip


def refusal(codes: Mapping[str, str], code: Any, text: Any) -> Unreadable:
    """Make an error of a carrier's own, whose code says what to do: by its code, else its words."""
    told, sentence = text_of(code, at_most=100), text_of(text, at_most=300)
    reason = f"The carrier says: {sentence or told or 'nothing that helps'}"
    if told in codes:
        return Unreadable(reason, code=codes[told])
    if found := re.search(r"\b(401|403|404|429|5\d\d)\b", told.replace("_", " ")):
        return Unreadable(reason, code=of_status(found[1]))
    lowered = sentence.lower()
    state = next((name for name, words in SAID if re.search(words, lowered)), "unreadable")
    return Unreadable(reason, code=state)


def of_status(status: str) -> str:
    """Say what a status of HTTP means that stands in a document."""
    by_status = {"401": "auth", "403": "auth", "404": "not_found", "429": "rate_limited"}
    return by_status.get(status, "temporary" if status.startswith("5") else "unreadable")


def on_top(told: Sequence[Sighting], top: Sighting | None) -> tuple[Sighting, ...]:
    """Add the status that stands above the scans where the newest of them does not say it."""
    if top is None or top.word.milestone in {None, Milestone.UNKNOWN}:
        return tuple(told)
    newest = max(told, key=lambda each: each.occurred_at, default=None)
    if newest is not None and newest.word.milestone == top.word.milestone:
        return tuple(told)
    return (*told, top)


def in_path(number: str) -> str:
    """Write a number so that it may stand in an address."""
    return quote(number, safe="")
