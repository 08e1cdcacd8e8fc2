"""Find or make what orders refer to: customers, products, pictures, in a fixed number of steps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from merchants.models import StoreConnection
from orders.models import Customer, Picture, Product
from orders.plan import OrderPlan, Values
from postpurchase.lib.nudge import nudge


@dataclass(frozen=True, slots=True)
class Relations:
    """Primary keys by what documents call things."""

    customers: dict[str, int] = field(default_factory=dict)
    """By e-mail address in lower case."""
    products: dict[str, int] = field(default_factory=dict)
    """By the shop's id."""
    pictures: dict[str, int] = field(default_factory=dict)
    """By the digest of the address they come from."""

    def line_ids(self, line: Values) -> Values:
        """Give a line's foreign keys."""
        image = line["image_url"]
        return {
            "product_id": self.products.get(line["product_id"]),
            "picture_id": self.pictures.get(url_digest(image)) if image else None,
        }


def url_digest(url: str) -> str:
    """Name an address by a hash of fixed length."""
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()


def relate(connection: StoreConnection, plans: Sequence[OrderPlan]) -> Relations:
    """Find or make the customers, products and pictures of these orders."""
    lines = [line for one in plans for line in one.lines]
    return Relations(
        customers=customers_of(connection.merchant_id, [one.order for one in plans]),
        products=products_of(connection, lines),
        pictures=pictures_of(connection.merchant_id, (line["image_url"] for line in lines)),
    )


def customers_of(merchant_id: int, orders: Sequence[Values]) -> dict[str, int]:
    """Find or make customers by address; those that are there stay as they are."""
    wanted = {order["email"]: order for order in orders if is_address(order["email"])}
    found = _customer_ids(merchant_id, wanted)
    missing = sorted(set(wanted) - set(found))
    if missing:
        Customer.every.bulk_create(
            [
                Customer(
                    merchant_id=merchant_id,
                    email=email,
                    name=wanted[email]["name"],
                    phone=wanted[email]["phone"],
                    language=wanted[email]["language"],
                )
                for email in missing
            ],
            ignore_conflicts=True,
        )
        found |= _customer_ids(merchant_id, missing)
    return found


def _customer_ids(merchant_id: int, emails: Iterable[str]) -> dict[str, int]:
    emails = list(emails)
    if not emails:
        return {}
    return dict(Customer.every.of(merchant_id).filter(email__in=emails).values_list("email", "pk"))


def is_address(email: str) -> bool:
    """Tell whether a text can be an address at all; the mail server has the last word."""
    name, at, host = email.rpartition("@")
    return bool(name and at and "." in host and len(email) <= 320 and not set(email) & set(" \r\n"))


def products_of(connection: StoreConnection, lines: Sequence[Values]) -> dict[str, int]:
    """Find or make the products that lines name."""
    wanted = {line["product_id"]: line["title"] for line in lines if line["product_id"]}
    found = _product_ids(connection, wanted)
    missing = sorted(set(wanted) - set(found))
    if missing:
        Product.every.bulk_create(
            [
                Product(
                    merchant_id=connection.merchant_id,
                    connection=connection,
                    external_id=key,
                    title=wanted[key],
                )
                for key in missing
            ],
            ignore_conflicts=True,
        )
        found |= _product_ids(connection, missing)
    return found


def _product_ids(connection: StoreConnection, keys: Iterable[str]) -> dict[str, int]:
    keys = list(keys)
    if not keys:
        return {}
    products = Product.every.filter(connection=connection, external_id__in=keys)
    return dict(products.values_list("external_id", "pk"))


def pictures_of(merchant_id: int, urls: Iterable[str]) -> dict[str, int]:
    """Find or make the pictures at these addresses; new ones are fetched by a worker."""
    wanted = {url_digest(url): url for url in urls if url.startswith(("https://", "http://"))}
    found = _picture_ids(merchant_id, wanted)
    missing = sorted(set(wanted) - set(found))
    if missing:
        Picture.every.bulk_create(
            [
                Picture(merchant_id=merchant_id, url_digest=digest, source_url=wanted[digest])
                for digest in missing
            ],
            ignore_conflicts=True,
        )
        found |= _picture_ids(merchant_id, missing)
        transaction.on_commit(lambda: nudge("pictures"))
    return found


def _picture_ids(merchant_id: int, digests: Iterable[str]) -> dict[str, int]:
    digests = list(digests)
    if not digests:
        return {}
    pictures = Picture.every.of(merchant_id).filter(url_digest__in=digests)
    return dict(pictures.values_list("url_digest", "pk"))
