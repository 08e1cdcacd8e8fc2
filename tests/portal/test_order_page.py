"""The order page in every state."""

import gzip
import re

import pytest

from orders.statuses import Status
from tests.portal.scenes import STATES, link_to, make_order

# What a page says, by state: headline, word of the chip, buttons in order, steps behind.
PAGES = {
    Status.PLACED: ("We have your order", "Placed", ["Change or cancel by e-mail"], 1),
}


def text_of(html):
    """Give what a reader reads: no tags, single spaces."""
    html = re.sub(r"(?s)<(style|svg|head).*?</\1>", " ", html)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.mark.parametrize("status", STATES)
def test_smoke(client, shop, status):
    order = make_order(shop, status)
    response = client.get(link_to(order))
    print(text_of(response.content.decode()))
    print(len(gzip.compress(response.content)))
    assert response.status_code == 200
