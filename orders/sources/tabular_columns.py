"""Which column of a spreadsheet holds what: names that shops, exports and people use.

Besides plain English and German these are the columns of Shopify's order export
(https://help.shopify.com/en/manual/fulfillment/managing-orders/exporting-orders) and of the
export plugins of WooCommerce.
"""

import re
from collections.abc import Mapping, Sequence

_NAMES = {
    "external_id": "order id;id;order key;external id;bestell id;bestellungs id;auftrags id",
    "number": "order;order number;order no;order nr;order name;number;bestellnummer;"
    "bestellnr;bestell nr;bestellung;auftragsnummer;auftragsnr;auftrag;order ref;order reference",
    "placed_at": "created at;order date;date;placed at;date created;date created gmt;created;"
    "purchase date;order created;bestelldatum;datum;auftragsdatum;bestellt am;erstellt am",
    "updated_at": "updated at;date modified;date modified gmt;modified;geändert am",
    "currency": "currency;order currency;currency code;währung;waehrung",
    "email": "email;e mail;email address;customer email;billing email;email billing;buyer email;"
    "billing email address;contact email;e mail adresse;kunden e mail;kunden email",
    "phone": "phone;customer phone;telephone;telefon;telefonnummer",
    "locale": "locale;language;customer locale;sprache",
    "customer_id": "customer id;customer user id;customer user;kundennummer;kunden id;kundennr",
    "customer_name": "customer;customer name;buyer;kunde;kundenname",
    "status": "status;order status;bestellstatus;auftragsstatus",
    "payment": "financial status;payment status;zahlungsstatus;bezahlstatus",
    "fulfilment": "fulfillment status;fulfilment status;shipping status;delivery status;"
    "versandstatus;lieferstatus",
    "payment_method": "payment method;payment method title;payment;zahlungsart;zahlungsmethode;"
    "zahlungsweise;bezahlart",
    "cancelled_at": "cancelled at;canceled at;storniert am",
    "cancel_reason": "cancel reason;cancellation reason;stornogrund",
    "note": "notes;note;customer note;order notes;customer message;notiz;anmerkung;bemerkung;"
    "kommentar",
    "subtotal": "subtotal;order subtotal;order subtotal amount;cart subtotal;zwischensumme",
    "discount": "discount amount;discount;order discount;discount total;cart discount;"
    "order discount amount;cart discount amount;rabatt;rabattbetrag;nachlass",
    "discount_codes": "discount code;discount codes;coupon;coupon code;coupons;gutschein;"
    "gutscheincode;rabattcode",
    "shipping": "shipping;order shipping;shipping total;shipping cost;shipping amount;"
    "order shipping amount;shipping price;versand;versandkosten;porto",
    "shipping_method": "shipping method;shipping method title;shipping title;versandart;"
    "versandmethode",
    "fees": "fees;fee total;order fees;duties;gebühren;gebuehren",
    "tax": "taxes;tax;order tax;tax total;total tax;tax amount;order total tax amount;"
    "order tax amount;vat;steuer;steuern;mwst;ust;umsatzsteuer",
    "tax_included": "tax included;taxes included;prices include tax;inkl steuer;inkl mwst",
    "total": "total;order total;total price;order total amount;grand total;amount;total amount;"
    "gesamt;gesamtbetrag;gesamtsumme;summe;bestellsumme;rechnungsbetrag;endbetrag",
    "refunded": "refunded amount;refunded;order refund amount;total refunded;erstattet;"
    "erstattungsbetrag;rückerstattung",
    "tracking_number": "tracking number;tracking numbers;tracking no;tracking;tracking code;"
    "sendungsnummer;paketnummer;trackingnummer;sendungsverfolgungsnummer",
    "tracking_url": "tracking url;tracking link;trackinglink;sendungsverfolgung",
    "carrier": "carrier;tracking company;tracking provider;shipping carrier;versanddienstleister;"
    "paketdienst;zusteller;spediteur",
    "shipped_at": "fulfilled at;shipped at;ship date;shipping date;date shipped;date completed;"
    "versanddatum;versendet am;versandt am;lieferdatum",
    "line_id": "lineitem id;line item id;line id;item id;order item id;positions id;position id",
    "title": "lineitem name;item name;product;product name;item;item title;product title;title;"
    "line item name;artikel;artikelname;artikelbezeichnung;produkt;produktname;bezeichnung",
    "variant": "variant;variant title;lineitem variant;item variant;product variation;variante;"
    "ausführung",
    "sku": "lineitem sku;sku;item sku;product sku;artikelnummer;artikelnr;artikel nr",
    "product_id": "product id;lineitem product id;produkt id;artikel id",
    "image_url": "image;image url;product image;bild;bild url",
    "quantity": "lineitem quantity;quantity;qty;item quantity;quantity refund;menge;anzahl;stück;"
    "stückzahl",
    "unit_price": "lineitem price;price;unit price;item price;item cost;product price;preis;"
    "einzelpreis;stückpreis;artikelpreis",
    "line_discount": "lineitem discount;line discount;item discount;item discount amount;"
    "positionsrabatt",
    "line_tax": "lineitem tax;line tax;item tax;order line tax;positionssteuer",
    "line_total": "line total;item total;order line total;line amount;gesamtpreis;"
    "positionssumme;zeilensumme",
    "requires_shipping": "lineitem requires shipping;requires shipping;versandpflichtig",
}
_PLACES = {
    "name": "name;full name",
    "first_name": "first name;vorname",
    "last_name": "last name;nachname",
    "company": "company;firma",
    "street": "address1;address 1;address;street;address 1 2;address line 1;straße;strasse;adresse",
    "street2": "address2;address 2;address line 2;adresszusatz",
    "city": "city;ort;stadt",
    "province": "province;state;state code;region;bundesland;province code",
    "postcode": "zip;postcode;postal code;zip code;plz;postleitzahl",
    "country": "country;country code;land",
    "phone": "phone;telephone;telefon",
}
_PREFIXES = {
    "ship": ("shipping", "ship to", "delivery", "liefer", "lieferadresse", "versand"),
    "bill": ("billing", "bill to", "invoice", "rechnungs", "rechnung", "rechnungsadresse"),
}


