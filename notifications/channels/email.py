"""E-mail over Django's mail backends: SMTP, any of django-anymail's, or files."""

from __future__ import annotations

import logging
import time
from email.utils import formataddr, parseaddr
from typing import Any

from anymail.exceptions import AnymailConfigurationError, AnymailError
from django.conf import settings
from django.core.mail import get_connection
from django.utils.encoding import punycode

from notifications.channels import providers, smtp
from notifications.channels.base import Answer, Letter
from notifications.channels.mime import TwoPartMail
from notifications.statuses import AttemptOutcome

log = logging.getLogger(__name__)

_DJANGOS_SMTP = "django.core.mail.backends.smtp.EmailBackend"
_OUR_SMTP = "notifications.channels.smtp.EmailBackend"
MAILS_PER_CONNECTION = 100
"""Servers end connections after some number of mails; we change before they do."""
_AT_ONCE = 1.0  # seconds: a connection found dead fails within
_JOINERS = frozenset("\u200c\u200d")


class Mailer:
    """The e-mail channel of one thread; its connection stays open from letter to letter."""

    def __init__(self) -> None:
        self._backend: Any = None
        self._sent = 0

    def send(self, letter: Letter) -> Answer:
        """Hand one mail over; a connection found dead is renewed once."""
        was_used, began = self._sent > 0, time.monotonic()
        answer = self._try(letter)
        found_dead = answer.outcome == AttemptOutcome.RETRY and answer.is_outage
        if was_used and found_dead and time.monotonic() - began < _AT_ONCE:
            answer = self._try(letter)
        return answer

    def close(self) -> None:
        """End the connection; a server that is gone is no reason to raise."""
        self._sent = 0
        backend, self._backend = self._backend, None
        try:
            if backend is not None:
                backend.close()
        except Exception as error:  # whatever a backend raises, we are done with it
            log.info("A mail connection did not end in order (%s).", type(error).__name__)

    def _try(self, letter: Letter) -> Answer:
        try:
            mail = compose(letter)
        except ValueError as error:
            return Answer(AttemptOutcome.REFUSED, f"Not a mail: {error}")
        try:
            self._open().send_messages([mail])
        except Exception as error:  # each backend raises its own; all are answers
            answer = self._answer_to(error)
        else:
            answer = providers.answer_on(mail)
        self._rest_after(answer)
        return answer

    def _open(self) -> Any:
        if self._backend is None:
            name = settings.EMAIL_BACKEND
            # Django's own cannot tell whether a mail may have been accepted.
            self._backend = get_connection(_OUR_SMTP if name == _DJANGOS_SMTP else name)
        self._backend.open()
        return self._backend

    def _answer_to(self, error: Exception) -> Answer:
        if isinstance(error, AnymailError | AnymailConfigurationError):
            return providers.answer_to(error)
        if isinstance(self._backend, smtp.EmailBackend):
            return smtp.answer_to(error, in_doubt=self._backend.in_doubt)
        if isinstance(error, OSError):
            # A file that could not be written whole was not written (`postpurchase.local.eml`).
            return Answer(AttemptOutcome.RETRY, f"{type(error).__name__}: {error}", is_outage=True)
        return providers.answer_to(error)

    def _rest_after(self, answer: Answer) -> None:
        """Close what may be broken or used up; a refusal leaves the connection in order."""
        self._sent += 1
        is_broken = answer.is_outage or answer.outcome == AttemptOutcome.UNCERTAIN
        is_open = getattr(self._backend, "is_open", True)
        if is_broken or not is_open or self._sent >= MAILS_PER_CONNECTION:
            self.close()


def compose(letter: Letter) -> TwoPartMail:
    """Make the mail. What cannot be one raises ValueError, here or when it is written out."""
    fallback_name, fallback = parseaddr(settings.DEFAULT_FROM_EMAIL)
    address = _in_ascii(_one_line(letter.sender_address)) or fallback
    name = _one_line(letter.sender_name) or fallback_name
    mail = TwoPartMail(
        subject=_one_line(letter.subject),
        body=letter.text,
        from_email=formataddr((name, address)),
        to=[letter.recipient],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={
            "Message-ID": f"<{letter.key}@{address.rpartition('@')[2] or 'localhost'}>",
            "X-Postpurchase-Key": letter.key,
            # No holiday replies to machines (RFC 3834).
            "Auto-Submitted": "auto-generated",
        },
    )
    if letter.html:
        mail.attach_alternative(letter.html, "text/html")
    return mail


def _one_line(text: str) -> str:
    """Take out what could begin another header or turn the reading direction."""
    kept = (sign if sign.isprintable() or sign in _JOINERS else " " for sign in text)
    return " ".join("".join(kept).split())


def _in_ascii(address: str) -> str:
    name, at, domain = address.rpartition("@")
    return f"{name}{at}{punycode(domain)}" if domain else ""
