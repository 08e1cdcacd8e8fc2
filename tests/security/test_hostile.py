"""Hostile texts from shop systems, all the way: webhook, worker, order page, mail, desk.

Each of the naughty strings stands in several fields of some order. Wherever it comes out it is
text: no page has a tag, an attribute or a link that pages of plain orders do not have, no answer
is an error of ours, no answer and no mail gets a header from it.
"""

import email
import json
from datetime import timedelta
from email import policy
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from merchants.statuses import Role
from notifications.actions import send_due
from notifications.models import Message
from notifications.statuses import MessageKind, MessageState
from orders.actions.inbox import apply_due
from orders.models import InboxEntry, Order
from orders.statuses import InboxState
from orders.timeline import read_due
from postpurchase.lib import links
from tests.factories import BrandFactory, MembershipFactory, MerchantFactory, StoreConnectionFactory
from tests.security.reading import foreign, shape
from tests.shop import post_shopify, post_woocommerce, shopify_order

NAUGHTY = Path(settings.BASE_DIR).parent / "shared" / "data" / "hostile" / "blns.json"
EXTRA = [
    "=HYPERLINK(\"http://x\")", "\u202egnp.exe", "a\u200bb\u2066c", "x\r\nBcc: all@x.example", "\x00",
    "\ud800", "%0d%0aSet-Cookie: a=1", "{{ settings.SECRET_KEY }}", "{% debug %}", "javascript:alert(1)",
    "\"><svg/onload=alert(1)>", "' onfocus=alert(1) autofocus='", "</title><script>1</script>",
]  # fmt: skip
EACH = 80
"""Orders of each shop system; a string stands in several fields of several of them."""
ANSWERS = {
    "Cache-Control", "Content-Language", "Content-Length", "Content-Security-Policy",
    "Content-Type", "Cross-Origin-Opener-Policy", "Expires", "Referrer-Policy", "Vary",
    "X-Content-Type-Options", "X-Frame-Options", "X-Robots-Tag",
}  # fmt: skip
MAILS = {
    "Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "MIME-Version",
    "Message-ID", "Reply-To", "Subject", "To", "X-Postpurchase-Key", "X-Entity-Ref-ID",
}  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def strings():
    if not NAUGHTY.is_file():
        pytest.skip("../shared/data/hostile/blns.json is not here")
    return [text for text in [*json.loads(NAUGHTY.read_text()), *EXTRA] if text]


@pytest.fixture
def shop():
    merchant = MerchantFactory(slug="strange")
    BrandFactory(merchant=merchant)
    return merchant


class Texts:
    """Deals the strings out, each order getting the next ones."""

    def __init__(self, strings):
        self.strings = strings
        self.place = 0

    def next(self):
        self.place += 1
        return self.strings[self.place % len(self.strings)]


def of_shopify(number, texts):
    """Give an order, every text of which is hostile where Shopify lets people write."""
    say = texts.next
    line = {"id": 1, "admin_graphql_api_id": f"gid://shopify/LineItem/{number}", "title": say(),
            "variant_title": say(), "sku": say(), "quantity": 2, "price": "5.00"}  # fmt: skip
    sent = {"id": number, "status": "success", "tracking_company": say(), "tracking_numbers": [say()],
            "tracking_urls": [say(), f"https://x.example/{say()}"], "line_items": [line]}  # fmt: skip
    address = dict.fromkeys(("first_name", "zip", "city", "company", "address2", "phone"), say())
    address |= {"name": say(), "address1": say(), "province": say(), "country_code": say()}
    return shopify_order(
        number,
        name=say() if number % 2 else f"#{number}",
        email=say() if number % 5 == 0 else "ana@example.com",
        phone=say(),
        customer_locale=say() if number % 3 else "de",
        note=say(),
        cancel_reason=say(),
        line_items=[line, {**line, "id": 2, "admin_graphql_api_id": say() or "x", "title": say()}],
        shipping_lines=[{"title": say(), "price": "4.95"}],
        discount_codes=[{"code": say(), "amount": "1.00"}],
        payment_gateway_names=[say()],
        shipping_address=address,
        billing_address={**address, "name": say()},
        customer={"id": number, "first_name": say(), "last_name": say()},
        fulfillments=[sent] if number % 2 else [],
        fulfillment_status="partial" if number % 2 else None,
    )


