"""Take in many documents, of which some may be more than we can store: these spoil no others."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import DataError

from orders.actions.intake import Intake, Outcome, take_in
from orders.sources.document import OrderDoc
from postpurchase.lib.money import NotMoney

UNSTORABLE = (NotMoney, DataError)
"""What a document can do to us although it has the right form."""


def take_in_each(intake: Intake, docs: Sequence[OrderDoc]) -> list[Outcome | Exception]:
    """Take in documents together; where that fails, find by halves those to blame."""
    if not docs:
        return []
    try:
        return list(take_in(intake, docs))
    except UNSTORABLE as error:
        if len(docs) == 1:
            return [error]
    half = len(docs) // 2
    return take_in_each(intake, docs[:half]) + take_in_each(intake, docs[half:])


def reason_of(error: Exception) -> str:
    """Say why a document of the right form cannot be stored."""
    if isinstance(error, NotMoney):
        return f"{error}."
    return "A value is too long or too large to be stored."
