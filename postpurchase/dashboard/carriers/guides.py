"""How each source is set up on its own side, step by step, in the words its pages use."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracking.carriers import POLLERS, SOURCES

Text = str | Promise
SECRET = _("Secret")


@dataclass(frozen=True, slots=True)
class Guide:
    """What to do there. The address is shown after `before`; the secret is named as there."""

    lead: Text = ""
    before: tuple[Text, ...] = ()
    after: tuple[Text, ...] = ()
    secret: Text = SECRET


@dataclass(frozen=True, slots=True)
class Choice:
    """A source as the list of those that can be added shows it."""

    name: str
    label: Text
    lead: Text


GUIDES: dict[str, Guide] = {
    "aftership": Guide(
        _("Over 1,000 carriers. It sends every change within minutes."),
        (_("In AfterShip Tracking open Settings → Webhooks and add this address:"),),
        (
            _("Choose the newest webhook version and all tracking events."),
            _("Copy the webhook secret that AfterShip shows there, and store it here."),
        ),
        _("AfterShip’s webhook secret"),
    ),
    "easypost": Guide(
        _("Trackers of US carriers and many others."),
        (_("In EasyPost open Webhooks, choose the environment and add this address:"),),
        (_("Enter the secret of this page as the webhook secret there."),),
        _("Webhook secret"),
    ),
    "shippo": Guide(
        _("Tracking of about 40 carriers."),
        (_("In Shippo open Settings → API → Webhooks; add “track_updated” with this address:"),),
        (
            _("Ask Shippo’s support to sign your webhooks (HMAC): they only do so when asked."),
            _("Store the secret they give you here. Until then every delivery is refused."),
        ),
        _("Shippo’s HMAC secret"),
    ),
    "17track": Guide(
        _("Over 2,000 carriers, strong in parcels from China."),
        (_("In the 17TRACK API console open Settings → WebHook and enter this address:"),),
        (
            _("Choose version 2.2 or newer."),
            _("17TRACK signs with your API key (“Security key”): store that key here."),
        ),
        _("17TRACK’s API key"),
    ),
    "sendcloud": Guide(
        _("Parcels that you send with Sendcloud."),
        (
            _(
                "In Sendcloud open Settings → Integrations, your API integration, and enable "
                "webhook feedback with this address:"
            ),
        ),
        (_("The integration’s secret key signs the deliveries: store it here."),),
        _("The integration’s secret key"),
    ),
    "clickpost": Guide(
        _("Carriers in India, the Gulf and South-East Asia."),
        (_("Register this address with ClickPost as your webhook:"),),
        (_("As the webhook key give them the secret of this page."),),
        _("Webhook key"),
    ),
    "karrio": Guide(
        _("Your own Karrio server sends news of its trackers."),
        (_("On your Karrio server open Developers → Webhooks and add this address:"),),
        (
            _("Choose the events tracker_created and tracker_updated."),
            _("Copy the webhook’s secret and store it here."),
        ),
        _("Karrio’s webhook secret"),
    ),
    "generic": Guide(
        _("A program of your own, or a carrier that can be taught. Signed as Standard Webhooks."),
        (_("Let your program post to this address, as the documentation of sources describes:"),),
        (_("Sign with the secret of this page, as Standard Webhooks describes."),),
        _("Signing secret"),
    ),
    "dhl": Guide(_("developer.dhl.com → your app → “Shipment Tracking – Unified” → API key.")),
    "ups": Guide(_("developer.ups.com → Apps → an app with the product “Tracking”.")),
    "fedex": Guide(_("developer.fedex.com → My projects → a project with the “Track API”.")),
    "usps": Guide(_("developers.usps.com → Apps → an app with the product “Tracking”.")),
    "royal_mail": Guide(_("developer.royalmail.net → an app subscribed to “Tracking API”.")),
    "la_poste": Guide(_("developer.laposte.fr → your app with “Suivi v2” → Okapi key.")),
    "canada_post": Guide(_("canadapost.ca → Developer Program → API keys.")),
    "gls": Guide(_("dev-portal.gls-group.net → an app with “Track and Trace”.")),
    "dpd": Guide(_("Your DPD depot gives you a DELIS ID with its password.")),
    "karrio_server": Guide(_("Your own Karrio server, asked about one of its carriers.")),
}
NONE = Guide()


def guide_of(source: str) -> Guide:
    """Give what to do for a source; for one that is new, nothing in particular."""
    return GUIDES.get(source, NONE)


def label_of(source: str) -> Text:
    """Name a source; one that is gone names itself."""
    known = SOURCES.get(source) or POLLERS.get(source)
    return known.label if known else source


def telling() -> list[Choice]:
    """List the sources that tell us by themselves."""
    return [Choice(name, one.label, guide_of(name).lead) for name, one in SOURCES.items()]


def asked() -> list[Choice]:
    """List the sources that we ask."""
    return [
        Choice(name, one.label, guide_of(name).lead)
        for name, one in POLLERS.items()
        if name not in SOURCES
    ]
