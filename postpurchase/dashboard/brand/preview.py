"""What the editor shows beside its form: which pages, how wide, in which light."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from merchants.models import BrandVersion
from postpurchase.staff.access import Place

SIZES: dict[str, tuple[LazyText, str]] = {
    "phone": (_("Phone"), "smartphone"),
    "desktop": (_("Desktop"), "monitor"),
}
SCHEMES: dict[str, tuple[LazyText, str]] = {
    "light": (_("Light"), "sun"),
    "dark": (_("Dark"), "moon"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to look at it."""

    label: LazyText
    icon: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """Two frames: the order page and the confirmation mail."""

    size: str
    page_url: str
    mail_url: str
    sizes: tuple[Choice, ...]
    schemes: tuple[Choice, ...]


def preview_of(
    request: HttpRequest, place: Place, *, version: BrandVersion | None = None
) -> Preview:
    """Show the draft, or an earlier look, as the address asks for it."""
    size = _known(request.GET.get("size", ""), SIZES)
    scheme = _known(request.GET.get("scheme", ""), SCHEMES)
    query = {"scheme": scheme} | ({"look": str(version.public_id)} if version else {})
    asked = f"?{urlencode(query)}"
    return Preview(
        size=size,
        page_url=reverse("look:page", args=[place.slug]) + asked,
        mail_url=reverse("dashboard:brand_mail", args=[place.slug]) + asked,
        sizes=tuple(
            Choice(label, icon, _query(name, scheme), name == size)
            for name, (label, icon) in SIZES.items()
        ),
        schemes=tuple(
            Choice(label, icon, _query(size, name), name == scheme)
            for name, (label, icon) in SCHEMES.items()
        ),
    )


def _known(asked: str, offered: dict[str, tuple[LazyText, str]]) -> str:
    return asked if asked in offered else next(iter(offered))


def _query(size: str, scheme: str) -> str:
    return f"?{urlencode({'size': size, 'scheme': scheme})}#preview"