def of_woocommerce(number, texts):
    """Give an order, every text of which is hostile where WooCommerce lets people write."""
    say = texts.next
    names = (
        "first_name",
        "last_name",
        "company",
        "address_1",
        "city",
        "postcode",
        "state",
        "phone",
    )
    parcel = {"tracking_number": say(), "tracking_provider": say(), "tracking_link": say(),
              "custom_tracking_link": say(), "date_shipped": say()}  # fmt: skip
    at = (timezone.now() - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "id": number,
        "number": say() if number % 2 else str(number),
        "status": say() if number % 7 == 0 else "processing",
        "currency": "EUR",
        "total": "24.20",
        "date_created_gmt": at,
        "date_modified_gmt": at,
        "payment_method_title": say(),
        "customer_note": say(),
        "billing": {name: say() for name in names} | {"country": "DE", "email": "bo@example.com"},
        "shipping": {name: say() for name in names} | {"country": say()},
        "line_items": [
            {"id": 11, "name": say(), "sku": say(), "quantity": 1, "total": "20.00",
             "image": {"src": say()}, "meta_data": [{"display_key": say(), "display_value": say()}]}
        ],
        "shipping_lines": [{"method_title": say()}],
        "coupon_lines": [{"code": say()}],
        "fee_lines": [{"name": say(), "total": "1.00"}],
        "meta_data": [{"key": "_wc_shipment_tracking_items", "value": [parcel]}],
    }  # fmt: skip


def bring_in(client, shop, make, texts, *, count=EACH):
    """Post orders as their shop system would and let the workers work; give the orders."""
    kind, post, topic = {
        of_shopify: ("shopify", post_shopify, "orders/create"),
        of_woocommerce: ("woocommerce", post_woocommerce, "order.created"),
    }[make]
    connection = StoreConnectionFactory(merchant=shop, kind=kind)
    for number in range(1, count + 1):
        assert post(client, connection, topic, make(number, texts)).status_code == 200
    while apply_due(now=timezone.now()):
        pass
    refused = InboxEntry.every.exclude(state=InboxState.DONE)
    assert not list(refused.values_list("state", "reason"))
    return list(Order.every.filter(connection=connection).order_by("pk"))


def page_of(client, order):
    until = timezone.now() + timedelta(days=1)
    token = links.sign(purpose="order", subject=order.public_id, epoch=0, expires_at=until)
    return client.get(reverse("portal:order", args=["strange", token]))


def known_kinds(pages):
    """Give the kinds of tags on pages of plain orders."""
    return set().union(*(shape(page.content.decode()).kinds for page in pages))


def test_the_desk_shows_it_as_text(client, shop, strings):
    client.force_login(MembershipFactory(merchant=shop, role=Role.AGENT).user)
    plain = bring_in(client, shop, of_shopify, Texts(["Plain"]), count=52)
    known = known_kinds(client.get(page) for page in desk_pages(plain[:2]))
    orders = bring_in(client, shop, of_woocommerce, Texts(strings), count=40)
    orders += bring_in(client, shop, of_shopify, Texts(strings), count=40)

    for address in desk_pages(orders[::8]):
        page = client.get(address)
        assert page.status_code == 200, address
        assert not foreign(page.content.decode(), known=known), address


def desk_pages(orders):
    """Give the desk's pages on which texts of orders stand."""
    lists = ["order", "customer", "orderline", "address", "fulfilment", "inboxentry", "event"]
    yield from (reverse(f"admin:orders_{name}_changelist") for name in lists)
    yield from (reverse("admin:orders_order_change", args=[order.pk]) for order in orders)
    entries = InboxEntry.every.filter(merchant=orders[0].merchant).order_by("pk")
    for entry in entries[:: max(1, len(entries) // 8)]:
        yield reverse("admin:orders_inboxentry_change", args=[entry.pk])


@pytest.mark.parametrize("make", [of_shopify, of_woocommerce])
def test_whatever_stands_in_an_order_stays_text(client, shop, strings, make, tmp_path, settings):
    settings.EMAIL_BACKEND = "postpurchase.local.eml.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    plain = bring_in(client, shop, make, Texts(["Plain"]), count=14)
    known = known_kinds(page_of(client, order) for order in plain)

    for order in bring_in(client, shop, make, Texts(strings)):
        page = page_of(client, order)
        assert page.status_code == 200
        assert not foreign(page.content.decode(), known=known), order.pk
        assert set(page.headers) <= ANSWERS
    check_mails(shop, tmp_path)


def check_mails(shop, directory):
    while read_due(now=timezone.now()):
        pass
    while send_due(clock=timezone.now):
        pass
    # That a parcel left is told when its carrier has it, or some hours later.
    told = Message.every.of(shop.pk).exclude(kind=MessageKind.SHIPPED)
    assert set(told.values_list("state", flat=True)) <= {MessageState.SENT, MessageState.WITHHELD}
    files = list(directory.glob("*.eml"))
    assert len(files) > EACH * 0.7
    for file in files:
        mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        assert set(mail.keys()) <= MAILS
        assert len(mail["To"].addresses) == 1
