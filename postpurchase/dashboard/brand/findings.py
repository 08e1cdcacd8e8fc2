"""What the last check of a domain found, in sentences that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from merchants import hosts
from merchants.actions.reach import proof_name
from merchants.models import Domain

OK = ("ok", "circle-check")
BAD = ("bad", "circle-alert")
LATER = ("", "circle-question-mark")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    title: str
    tone: str
    icon: str
    word: str
    text: str


def findings_of(domain: Domain) -> list[Finding]:
    """Say what was found, in the order in which one sets a domain up; nothing before a check."""
    found = domain.findings
    if domain.checked_at is None or "proof" not in found:
        return []
    return [_route(domain, found), _proof(domain, found), _page(domain, found)]


def _finding(title: str, look: tuple[str, str], text: str) -> Finding:
    words = {OK: _("Fine"), BAD: _("Not yet"), LATER: _("Not known")}
    return Finding(title, look[0], look[1], words[look], text)


def _route(domain: Domain, found: Mapping[str, Any]) -> Finding:
    title = _("Leads to us")
    host, ours = domain.host, hosts.our_host()
    leads_to = found.get("cname") or ", ".join(found.get("addresses", []))
    if found["route"] == "ok":
        return _finding(title, OK, _("%(host)s leads to us.") % {"host": host})
    if found.get("page") == "ok":
        text = _("%(host)s leads to us by way of %(other)s, as with a proxy. That is fine.")
        return _finding(title, OK, text % {"host": host, "other": leads_to})
    if found["route"] == "missing":
        text = _(
            "%(host)s has no record yet. Add the first record above; DNS changes take from "
            "minutes up to a day to be seen everywhere."
        )
        return _finding(title, BAD, text % {"host": host})
    if found["route"] == "other":
        text = _("%(host)s leads to %(other)s, not to %(ours)s. Change its record.")
        return _finding(title, BAD, text % {"host": host, "other": leads_to, "ours": ours})
    return _finding(title, LATER, _silent_dns(host))


def _proof(domain: Domain, found: Mapping[str, Any]) -> Finding:
    title, name = _("Is yours"), proof_name(domain.host)
    if found["proof"] == "ok":
        return _finding(title, OK, _("The TXT record proves that the name is yours."))
    if found["proof"] == "missing":
        text = _("%(name)s has no TXT record yet. Add the second record above.")
        return _finding(title, BAD, text % {"name": name})
    if found["proof"] == "other":
        text = _(
            "%(name)s holds “%(found)s” instead of the value above. Some providers add the domain "
            "to the name by themselves, or put quotation marks into the value."
        )
        value = " · ".join(str(text)[:80] for text in found.get("proofs", []))
        return _finding(title, BAD, text % {"name": name, "found": value})
    return _finding(title, LATER, _silent_dns(name))


def _page(domain: Domain, found: Mapping[str, Any]) -> Finding:
    title, result = _("Answers"), found.get("page", "unknown")
    values = {"host": domain.host}
    if result == "ok":
        return _finding(title, OK, _("The portal answers at %(host)s.") % values)
    texts = {
        "certificate": _(
            "The certificate for %(host)s is not there yet. The proxy in front of this platform "
            "gets one once both records are seen; ask whoever runs it if that takes more than "
            "an hour."
        ),
        "other": _("Something answers at %(host)s, but it is not us."),
        "refused": _("%(host)s leads to an address inside a private network."),
        "missing": _("Nobody can be asked at %(host)s before it leads to us."),
    }
    if result in texts:
        return _finding(title, BAD, texts[result] % values)
    text = _("%(host)s did not answer. If it just began to lead here, try again in a few minutes.")
    return _finding(title, LATER, text % values)


def _silent_dns(name: str) -> str:
    return _("The DNS did not answer for %(name)s. Try again in a minute.") % {"name": name}
