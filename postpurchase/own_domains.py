"""Merchants' own domains: which of them we answer, and what we show there.

On a domain of a merchant's own there is that merchant's portal and nothing else: no desk, no
dashboard, no API, no other shop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import ContextVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port, validate_host

PROOF = "/.well-known/postpurchase/"
ASK = f"{PROOF}ask"
SHARED = ("/static/", "/media/")

_answering: ContextVar[str] = ContextVar("own_domain", default="")


class AllowedHosts(list[str]):
    """The hosts that the settings name, and the merchant's own domain that is just answered.

    `OwnDomains` looks that one up; whoever goes through this list asks no database.
    """

    def __iter__(self) -> Iterator[str]:
        """Give the named hosts, then the domain of this request if it is a merchant's."""
        yield from super().__iter__()
        if own := _answering.get():
            yield own


class OwnDomains:
    """Answers on merchants' own domains; stands before all that asks for the host's name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the proof of a domain and what belongs on one; pass all else on."""
        host = split_domain_port(request.META.get("HTTP_HOST", ""))[0]
        if request.path_info.startswith(PROOF):
            return _prove(request, host=host)
        if not host or validate_host(host, settings.ALLOWED_HOSTS):
            return self.get_response(request)
        slug = _slug_of(host)
        if not slug:
            return self.get_response(request)
        token = _answering.set(host)
        try:
            return self._portal(request, slug=slug)
        finally:
            _answering.reset(token)

    def _portal(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        home = f"/o/{slug}/"
        if request.path_info == "/":
            return HttpResponseRedirect(home)
        if not request.path_info.startswith((home, *SHARED)):
            raise Http404("not on a merchant's own domain")
        response = self.get_response(request)
        if "Strict-Transport-Security" in response.headers:
            # The name is the merchant's: nothing is promised for names below it.
            seconds = settings.SECURE_HSTS_SECONDS
            response.headers["Strict-Transport-Security"] = f"max-age={seconds}"
        return response


def _prove(request: HttpRequest, *, host: str) -> HttpResponse:
    """Show that a domain leads here, or tell the proxy whether it may get a certificate for one.

    Asked before the domain is verified, over http as well, so before all other checks.
    """
    from merchants.hosts import answer_to_check, may_have_certificate

    if request.path_info == ASK:
        may = may_have_certificate(request.GET.get("domain", ""))
        return HttpResponse(status=200 if may else 404)
    answer = answer_to_check(host=host, token=request.path_info.removeprefix(PROOF))
    if not answer:
        return HttpResponse(status=404)
    return HttpResponse(answer, content_type="text/plain", headers={"Cache-Control": "no-store"})


def _slug_of(host: str) -> str:
    from merchants.hosts import slug_of

    return slug_of(host)
