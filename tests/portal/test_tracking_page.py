"""A parcel by its number alone: what the carrier tells, and not a word of the order."""

from datetime import timedelta

import pytest

from tests.factories import MerchantFactory
from tests.portal.parcel_scenes import NUMBER, PARCELS, order_with, scan
from tests.portal.reading import of_class, one, text_of
from tests.portal.scenes import NOW, make_shop
from tracking.models import Shipment
from tracking.statuses import Milestone

SECRETS = ("#1042", "Rain jacket", "Ines", "Weber", "ines.weber", "Kastanienallee", "10435", "136")


def path_of(number, slug="alma-fern"):
    return f"/o/{slug}/t/{number}/"


@pytest.mark.parametrize("name", PARCELS)
def test_every_state_shows_the_parcel_and_nothing_of_the_order(client, shop, name):
    order = order_with(shop, name, signed_by="I. WEBER", to_postcode="10435", to_region="Berlin")

    page = client.get(path_of(NUMBER))

    assert page.status_code == 200
    assert one(page, "title").startswith(one(page, "h1"))
    assert NUMBER in text_of(page)
    assert order.name
    for secret in SECRETS:
        assert secret not in page.content.decode(), secret


def test_however_the_number_is_written(client, shop):
    order_with(shop, "moving")
    written = f" {NUMBER[:4].lower()} {NUMBER[4:]} "

    answer = client.get("/o/alma-fern/t/", {"number": written})

    assert answer.url == path_of(NUMBER)
    assert one(client.get(path_of(written.strip())), "h1") == "Arriving Tue 24 – Wed 25 Nov"


def test_what_is_unknown_and_what_is_not_shown_answer_alike(client, shop, clock):
    other = make_shop(slug="other-shop", name="Other")
    order_with(other, "moving", number="FOREIGN1", number_key="FOREIGN1")
    order_with(shop, "moving", number="WITHDRAWN1", number_key="WITHDRAWN1", withdrawn_at=NOW)
    long_ago = NOW - timedelta(days=200)
    order_with(
        shop, "delivered", number="LONGAGO1", number_key="LONGAGO1", since=long_ago,
        delivered_at=long_ago,
    )  # fmt: skip

    pages = [client.get(path_of(number)) for number in ("FOREIGN1", "WITHDRAWN1", "LONGAGO1", "X1")]

    assert [page.status_code for page in pages] == [404] * 4
    assert {one(page, "h1") for page in pages} == {"No news of this number"}
    bodies = {
        page.content.decode().replace(number, "")
        for page, number in zip(pages, ("FOREIGN1", "WITHDRAWN1", "LONGAGO1", "X1"), strict=True)
    }
    assert len(bodies) == 1


def test_of_two_with_one_number_the_one_under_way_is_shown(client, shop):
    order_with(shop, "delivered")
    order_with(shop, "out")

    assert one(client.get(path_of(NUMBER)), "h1") == "Arriving today"


def test_nobody_tries_numbers_without_end(client, shop):
    order_with(shop, "moving")
    for place in range(30):
        client.get(path_of(f"GUESS{place}"))

    over = client.get(path_of("GUESS31"))

    assert over.status_code == 429
    assert int(over.headers["Retry-After"]) > 0
    assert client.get(path_of("GUESS1")).status_code == 404
    assert client.get(path_of(NUMBER)).status_code == 429


def test_it_asks_for_news_of_itself(client, shop):
    order_with(shop, "moving")
    source = client.get(path_of(NUMBER)).content.decode()
    path = source.split('hx-get="')[1].split('"')[0]

    assert client.get(path).status_code == 204
    arrived = scan(Milestone.DELIVERED, 0)
    Shipment.every.update(milestone="delivered", delivered_at=NOW, recent=[arrived])
    fresh = client.get(path)

    assert one(fresh, "h1") == "Delivered Mon 23 Nov"
    assert "hx-get" not in fresh.content.decode()


def test_the_look_up_leads_to_it(client, shop):
    assert 'href="/o/alma-fern/t/"' in client.get("/o/alma-fern/").content.decode()
    assert of_class(client.get("/o/alma-fern/t/"), "button") == ["Show the package"]


@pytest.mark.parametrize(
    "number", ["%00", "a%00b", "x" * 5000, "%ED%A0%80", "..%2F..%2Fetc", "%E2%80%AE", "a/b/c", "'"]
)
def test_no_number_breaks_it(client, shop, number):
    assert client.get(path_of(number)).status_code in {404, 429}
    assert client.get(f"/o/alma-fern/t/?number={number}").status_code in {200, 302}


def test_a_shop_that_is_not_there(client, db):
    MerchantFactory(slug="gone", is_active=False)

    assert client.get(path_of(NUMBER, slug="gone")).status_code == 404


def test_queries_do_not_grow(client, shop, django_assert_max_num_queries):
    order_with(shop, "moving")
    client.get(path_of(NUMBER))

    with django_assert_max_num_queries(3):
        client.get(path_of(NUMBER))
