"""The shop's own domain: what to put into the DNS, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from merchants import hosts
from merchants.actions.domains import (
    DomainExists,
    HostTaken,
    NotAHost,
    check_domain,
    claim_domain,
    give_up_domain,
)
from merchants.actions.reach import proof_name
from merchants.actions.senders import Record
from merchants.models import Domain
from merchants.policy import Permission
from merchants.statuses import DomainState
from postpurchase.dashboard.brand.findings import findings_of
from postpurchase.lib.dns import is_address
from postpurchase.lib.throttle import hit, wait_text
from postpurchase.staff.access import Place, merchant_page
from postpurchase.staff.frame import frame

CHECKS, WINDOW = 20, 600
CHIPS = {
    DomainState.WAITING: ("info", "hourglass"),
    DomainState.VERIFIED: ("ok", "circle-check"),
    DomainState.BROKEN: ("bad", "circle-alert"),
}


class HostForm(forms.Form):
    """The name under which the portal shall answer."""

    use_required_attribute = False

    host = forms.CharField(
        label=gettext_lazy("Your domain"),
        help_text=gettext_lazy(
            "A name below your shop’s, such as orders.your-shop.com. The shop stays as it is."
        ),
        max_length=300,
        error_messages={"required": gettext_lazy("Enter a name such as orders.your-shop.com")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "none",
                "inputmode": "url",
                "spellcheck": "false",
            }
        ),
    )


@dataclass(frozen=True, slots=True)
class Setup:
    """What a merchant has to do, and how far it is."""

    domain: Domain
    tone: str
    icon: str
    records: list[Record]
    url: str


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the domain with its records and findings; POST claims one."""
    return (_claim if request.method == "POST" else _show)(request, slug)


@merchant_page(Permission.LOOK)
def _show(request: HttpRequest, place: Place) -> HttpResponse:
    return _page(request, place, HostForm())


@merchant_page(Permission.SET_UP)
def _claim(request: HttpRequest, place: Place) -> HttpResponse:
    form = HostForm(request.POST)
    if form.is_valid():
        host, now = form.cleaned_data["host"], timezone.now()
        try:
            claim_domain(place.merchant, host=host, by=place.user, now=now)
        except (NotAHost, HostTaken, DomainExists) as refusal:
            form.add_error("host", str(refusal.reason))
        else:
            return redirect("dashboard:brand_domain", place.slug)
    return _page(request, place, form)


@require_POST
@merchant_page(Permission.SET_UP)
def check(request: HttpRequest, place: Place) -> HttpResponse:
    """Look at the DNS and at the name itself, now."""
    domain = Domain.objects.first()
    tries = hit(f"domain:{place.merchant.pk}", limit=CHECKS, seconds=WINDOW)
    if not tries.allowed:
        messages.warning(request, wait_text(tries.retry_after_seconds))
    elif domain is not None:
        domain = check_domain(domain, now=timezone.now())
        if domain.state == DomainState.VERIFIED:
            text = _("%(host)s is ready. Links in new mails begin with it.")
            messages.success(request, text % {"host": domain.host})
    return redirect("dashboard:brand_domain", place.slug)


@require_POST
@merchant_page(Permission.SET_UP)
def remove(request: HttpRequest, place: Place) -> HttpResponse:
    """Stop using the domain."""
    give_up_domain(place.merchant, by=place.user, now=timezone.now())
    messages.success(request, _("The domain is removed. Links begin with our address again."))
    return redirect("dashboard:brand_domain", place.slug)


def _page(request: HttpRequest, place: Place, form: HostForm) -> HttpResponse:
    domain = Domain.objects.first()
    context: dict[str, Any] = {
        "form": form,
        "setup": _setup(domain) if domain else None,
        "findings": findings_of(domain) if domain else [],
        "our_url": hosts.base_url(place.merchant.pk),
        "may_edit": place.may(Permission.SET_UP),
    }
    return render(request, "dashboard/brand/domain.html", frame(request, place, **context))


def _setup(domain: Domain) -> Setup:
    tone, icon = CHIPS[DomainState(domain.state)]
    ours = hosts.our_host()
    kind = ("AAAA" if ":" in ours else "A") if is_address(ours) else "CNAME"
    records = [
        Record(kind, domain.host, ours),
        Record("TXT", proof_name(domain.host), domain.token),
    ]
    return Setup(domain, tone, icon, records, hosts.url_on(domain.host))
