"""Bytes: what a first visit to the order page fetches, and how large the confirmation is."""

import gzip
from html.parser import HTMLParser

from django.test import override_settings
from django.utils import timezone

from notifications.actions import send_due
from orders import timeline
from orders.actions import inbox
from orders.sources import SOURCES
from tests.bench import pages, shop, web
from tests.smtp_sink import Sink

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FETCHED = {("link", "href"), ("script", "src"), ("img", "src")}


def run():
    connection = shop.open_shop()
    order = pages.shipped_order(connection.merchant_id)
    with web.serving() as server:
        page = cold_visit(server, pages.path_of(order))
    return {**page, **mail_sizes(connection)}


def cold_visit(server, path):
    """Fetch a page and all it needs to be shown, without any cache."""
    status, headers, html = server.get(path)
    assert status == 200, status
    parts = {kind: [] for kind in ("css", "javascript", "image", "other")}
    head = head_size(headers)
    for address in addresses_in(html.decode()):
        status, headers, body = server.get(address)
        assert status == 200, (status, address)
        parts[kind_of(headers)].append(len(body))
        head += head_size(headers)
    return {
        "order page, HTML bytes": len(html),
        "order page, HTML bytes gzipped (by a proxy)": len(gzip.compress(html, 6)),
        "order page, CSS bytes as sent": sum(parts["css"]),
        "order page, JavaScript bytes": sum(parts["javascript"]),
        "order page, picture bytes": sum(parts["image"]),
        "order page, other bytes": sum(parts["other"]),
        "order page, bytes of headers": head,
        "order page, bytes in all (goal ≤ 51,200)": len(html)
        + sum(map(sum, parts.values()))
        + head,
        "order page, requests": 1 + sum(map(len, parts.values())),
    }


class Addresses(HTMLParser):
    """Collects what a browser fetches for a page."""

    def __init__(self):
        super().__init__()
        self.found = {}

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "link" and given.get("rel") not in ("stylesheet", "icon"):
            return
        for name, address in attrs:
            if (tag, name) in FETCHED and address.startswith("/"):
                self.found[address] = None


def addresses_in(html):
    reader = Addresses()
    reader.feed(html)
    return list(reader.found)


def kind_of(headers):
    word = {name.lower(): text for name, text in headers}.get("content-type", "")
    return next((kind for kind in ("css", "javascript", "image") if kind in word), "other")


def head_size(headers):
    return sum(len(name) + len(text) + 4 for name, text in headers)


def mail_sizes(connection):
    """Send confirmations for 3 and for 20 lines and weigh them as they crossed the wire."""
    table = {}
    with Sink() as sink:
        smtp = {"EMAIL_BACKEND": SMTP, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": sink.port}
        with override_settings(**smtp):
            for place, lines in enumerate((3, 20)):
                post = shop.posts(connection, 1, first=place, lines=lines)[0]
                raw = confirmation_of(sink, connection, post)
                table[f"mail of {lines} lines, bytes encoded (goal < 61,440)"] = len(raw)
                table[f"mail of {lines} lines, bytes gzipped"] = len(gzip.compress(raw, 6))
    return table


def confirmation_of(sink, connection, post):
    now = timezone.now()
    headers = {name.lower(): text for name, text in post.headers.items()}
    envelope = SOURCES[connection.kind].envelope(headers=headers, body=post.body)
    inbox.accept(connection, envelope, body=post.body, now=now)
    for act in (inbox.apply_due, timeline.read_due):
        while act(now=timezone.now()):
            pass
    send_due(clock=timezone.now)
    address = shop.address_of(post)
    return next(mail.raw for mail in sink.mails if mail.recipient == address)
