"""Forms of the desk that do their act once, however often they are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from merchants import idempotency
from postpurchase.lib.crypto import digest
from postpurchase.lib.errors import Refused
from postpurchase.staff.access import Place

SCOPE = "desk"


class FormUsed(Refused):
    """The form did something else before."""

    code = "form_used"


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was sent: its key, and in words what it asks for."""

    key: str
    what: str

    @classmethod
    def of(cls, request: HttpRequest, *what: object) -> Form:
        """Read a form's key; a form without one counts as new."""
        try:
            key = str(UUID(request.POST.get("once", "")))
        except ValueError:
            key = new_key()
        return cls(key, " ".join(str(part) for part in what))


def new_key() -> str:
    """Make the key of a new form."""
    return str(uuid4())


def do_once(place: Place, form: Form, *, act: Callable[[], None], now: datetime) -> None:
    """Do a form's act in one transaction, unless it was done or is being done.

    What the act raises leaves no trace, and the form may be sent again. Raises FormUsed.
    """
    try:
        lease = idempotency.begin(
            merchant_id=place.merchant.pk,
            scope=f"{SCOPE}:{place.user.pk}",
            key=form.key,
            request_hash=digest(form.what),
            now=now,
        )
    except idempotency.AtWork:
        return
    except idempotency.Reused as error:
        raise FormUsed(_("This form was sent before. Load the page again.")) from error
    if isinstance(lease, idempotency.Stored):
        return
    try:
        with transaction.atomic():
            act()
            idempotency.settle(lease, status=204, response={})
    except BaseException:
        idempotency.release(lease)
        raise
