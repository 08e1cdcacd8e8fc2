"""The two files that carry a shop's look: its stylesheet and its logo."""

from __future__ import annotations

import mimetypes

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from merchants.appearance import fingerprint
from postpurchase.portal.shop import shop_or_404

# Another look or logo has another address, so browsers may keep these for ever.
FOR_EVER = "public, max-age=31536000, immutable"
LOGO_TYPES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


@require_safe
def stylesheet(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """Serve the brand's look; an address of an earlier look gets today's, uncached."""
    sheet = shop_or_404(slug).stylesheet
    response = HttpResponse(sheet, content_type="text/css; charset=utf-8")
    current = version == fingerprint(sheet)
    response.headers["Cache-Control"] = FOR_EVER if current else "no-store"
    return response


@require_safe
def logo(request: HttpRequest, slug: str, version: str) -> HttpResponseBase:
    """Serve the logo from our own host, wherever files are stored."""
    shop = shop_or_404(slug)
    if not shop.brand.logo:
        raise Http404("no logo")
    kind = mimetypes.guess_type(str(shop.brand.logo.name))[0]
    if kind not in LOGO_TYPES:
        # Anything else, such as SVG with a script in it, is not shown as a page of ours.
        raise Http404("not a picture")
    try:
        file = shop.brand.logo.open("rb")
    except OSError as error:
        raise Http404("the file is missing") from error
    return FileResponse(file, content_type=kind, headers={"Cache-Control": FOR_EVER})
