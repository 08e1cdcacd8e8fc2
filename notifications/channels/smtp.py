"""SMTP that knows how far it came, and what its answers mean.

Until the end of a mail's data has gone out, nothing was accepted; once the server answered, we know
what it decided; in between nobody can tell (RFC 5321, 4.2.5 and 4.5.4.1). Hence a connection that
remembers whether it is in that gap.
"""

from __future__ import annotations

import re
import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend as DjangoBackend

from notifications.channels.base import Answer
from notifications.statuses import AttemptOutcome

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# The mailbox does not exist (5.1.x, 5.2.1, RFC 3463), or the plain codes without such a detail.
_NO_SUCH_MAILBOX = frozenset({550, 551, 553})
# Log-in wanted or refused: our set-up is wrong, not the message.
_LOG_IN = frozenset({530, 534, 535, 538})


class _Phased:
    """Notes whether the end of a mail is out while its answer is not in."""

    in_doubt = False
    _asked = False

    def send(self, s: Any) -> None:
        super().send(s)  # type: ignore[misc]  # mixed into smtplib.SMTP
        # Commands are text; only a mail's data are bytes, and they end with a lone full stop.
        if isinstance(s, bytes) and s.endswith(b"\r\n.\r\n"):
            self.in_doubt = self._asked = True

    def getreply(self) -> tuple[int, bytes]:
        reply: tuple[int, bytes] = super().getreply()  # type: ignore[misc]  # as above
        if self._asked:
            # Only the first reply decides; smtplib resets the session after one it can't read.
            self._asked, self.in_doubt = False, reply[0] // 100 not in {2, 4, 5}
        return reply


class _Plain(_Phased, smtplib.SMTP):
    pass


class _Encrypted(_Phased, smtplib.SMTP_SSL):
    pass


class EmailBackend(DjangoBackend):
    """Django's SMTP backend over such connections."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """Give the kind of connection that the settings ask for."""
        return _Encrypted if self.use_ssl else _Plain

    @property
    def in_doubt(self) -> bool:
        """Tell whether the last mail may have been accepted without our knowing."""
        return bool(getattr(self.connection, "in_doubt", False))

    @property
    def is_open(self) -> bool:
        """Tell whether the connection can take another mail, as far as we know."""
        return getattr(self.connection, "sock", None) is not None


def answer_to(error: Exception, *, in_doubt: bool) -> Answer:
    """Say what an error means that came while a mail was handed over."""
    text = words_of(error)
    if in_doubt:
        return Answer(AttemptOutcome.UNCERTAIN, text or "No answer after the end of the mail.")
    code = _code_of(error)
    if isinstance(error, ValueError | smtplib.SMTPNotSupportedError):
        # A header or an address that cannot be written, or not for this server.
        return Answer(AttemptOutcome.REFUSED, text)
    if code is None:
        return Answer(AttemptOutcome.RETRY, text, is_outage=isinstance(error, OSError))
    return _by_code(code, text, at_recipient=isinstance(error, smtplib.SMTPRecipientsRefused))


def _by_code(code: int, text: str, *, at_recipient: bool) -> Answer:
    if code in _LOG_IN or code == 421:
        return Answer(AttemptOutcome.RETRY, text, is_outage=True)
    if 200 <= code < 300:
        return Answer(AttemptOutcome.SENT, text)
    if 400 <= code < 500:
        return Answer(AttemptOutcome.RETRY, text)
    if 500 <= code < 600:
        is_bounce = _is_bounce(text, bare=at_recipient and code in _NO_SUCH_MAILBOX)
        return Answer(AttemptOutcome.REFUSED, text, is_bounce=is_bounce)
    return Answer(AttemptOutcome.RETRY, text, is_outage=True)


def words_of(error: Exception) -> str:
    """Give the server's words, or the error's where the server had none."""
    code, said = _code_of(error), _said(error)
    return f"{code} {said}" if code is not None else f"{type(error).__name__}: {error}"


def _said(error: Exception) -> str:
    said: Any = getattr(error, "smtp_error", "")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = next(iter(error.recipients.values()), (0, b""))[1]
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _code_of(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _ in error.recipients.values()), None)
    # A greeting that refuses, and an EHLO that fails, are no answers to a mail.
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return None
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None


def _is_bounce(text: str, *, bare: bool) -> bool:
    """Tell whether the mailbox does not exist: by the detail, else by what the `bare` code says."""
    detail = _ENHANCED.search(text)
    return bare if detail is None else detail[2] == "1" or (detail[2], detail[3]) == ("2", "1")
