"""How often somebody may try to get in: of one network, and for one person from everywhere.

Each function counts a try and raises ValidationError, saying when to come back, if it is one too
many. Unknown people are counted like known ones.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from merchants.models import User
from postpurchase.lib.throttle import Hit, client_network, hit, wait_text

WINDOW = 600  # seconds
DAY = 24 * 3600
HOUR = 3600
LOGINS_PER_NETWORK = 40
LOGINS_PER_PERSON = 20
CODES_PER_PERSON = 10
CODES_PER_DAY = 60
RESETS_PER_NETWORK = 20
RESETS_PER_PERSON = 5

TOO_MANY = "too_many_tries"


def count_login(request: HttpRequest, *, email: str) -> None:
    """Count a password that is about to be checked."""
    email = email.strip().lower()
    person = hit(f"login-person:{email}", limit=LOGINS_PER_PERSON, seconds=WINDOW)
    if person.count == LOGINS_PER_PERSON + 1:
        note_lock_out(email=email)
    network = hit(f"login:{client_network(request)}", limit=LOGINS_PER_NETWORK, seconds=WINDOW)
    _refuse(person, network)


def count_password(user: User) -> None:
    """Count a password that somebody who is logged in gives again."""
    _refuse(hit(f"login-person:{user.email}", limit=LOGINS_PER_PERSON, seconds=WINDOW))


def count_code(user: User) -> None:
    """Count a code of the second step, or a recovery code, that is about to be checked."""
    now = hit(f"second-step:{user.pk}", limit=CODES_PER_PERSON, seconds=WINDOW)
    today = hit(f"second-step-day:{user.pk}", limit=CODES_PER_DAY, seconds=DAY)
    if now.count == CODES_PER_PERSON + 1 or today.count == CODES_PER_DAY + 1:
        note_lock_out(email=user.email)
    _refuse(now, today)


def count_reset(request: HttpRequest, *, email: str) -> None:
    """Count a mail that is asked for to set a new password."""
    network = hit(f"reset:{client_network(request)}", limit=RESETS_PER_NETWORK, seconds=HOUR)
    person = hit(f"reset-person:{email.strip().lower()}", limit=RESETS_PER_PERSON, seconds=HOUR)
    _refuse(network, person)


def note_lock_out(*, email: str) -> None:
    """Write down, once for each window, that a person is locked out: their owners are told."""
    User.objects.filter(email=email).update(refused_at=timezone.now())


def _refuse(*tries: Hit) -> None:
    wait = max(each.retry_after_seconds for each in tries)
    if wait:
        raise ValidationError(wait_text(wait), code=TOO_MANY)
