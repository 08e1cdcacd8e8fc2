"""The confirmation mail as a draft or an earlier look would show it, for a frame of the editor."""

from __future__ import annotations

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from merchants.actions.brands import look_of
from merchants.policy import Permission
from notifications.rendering.sample import sample_confirmation
from postpurchase.lib.colour import in_scheme
from postpurchase.staff.access import Place, merchant_page

# The mail may show its own styles and pictures of our host, and nothing else.
POLICY = {
    "default-src": [NONE],
    "script-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": [SELF],
    "font-src": [NONE],
    "connect-src": [NONE],
    "form-action": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
}


@require_safe
@xframe_options_sameorigin
@csp_replace(POLICY)
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Render the real mail of an order that nobody placed."""
    brand = look_of(place.merchant, asked=request.GET.get("look", ""))
    if brand is None:
        raise Http404("no such look")
    mail = sample_confirmation(place.merchant, brand=brand, now=timezone.now())
    # In the frame links lead nowhere, and pictures come from whichever host is asked just now.
    html = mail.html.replace("<head>", '<head><base target="_blank">', 1)
    html = html.replace(f'src="{settings.PUBLIC_URL}/', 'src="/')
    return HttpResponse(in_scheme(html, request.GET.get("scheme", "")))
