"""Whether a name is a merchant's own, and whether it leads here: what DNS and the name itself say.

Results are words that pages turn into sentences: ok, missing, other, unknown, and for the page
also certificate, refused and silent.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from merchants import hosts
from merchants.models import Domain
from postpurchase.lib.dns import Answer, Question, ask_all, is_address
from postpurchase.lib.http import AddressRefused, OutboundError, Untrusted, fetch

PROOF_LABEL = "_postpurchase"
LONGEST_PROOF = 200  # bytes of the page that proves it
SHOWN_AT_MOST = 5


def proof_name(host: str) -> str:
    """Give the name of the TXT record that proves whose a host name is."""
    return f"{PROOF_LABEL}.{host}"


def look_at_names(domain: Domain) -> dict[str, Any]:
    """Ask the DNS for the proof and for where the name leads."""
    host, ours = domain.host, hosts.our_host()
    questions: list[Question] = [
        (proof_name(host), "TXT"),
        *((name, kind) for name in (host, ours) for kind in ("CNAME", "A", "AAAA")),
    ]
    answers = ask_all(questions if not is_address(ours) else questions[:4])
    proof = answers[proof_name(host), "TXT"]
    addresses = [*answers[host, "A"].values, *answers[host, "AAAA"].values]
    cname = answers[host, "CNAME"]
    return {
        "proof": _proof(proof, token=domain.token),
        "proofs": list(proof.values[:SHOWN_AT_MOST]),
        "route": _route(cname, addresses, ours=ours, answers=answers),
        "cname": next(iter(cname.values), ""),
        "addresses": addresses[:SHOWN_AT_MOST],
    }


def _proof(answer: Answer, *, token: str) -> str:
    if not answer.is_known:
        return "unknown"
    if token in (value.strip().strip('"') for value in answer.values):
        return "ok"
    return "other" if answer.values else "missing"


def _route(
    cname: Answer, addresses: list[str], *, ours: str, answers: dict[Question, Answer]
) -> str:
    if is_address(ours):
        our_addresses = {ours}
    else:
        our_addresses = {*answers[ours, "A"].values, *answers[ours, "AAAA"].values}
    if ours in cname.values or (addresses and set(addresses) <= our_addresses):
        return "ok"
    if cname.values or addresses:
        return "other"
    return "missing" if cname.is_known else "unknown"


def look_at_page(domain: Domain, *, addresses: list[str]) -> dict[str, Any]:
    """Ask the name for what only we answer, at the address that the DNS gave."""
    if not addresses:
        return {"page": "missing"}
    public = urlsplit(hosts.url_on(domain.host))
    address = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    port = f":{public.port}" if public.port else ""
    url = f"{public.scheme}://{address}{port}/.well-known/postpurchase/{domain.token}"
    try:
        answer = fetch(url, max_bytes=LONGEST_PROOF, host=public.netloc)
    except Untrusted:
        return {"page": "certificate"}
    except AddressRefused:
        return {"page": "refused"}
    except OutboundError as error:
        return {"page": "other" if error.is_final else "silent"}
    same = answer.content.decode("ascii", "replace") == hosts.proof_of(domain)
    return {"page": "ok" if same else "other"}
