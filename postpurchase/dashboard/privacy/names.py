"""What names a person in an address: encrypted, so that no log and no history tells who it was."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from orders.people import Person
from postpurchase.lib.crypto import seal, unseal
from postpurchase.staff.access import Place

WORD = "person"


def name_of(person: Person) -> str:
    """Write a person's name for an address."""
    return seal(f"{WORD} {person.merchant_id} {person.order or '-'} {person.email}")


def person_or_404(place: Place, name: str) -> Person:
    """Read who is meant; names of another shop's persons, or of anything else, are none."""
    try:
        word, shop, order, email = unseal(name).split(" ", 3)
        person = Person(int(shop), email=email, order=None if order == "-" else UUID(order))
    except ValueError:
        raise Http404("no such person") from None
    if word != WORD or person.merchant_id != place.merchant.pk:
        raise Http404("no such person")
    return person
