"""What the errors of mail providers' HTTP interfaces mean (any of django-anymail's backends)."""

from __future__ import annotations

from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from django.core.mail import BadHeaderError, EmailMessage
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout

from notifications.channels.base import Answer
from notifications.statuses import AttemptOutcome

# Raised before anything is asked of the provider: the letter is at fault.
_UNSENDABLE = (
    AnymailInvalidAddress,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
    BadHeaderError,
)
# The provider says that it did not take the request up.
_LATER = frozenset({408, 425, 429, 503})
# Our key or account is at fault, not the message.
_ACCOUNT = frozenset({401, 402, 403})


def answer_on(mail: EmailMessage) -> Answer:
    """Say what was accepted, for a backend that raised nothing; SMTP and files say no more."""
    status = getattr(mail, "anymail_status", None)
    if status is None:
        return Answer(AttemptOutcome.SENT)
    code = getattr(status.esp_response, "status_code", 200)
    if status.status == {"unknown"} and code >= 300:
        return _by_status(code, f"HTTP {code}")
    return Answer(AttemptOutcome.SENT, provider_id=str(status.message_id or "")[:300])


def answer_to(error: Exception) -> Answer:
    """Say what an error means. Where acceptance cannot be ruled out, it is uncertain."""
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, AnymailRecipientsRefused):
        return Answer(AttemptOutcome.REFUSED, text, is_bounce=_is_bounce(error))
    if isinstance(error, _UNSENDABLE):
        return Answer(AttemptOutcome.REFUSED, text)
    if isinstance(error, AnymailConfigurationError):
        return Answer(AttemptOutcome.RETRY, text, is_outage=True)
    if isinstance(error, AnymailAPIError) and error.status_code is not None:
        return _by_status(int(error.status_code), text)
    if _never_arrived(error):
        return Answer(AttemptOutcome.RETRY, text, is_outage=True)
    return Answer(AttemptOutcome.UNCERTAIN, text)


def _by_status(status: int, text: str) -> Answer:
    if status in _LATER or status in _ACCOUNT:
        return Answer(AttemptOutcome.RETRY, text, is_outage=True)
    if 400 <= status < 500:
        return Answer(AttemptOutcome.REFUSED, text)
    # 500, 502 and 504 may come from a gateway whose inside took the mail; a 2xx whose body could
    # not be read almost surely did.
    return Answer(AttemptOutcome.UNCERTAIN, text)


def _never_arrived(error: BaseException | None) -> bool:
    """Tell whether the connection was refused or never made, so that nothing was asked."""
    while error is not None:
        if isinstance(error, ConnectTimeout | ConnectionRefusedError):
            return True
        # urllib3's NewConnectionError covers a name that is not found and a refused connection.
        if isinstance(error, NoConnection) and "NewConnectionError" in repr(error.args):
            return True
        error = error.__cause__ or error.__context__
    return False


def _is_bounce(error: Exception) -> bool:
    message = getattr(error, "email_message", None)
    status = getattr(message, "anymail_status", None)
    # "rejected": on the provider's own list; "invalid": no such address; "failed": anything else.
    return bool(status and status.status and status.status <= {"rejected", "invalid"})