def folded(header: str) -> str:
    """Write a header so that case, punctuation and spaces make no difference."""
    return re.sub(r"[\W_]+", " ", header.lower()).strip()


def _known() -> dict[str, str]:
    """Give our field by every name that a column may have."""
    known = {name: field for field, names in _NAMES.items() for name in names.split(";")}
    for place, prefixes in _PREFIXES.items():
        for part, names in _PLACES.items():
            for name in names.split(";"):
                for prefix in prefixes:
                    for form in (f"{prefix} {name}", f"{prefix}{name}", f"{name} {prefix}"):
                        known.setdefault(form, f"{place}_{part}")
                # A table with one address has it without a prefix.
                known.setdefault(name, f"ship_{part}")
    return known


KNOWN = _known()
_RANKS = {name: rank for rank, name in enumerate(KNOWN)}
FIELDS = frozenset(KNOWN.values())
AMOUNTS = frozenset(
    {"subtotal", "discount", "shipping", "fees", "tax", "total", "refunded", "unit_price",
     "line_discount", "line_tax", "line_total"}
)  # fmt: skip
DATES = frozenset({"placed_at", "updated_at", "cancelled_at", "shipped_at"})
LINE_FIELDS = ("title", "sku", "line_id", "product_id")
SHOPIFY_EXPORT = frozenset({"lineitem name", "lineitem quantity", "id"})


def fields_of(header: Sequence[str], mapping: Mapping[str, str] | None) -> dict[int, str]:
    """Give our field by position; `mapping` (their header to our field) wins over known names.

    Where several columns fit a field the name that stands first in our list wins.
    """
    wanted = {folded(name): field for name, field in (mapping or {}).items()}
    names = [folded(name) for name in header]
    known = {**KNOWN, "name": _field_of_name(names), **wanted}
    best: dict[str, tuple[int, int]] = {}
    for position, name in enumerate(names):
        if field := known.get(name):
            rank = -1 if name in wanted else _RANKS.get(name, 0)
            best[field] = min(best.get(field, (rank, position)), (rank, position))
    return {position: field for field, (_, position) in best.items()}


def _field_of_name(names: Sequence[str]) -> str:
    """Tell what a column "Name" is: Shopify's order number, the only number, or a person."""
    if is_shopify_export(names):
        return "number"
    numbered = any(KNOWN.get(name) in ("number", "external_id") for name in names)
    return "ship_name" if numbered else "number"


def is_header(fields: Mapping[int, str]) -> bool:
    """Tell whether a row names enough columns to be the header."""
    given = set(fields.values())
    return bool(given & {"external_id", "number"}) and len(given) >= 3


def is_shopify_export(header: Sequence[str]) -> bool:
    """Tell whether the file is Shopify's own export, whose ids are those of its webhooks."""
    return {folded(name) for name in header} >= SHOPIFY_EXPORT
