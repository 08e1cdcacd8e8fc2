"""The mails of this machine, to be read in the browser. Demo and debug only.

Views are plain: no log-in, since they exist only where all data are made up.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from postpurchase.demo import letters

PAGE = 25
VIEWS = ("html", "text", "source")
# Widths in CSS pixels: a phone, and the column of a mail program.
WIDTHS = {"phone": 390, "desktop": 680}
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


@require_safe
@never_cache
def listing(request: HttpRequest) -> HttpResponse:
    """List the mails, newest first; `q` searches them, `page` turns the leaf."""
    _only_in_demo()
    words = request.GET.get("q", "").strip()[:100]
    number = _page_number(request)
    shown, has_older = letters.page_of(words, start=(number - 1) * PAGE, size=PAGE)
    context = {
        "letters": shown,
        "words": words,
        "directory": letters.directory(),
        "newer": number - 1 if number > 1 else None,
        "older": number + 1 if has_older else None,
    }
    return render(request, "demo/mailbox.html", context)


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return max(1, int(asked)) if re.fullmatch(r"[0-9]{1,6}", asked) else 1


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # typed for views without arguments
@never_cache
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Show a mail as HTML (for a phone or a desktop), as plain text or as it was sent."""
    letter, source = _found(key)
    wish = request.GET.get("view", "")
    width = request.GET.get("width", "")
    width = width if width in WIDTHS else "desktop"
    context = {
        "letter": letter,
        "view": wish if wish in VIEWS else ("html" if letter.html else "text"),
        "source": source.decode("utf-8", "replace"),
        "size": len(source),
        "width": width,
        "pixels": WIDTHS[width],
        "sandbox": SANDBOX,
    }
    return render(request, "demo/letter.html", context)


@require_safe
@xframe_options_sameorigin
@csp_replace(MAIL_POLICY)  # type: ignore[arg-type]  # typed for views without arguments
@never_cache
def html(request: HttpRequest, key: str) -> HttpResponse:
    """Give the HTML of a mail for the frame: no scripts, nothing from elsewhere."""
    letter, _source = _found(key)
    return HttpResponse(letter.html.replace("<head>", '<head><base target="_blank">', 1))


def _found(key: str) -> tuple[letters.Letter, bytes]:
    _only_in_demo()
    found = letters.find(key)
    if found is None:
        raise Http404("no such mail")
    return found


def _only_in_demo() -> None:
    """Refuse where mails are those of real people, whatever the addresses say."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404("the mailbox exists in demo and debug only")
