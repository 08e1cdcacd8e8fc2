"""Mails with a plain and an HTML part, written quickly.

The standard library encodes and writes such a mail line by line, at twice the cost of sending it.
Here both parts are encoded as quoted-printable (RFC 2045, 6.7) in one go.
"""

from __future__ import annotations

from binascii import b2a_qp
from email.mime.base import MIMEBase
from typing import Any

from django.core.mail import EmailMultiAlternatives, SafeMIMEMultipart

# Quoted-printable text never contains "=_", so no part can contain the boundary.
_BOUNDARY = "=_alternative"
_PART = (
    "--=_alternative\r\n"
    'Content-Type: {kind}; charset="utf-8"\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n"
    "\r\n"
    "{body}"
)


class TwoPartMail(EmailMultiAlternatives):
    """A mail whose parts are texts."""

    def _create_alternatives(self, msg: Any) -> MIMEBase:
        """Give the body of the mail; called by Django when the mail is written out."""
        if not self.alternatives:
            return msg  # type: ignore[no-any-return]  # Django's own body, whatever it is
        whole = SafeMIMEMultipart("alternative", _BOUNDARY, encoding="utf-8")
        texts = [("text/plain", self.body), *((part[1], part[0]) for part in self.alternatives)]
        parts = (_PART.format(kind=kind, body=_encoded(str(text))) for kind, text in texts)
        whole.set_payload("".join(parts) + f"--{_BOUNDARY}--\r\n")
        return whole


def _encoded(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    return b2a_qp(lines.replace("\n", "\r\n").encode(errors="replace"), istext=True).decode("ascii")
