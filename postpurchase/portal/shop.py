"""Which shop a page belongs to, and the frame that its pages share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language

from merchants.appearance import fingerprint, links_of, stylesheet
from merchants.models import Brand, Merchant, SupportHours
from merchants.queries import hours_text, loaded_hours, with_hours
from merchants.social import FooterLink
from postpurchase.lib.tenancy import acting_for
from postpurchase.portal import language

P = ParamSpec("P")

# What error pages may show while the database is away. Facts that every visitor sees anyway.
_last_seen: dict[str, Shop] = {}
LAST_SEEN_AT_MOST = 1_000
LARGEST_FORM = 64 * 1024  # bytes


@dataclass(frozen=True)
class Shop:
    """A merchant as the frame of a page shows it."""

    merchant: Merchant
    brand: Brand
    hours: SupportHours | None = None

    @property
    def slug(self) -> str:
        return self.merchant.slug

    @property
    def name(self) -> str:
        return self.merchant.name

    @property
    def home_url(self) -> str:
        """Give the look-up page, where everybody can start."""
        return reverse("portal:lookup", args=[self.slug])

    @property
    def css_url(self) -> str:
        """Give the brand's stylesheet; another look has another address."""
        return reverse("portal:brand_css", args=[self.slug, fingerprint(self.stylesheet)])

    @property
    def logo_url(self) -> str:
        """Give the logo on our own host, or nothing."""
        if not self.brand.logo:
            return ""
        if not self.brand.pk:
            # A look that is only being tried.
            return reverse("media", args=[self.brand.logo.name])
        version = f"{self.brand.updated_at:%Y%m%d%H%M%S}"
        return reverse("portal:logo", args=[self.slug, version])

    @property
    def stylesheet(self) -> str:
        """Give the brand's colours, corners and letters as custom properties."""
        return stylesheet(self.brand)

    @property
    def links(self) -> tuple[FooterLink, ...]:
        """Give the links to the shop's other places."""
        return links_of(self.brand)

    @property
    def support_email(self) -> str:
        return self.merchant.support_email

    @property
    def support_phone(self) -> str:
        return self.merchant.support_phone

    @property
    def support_hours(self) -> str:
        return hours_text(self.merchant, self.hours)

    @property
    def footer(self) -> str:
        return self.brand.footer

    @property
    def shows_credit(self) -> bool:
        return self.brand.shows_credit


def shop_or_404(slug: str) -> Shop:
    """Find an active shop by the name in its addresses."""
    try:
        merchant = with_hours(Merchant.objects.all(), now=timezone.now()).get(
            slug=slug, is_active=True
        )
    except Merchant.DoesNotExist as error:
        raise Http404("no such shop") from error
    shop = Shop(merchant, Brand.of(merchant), loaded_hours(merchant))
    if len(_last_seen) >= LAST_SEEN_AT_MOST:
        _last_seen.clear()
    _last_seen[slug] = shop
    return shop


def last_seen(path: str) -> Shop | None:
    """Recall the shop of a path such as /o/<slug>/… without asking the database."""
    parts = path.split("/")
    return _last_seen.get(parts[2]) if len(parts) > 2 and parts[1] == "o" else None


def shop_page(
    view: Callable[Concatenate[HttpRequest, Shop, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Make a view a page of a shop: its rows, its zone, the reader's language, private headers."""

    @wraps(view)
    def page(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        # What was typed comes back with the page: nobody shall have us write megabytes.
        if int(request.headers.get("content-length") or 0) > LARGEST_FORM:
            raise SuspiciousOperation("A form was sent that is larger than any of ours.")
        shop = shop_or_404(slug)
        if language.is_chosen(request):
            return private(language.choose(request))
        spoken = language.of(request, fallback=shop.merchant.language)
        with (
            acting_for(shop.merchant.pk),
            timezone.override(shop.merchant.zone),
            translation.override(spoken),
        ):
            return private(view(request, shop, *args, **kwargs))

    return page


def private(response: HttpResponse) -> HttpResponse:
    """Keep a page out of caches, search engines and other sites' logs (unless it says other)."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
    response.headers.setdefault("Content-Language", get_language() or settings.LANGUAGE_CODE)
    return response
