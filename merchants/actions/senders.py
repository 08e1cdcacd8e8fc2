"""Whether mails from a sender's address will be believed: what its domain says in the DNS."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from postpurchase.lib.dns import Answer, Question, ask_all

OK, MISSING, WRONG, UNKNOWN, BY_HAND = "ok", "missing", "wrong", "unknown", "by_hand"

# What each provider asks its customers to put into their SPF record.
INCLUDES = {
    "amazon-ses": "include:amazonses.com",
    "brevo": "include:spf.brevo.com",
    "mailersend": "include:_spf.mailersend.net",
    "mailgun": "include:mailgun.org",
    "mailjet": "include:spf.mailjet.com",
    "postmark": "include:spf.mtasv.net",
    "scaleway": "include:_spf.scw-tem.cloud",
    "sendgrid": "include:sendgrid.net",
    "sparkpost": "include:_spf.sparkpostmail.com",
}
# Their owners tell the world to reject mails that others send in their name.
MAILBOX_PROVIDERS = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com"),
        *("yahoo.com", "aol.com", "icloud.com", "me.com", "proton.me", "protonmail.com"),
        *("gmx.de", "gmx.net", "web.de", "t-online.de", "freenet.de", "mail.ru", "qq.com"),
    }
)


@dataclass(frozen=True, slots=True)
class Record:
    """A DNS record to copy."""

    kind: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Hint:
    """What is well or missing with a sender's domain, in a sentence, and the record that helps."""

    subject: str
    state: str
    text: str
    record: Record | None = None


def check_sender(email: str) -> list[Hint]:
    """Ask the DNS about an address's domain and say in plain words what to do; takes ≤ 3 seconds.

    The most pressing comes first. An address without a domain gives nothing.
    """
    domain = email.rpartition("@")[2].strip().lower()
    if "@" not in email or "." not in domain:
        return []
    if domain in MAILBOX_PROVIDERS:
        return [Hint(_("Sender"), WRONG, _not_yours(domain))]
    policies: list[Question] = [(f"_dmarc.{name}", "TXT") for name in _upwards(domain)]
    kinds: list[Question] = [(domain, "MX"), (domain, "A"), (domain, "TXT")]
    answers = ask_all([*kinds, *policies])
    hints = [
        _spf(domain, answers[domain, "TXT"]),
        _dkim(domain),
        _dmarc(domain, [answers[question] for question in policies], email=email),
        _mx(domain, answers[domain, "MX"], answers[domain, "A"]),
    ]
    return sorted(hints, key=lambda hint: _URGENCY[hint.state])


_URGENCY = {WRONG: 0, MISSING: 1, UNKNOWN: 2, BY_HAND: 3, OK: 4}


def _not_yours(domain: str) -> str:
    return _(
        "%(domain)s does not let others send in its name, so most mails would be rejected. "
        "Use an address at your shop’s own domain."
    ) % {"domain": domain}


def _unknown(subject: str, domain: str) -> Hint:
    text = _("The DNS did not answer for %(domain)s. Try again in a minute.") % {"domain": domain}
    return Hint(subject, UNKNOWN, text)


def _mx(domain: str, mx: Answer, address: Answer) -> Hint:
    subject = _("Answers")
    if not mx.is_known:
        return _unknown(subject, domain)
    if mx.values and mx.values != ("",):
        text = _("Shoppers can answer: %(domain)s takes mail.") % {"domain": domain}
        return Hint(subject, OK, text)
    if not mx.values and address.values:
        text = _("%(domain)s has no MX record; answers may get lost.") % {"domain": domain}
        return Hint(subject, MISSING, text)
    text = _(
        "%(domain)s takes no mail: it has no MX record. Answers of shoppers would come back to "
        "them. Add the MX record that your mailbox provider names."
    ) % {"domain": domain}
    return Hint(subject, WRONG, text)


def _spf(domain: str, answer: Answer) -> Hint:
    """Look whether the domain names who may send for it (RFC 7208)."""
    subject, include = "SPF", _include()
    if not answer.is_known:
        return _unknown(subject, domain)
    rows = [text for text in answer.values if text.lower().split(" ")[0] == "v=spf1"]
    if len(rows) > 1:
        text = _(
            "There are %(count)d SPF records; mail servers then heed none. Merge them into one."
        ) % {"count": len(rows)}
        return Hint(subject, WRONG, text)
    if not rows:
        text = (
            _("%(domain)s does not say who may send its mails. Add this record.")
            if include
            else _(
                "%(domain)s does not say who may send its mails. Add a record such as this one, "
                "with the server that sends our mails."
            )
        )
        value = f"v=spf1 {include or 'mx'} ~all"
        return Hint(subject, MISSING, text % {"domain": domain}, Record("TXT", domain, value))
    if include and include not in rows[0].lower().split():
        text = _(
            "The SPF record does not name the service that sends our mails. Change it to this."
        )
        return Hint(subject, MISSING, text, Record("TXT", domain, _with(rows[0], include)))
    if include:
        return Hint(subject, OK, _("The SPF record names the service that sends our mails."))
    text = _("There is an SPF record. Make sure that it names the server that sends our mails.")
    return Hint(subject, OK, text)


def _with(row: str, include: str) -> str:
    """Put a mechanism before the last one, which decides about all others."""
    words = row.split()
    place = next((at for at, word in enumerate(words) if word.lower().endswith("all")), len(words))
    return " ".join([*words[:place], include, *words[place:]])


def _include() -> str:
    return INCLUDES.get(_provider(), "")


def _provider() -> str:
    scheme = urlsplit(settings.EMAIL_URL).scheme
    return scheme.removeprefix("anymail+").replace("_", "-") if "anymail+" in scheme else ""


def _dkim(domain: str) -> Hint:
    """Say what to do: a key's name is known only to the service that signs with it (RFC 6376)."""
    text = _(
        "Mails need a signature. The service that sends them shows a key for %(domain)s (a TXT or "
        "CNAME record below _domainkey.%(domain)s): add it to your DNS. To check, send yourself a "
        "mail and look for “dkim=pass” in its source."
    ) % {"domain": domain}
    return Hint("DKIM", BY_HAND, text)


def _upwards(domain: str) -> list[str]:
    """Give the domain and those above it down to two labels: where its policy may stand."""
    labels = domain.split(".")[-5:]
    return [".".join(labels[at:]) for at in range(len(labels) - 1)]


def _dmarc(domain: str, answers: list[Answer], *, email: str) -> Hint:
    """Look for the policy of the domain or of one above it (RFC 7489)."""
    subject = "DMARC"
    rows = [text for answer in answers for text in answer.values]
    if any(text.lower().replace(" ", "").startswith("v=dmarc1") for text in rows):
        text = _("There is a DMARC record, as Gmail and Yahoo ask of shops.")
        return Hint(subject, OK, text)
    if not all(answer.is_known for answer in answers):
        return _unknown(subject, domain)
    text = _("Gmail and Yahoo ask shops for a DMARC record. This one only asks for reports.")
    value = f"v=DMARC1; p=none; rua=mailto:{email}"
    return Hint(subject, MISSING, text, Record("TXT", f"_dmarc.{domain}", value))
