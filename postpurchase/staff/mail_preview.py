"""A mail as its reader sees it, for staff: written anew, shown in a frame that can do nothing."""

from __future__ import annotations

import re
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.conf import settings
from django.http import HttpResponse

from notifications.models import Message
from notifications.rendering import Mail, render
from notifications.statuses import MessageKind
from orders.models import Order
from postpurchase.lib.crypto import seal
from postpurchase.lib.links import TOKEN_LENGTH

CUT_AT = 102_400
"""Bytes after which Gmail hides the rest of a mail."""
HIDDEN_CODE = "••••••"
# What opens an order without a log-in is for its shopper alone.
TOKENS = re.compile(rf"(/order/)[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}(?=/)")
# The mail may show its own styles and pictures of our host, and nothing else; its links open
# outside of the frame.
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
OUR_HOST = "{0.scheme}://{0.netloc}".format(urlsplit(settings.PUBLIC_URL))
MAIL_POLICY = {
    "default-src": [NONE],
    "script-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": [SELF, OUR_HOST],
    "font-src": [NONE],
    "connect-src": [NONE],
    "form-action": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": SANDBOX.split(),
}
"""For `csp_replace` on the view that gives a mail's HTML, beside `xframe_options_sameorigin`."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail's content as it would be written now, and how large its HTML is under way."""

    subject: str
    text: str
    html: str
    size: int

    @property
    def is_too_large(self) -> bool:
        """Tell whether Gmail would hide the end of it."""
        return self.size > CUT_AT


def preview(message: Message, *, now: datetime) -> Preview | None:
    """Write a message as it would go now; None where its order is gone.

    It holds no code, and its links open no order: staff see the shopper's page on their own way.
    """
    if message.kind == MessageKind.CODE:
        message.sealed = seal(HIDDEN_CODE)
    try:
        mail = render(message, now=now)
    except (Order.DoesNotExist, AssertionError):
        return None
    return preview_of_mail(mail)


def preview_of_mail(mail: Mail) -> Preview:
    """Take out of a written mail what opens an order."""
    return Preview(
        subject=mail.subject,
        text=TOKENS.sub(r"\1…", mail.text),
        html=TOKENS.sub(r"\1…", mail.html),
        size=len(b2a_qp(mail.html.encode(errors="replace"), istext=True)),
    )


def framed(html: str) -> HttpResponse:
    """Answer with a mail's HTML for a frame; its links open in a window of their own."""
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
