"""What carriers are called, and where their pages about a parcel are.

Addresses as https://github.com/jkeen/tracking_number_data (2.0.0, MIT) names them, and, where it
names none, as the carriers' own look-up forms write them.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from tracking.models import Shipment

NAMES: Final[dict[str, str]] = {
    "amazon": "Amazon Logistics",
    "bpost": "bpost",
    "brt": "BRT",
    "canada_post": "Canada Post",
    "canpar": "Canpar",
    "cdek": "CDEK",
    "dhl": "DHL",
    "dhl_ecommerce": "DHL eCommerce",
    "dhl_paket": "DHL",
    "dpd": "DPD",
    "fan": "FAN Courier",
    "fedex": "FedEx",
    "gls": "GLS",
    "gofo": "GOFO",
    "hermes": "Hermes",
    "inpost": "InPost",
    "la_poste": "La Poste",
    "landmark": "Landmark Global",
    "lasership": "OnTrac (LaserShip)",
    "old_dominion": "Old Dominion",
    "ontrac": "OnTrac",
    "packeta": "Packeta",
    "postnl": "PostNL",
    "purolator": "Purolator",
    "royal_mail": "Royal Mail",
    "russian_post": "Pochta Rossii",
    "sameday": "Sameday",
    "speedee": "Spee-Dee",
    "ups": "UPS",
    "usps": "USPS",
    "yodel": "Yodel",
    "yunexpress": "YunExpress",
}
PAGES: Final[dict[str, str]] = {
    "canada_post": "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor=",
    "dhl": "https://www.dhl.com/en/express/tracking.html?brand=DHL&AWB=",
    "dhl_paket": ("https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode="),
    "dpd": "https://www.dpdgroup.com/nl/mydpd/my-parcels/track?lang=en&parcelNumber=",
    "fedex": "https://www.fedex.com/apps/fedextrack/?tracknumbers=",
    "gofo": "https://www.gofoexpress.com/tracking.html?searchID=",
    "landmark": "https://track.landmarkglobal.com/?search=",
    "old_dominion": (
        "https://www.odfl.com/us/en/tools/trace-track-ltl-freight/trace.html?proNumbers="
    ),
    "purolator": "https://www.purolator.com/en/shipping/tracker?searchValue=",
    "speedee": "https://www.speedeedelivery.com/track/?tracking=",
    "ups": "https://wwwapps.ups.com/WebTracking/track?track=yes&trackNums=",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels=",
    "yodel": "https://www.yodel.co.uk/tracking/",
    "yunexpress": "https://www.yuntrack.com/parcelTracking?id=",
}
LONGEST_NAME: Final = 60


def carrier_name(shipment: Shipment) -> str:
    """Name a parcel's carrier as people call it: ours where we know it, else the shop's word."""
    known = NAMES.get(shipment.carrier)
    return known or shipment.carrier_said.strip()[:LONGEST_NAME]


def carrier_page(shipment: Shipment, *, is_public: bool = False) -> str:
    """Give the carrier's page of a parcel, or nothing; an address from outside only if safe.

    What the shop gives as the address may hold the postcode or a key: it is for those who have
    the order.
    """
    # No scripts, no other schemes: the address comes from the shop.
    if not is_public and shipment.url.startswith(("https://", "http://")):
        return shipment.url
    start = PAGES.get(shipment.carrier)
    return f"{start}{quote(shipment.number, safe='')}" if start and shipment.number else ""
