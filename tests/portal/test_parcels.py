"""Parcels on the order page: every state people read, several packages, refreshing by itself."""

import gzip
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.models import OrderLine
from orders.statuses import Status
from postpurchase.lib.tenancy import acting_for
from tests.factories import FulfilmentFactory, MerchantFactory
from tests.portal.parcel_scenes import (
    NUMBER,
    ON_ROAD,
    PARCELS,
    answered,
    order_with,
    parcel,
    part_shipped,
    return_parcel,
    scan,
    three_packages,
)
from tests.portal.reading import of_class, one, parts, text_of
from tests.portal.scenes import NOW, link_to, make_order
from tracking.models import Shipment
from tracking.statuses import CaseAnswer, Milestone

ARRIVES = ["Tue 24 – Wed 25 Nov"]
MAIL = "Write to us"
SAY = "Say what to do next"
AT_DHL = "Follow it at DHL"
ON_WAY = "On its way"
DONE = None

# By state: headline, chip, date, current step, first buttons, part of the sentence.
PAGES = {
    "sent": (f"Arriving {ARRIVES[0]}", "Sent", ARRIVES, ON_WAY, AT_DHL, "not told us anything yet"),
    "unscanned": (
        "Waiting for the carrier’s first scan", "Not scanned yet", ARRIVES, "Packed", AT_DHL,
        "If nothing moves by Thu 26 Nov, we look into it.",
    ),
    "moving": (f"Arriving {ARRIVES[0]}", "On its way", ARRIVES, ON_WAY, AT_DHL, "don’t need to do"),
    "stale": (
        "Waiting for the carrier’s next scan", "No news", ARRIVES, ON_WAY, AT_DHL,
        "told us nothing since Thu 19 Nov. We are looking into it.",
    ),
    "delayed": (
        "New date: Thu 26 – Fri 27 Nov (was Wed 25 Nov)", "Delayed",
        ["Thu 26 – Fri 27 Nov (was Wed 25 Nov)"], ON_WAY, AT_DHL,
        "This is later than we said. We’re sorry. The weather slows it down.",
    ),
    "overdue": (
        "Your package is on its way", "On its way", ["Fri 20 – Sat 21 Nov"], ON_WAY, AT_DHL, "",
    ),
    "out": (
        "Arriving today", "With the driver", ["Today (was Tue 24 – Wed 25 Nov)"], ON_WAY, AT_DHL,
        "It left with the driver at 07:25.",
    ),
    "attempt": (
        "The carrier tried to deliver on Mon 23 Nov", "Delivery was tried", [], ON_WAY, SAY,
        "Nobody was in.",
    ),
    "pickup": (
        "Ready to collect in Packstation 143, Berlin", "Ready to collect", [], ON_WAY, AT_DHL,
        "Bring the tracking number",
    ),
    "held": (
        "The carrier needs something from you", "Held up", [], ON_WAY, AT_DHL,
        "Duty is to be paid. The carrier waits for you",
    ),
    "delivered": (
        "Delivered Mon 23 Nov", "Delivered", ["Mon 23 Nov, 12:25"], DONE,
        MAIL, "Is something missing or wrong?",
    ),
    "returning": (
        "Your package is on its way back to us", "On its way back", [], "Going back to us", AT_DHL,
        "It was refused. Write to us",
    ),
    "returned": (
        "Your package is back with us", "Back with us", [], DONE, MAIL, "It was not collected.",
    ),
    "lost": (
        "We think your package is lost", "Lost", [], ON_WAY, AT_DHL,
        "Nothing has moved since Sat 21 Nov. We’re sorry.",
    ),
    "cancelled": (
        "The carrier cancelled this package", "Cancelled", [], DONE, MAIL, "Write to us",
    ),
    "expired": (
        "The carrier has no news any more", "No news any more", [], ON_WAY, AT_DHL, "Not there?",
    ),
}  # fmt: skip


def test_the_table_covers_every_scene():
    assert set(PAGES) == set(PARCELS)


@pytest.mark.parametrize("name", PAGES)
def test_what_each_state_says_and_offers(client, shop, name):
    headline, chip, hero, step, button, sentence = PAGES[name]

    page = client.get(link_to(order_with(shop, name)))

    assert page.status_code == 200
    assert one(page, "h1") == headline
    assert one(page, "title") == f"{headline} – #1042 – Alma & Fern"
    assert of_class(page, "chip") == [chip]
    assert of_class(page, "hero__date") == hero
    assert of_class(page, "stepper__step--current") == ([step] if step else [])
    assert of_class(page, "button")[0] == button
    assert sentence in of_class(page, "lead")[0] if sentence else True


def test_a_date_that_has_passed_is_owned(client, shop):
    page = client.get(link_to(order_with(shop, "overdue")))

    assert of_class(page, "hero__label") == ["Should have arrived"]
    assert of_class(page, "hero__note") == ["We don’t know a new date yet. We’re sorry."]


def test_a_date_says_what_it_rests_on(client, shop):
    page = client.get(link_to(order_with(shop, "moving")))

    assert of_class(page, "hero__note") == ["Usually 3–5 days to Germany with DHL (143 parcels)"]
    assert "Updated 12 minutes ago" in text_of(page)


def test_the_first_promise_stands_beside_the_day_it_came(client, shop):
    page = client.get(link_to(order_with(shop, "delivered")))

    assert of_class(page, "hero__note") == ["We had named Tue 24 – Wed 25 Nov."]


def test_scans_are_in_our_words_and_the_carriers_are_folded(client, shop):
    page = client.get(link_to(order_with(shop, "attempt")))

    scans = [text for text in parts(page, "li") if "Nov" in text]
    assert scans[0] == "The carrier tried to deliver it: nobody was in Berlin · Mon 23 Nov, 12:25"
    assert scans[2] == "Scanned in Ruedersdorf Mon 23 Nov, 04:25"
    assert "Show all 7" in text_of(page)
    (folded,) = re.findall(r'(?s)<details id="raw.*?</details>', page.content.decode())
    assert "Loaded onto the vehicle" in folded
    assert "Loaded onto the vehicle" not in page.content.decode().replace(folded, "")


def test_what_two_sources_say_alike_stands_once(client, shop):
    twin = scan(Milestone.IN_TRANSIT, 11.1, source="aftership")
    day = scan(Milestone.PICKED_UP, 68, source="shopify", day_only=True)
    order = order_with(shop, "moving", recent=[ON_ROAD[0], twin, *ON_ROAD[1:4], day, ON_ROAD[4]])

    assert "Show all 5" in text_of(client.get(link_to(order)))


def test_times_are_those_of_the_place(client, shop):
    far = [
        scan(Milestone.IN_TRANSIT, 30, place="SHENZHEN", country="CN", day_only=True),
        scan(Milestone.IN_TRANSIT, 31, place="TOKYO", country="JPN"),
        scan(Milestone.IN_TRANSIT, 32, place="New York, NY", country="US"),
    ]
    page = client.get(link_to(order_with(shop, "moving", recent=far)))

    assert of_class(page, "timeline__note") == [
        "Sun 22 Nov",
        "Sun 22 Nov, 16:25 (local time)",
        "Sun 22 Nov, 07:25",
    ]
    words = text_of(page)
    assert "Scanned in Shenzhen, China" in words
    assert "Scanned in Tokyo, Japan" in words
    assert "Scanned in New York, NY, United States" in words


def test_staffs_reasons_stay_with_staff(client, shop):
    said = scan(Milestone.LOST, 1, text="The driver admitted it", override=True)

    page = client.get(link_to(order_with(shop, "lost", recent=[said])))

    assert "admitted" not in text_of(page)


def test_several_packages_are_counted_and_each_shows_its_own_goods(client, shop):
    page = client.get(link_to(three_packages(shop)))

    assert one(page, "h1") == "1 of 4 items delivered"
    assert of_class(page, "lead") == ["Next: Tue 24 – Wed 25 Nov."]
    headings = [text for text in parts(page, "h2") if text.startswith("Package")]
    assert headings == ["Package 1 of 3", "Package 2 of 3", "Package 3 of 3"]
    assert of_class(page, "chip") == ["Shipped", "Delivered", "On its way", "Delayed"]
    assert len(of_class(page, "item__title")) == 3


def test_a_package_that_needs_somebody_is_named_on_top(client, shop):
    page = client.get(link_to(three_packages(shop, ("moving", "attempt", "moving"))))

    assert one(page, "h1") == "Your order is on the way in 3 packages"
    assert "Look at this one: Package 2 of 3." in of_class(page, "lead")[0]


def test_what_is_not_sent_yet_is_still_to_be_packed(client, shop):
    page = client.get(link_to(part_shipped(shop)))

    assert one(page, "h1") == "3 of 4 items are on the way"
    assert "Still to be packed" in parts(page, "h2")
    assert "We hand the rest to the carrier by" in text_of(page)
    assert len(of_class(page, "item__title")) == 3


def test_parcels_whose_contents_are_not_told_apart_share_a_card(client, shop):
    order = make_order(shop, Status.SHIPPED)
    sent = FulfilmentFactory(order=order)
    parcel(order, "moving", {1: 1, 2: 2, 3: 1}, fulfilment=sent)
    parcel(order, "out", {}, fulfilment=sent, number="JJD000390007554142101")

    page = client.get(link_to(order))

    assert one(page, "h1") == "Your order is on the way in 2 packages"
    assert [text for text in parts(page, "h2") if "ackage" in text] == ["Your package"]
    assert len(of_class(page, "item__title")) == 3


def test_a_parcel_the_shop_took_back_and_one_on_its_way_home(client, shop):
    order = order_with(shop, "moving")
    parcel(order, "moving", {}, number="TAKEN-BACK", withdrawn_at=NOW)
    return_parcel(order)

    page = client.get(link_to(order))

    assert "TAKEN-BACK" not in text_of(page)
    assert one(page, "h1") == f"Arriving {ARRIVES[0]}"
    assert "Your return" in parts(page, "h2")
    assert "On its way back to us" in text_of(page)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(split=st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_each_unit_stands_in_exactly_one_card(client, shop, split):
    """Units go to packages 0 … 2; those of place 3 are still to be packed."""
    order = make_order(shop, Status.PART_SHIPPED)
    owners = [1, 2, 2, 3]
    sent = dict.fromkeys(owners, 0)
    for place in range(3):
        units = {}
        for line, where in zip(owners, split, strict=True):
            if where == place:
                units[line] = units.get(line, 0) + 1
                sent[line] += 1
        if units:
            parcel(order, "moving", units, number=f"N{place}")
    for position, quantity in sent.items():
        OrderLine.every.filter(order=order, position=position).update(fulfilled=quantity)

    page = client.get(link_to(order))

    shown = [int(text) for text in re.findall(r"Quantity: (\d+)", text_of(page))]
    assert sum(shown) == 4
    Shipment.every.filter(order=order).delete()


def test_a_failed_delivery_asks_and_then_repeats_the_answer(client, shop):
    order = order_with(shop, "attempt")
    asked = client.get(link_to(order))
    answered(order)
    told = client.get(link_to(order))

    assert len(of_class(asked, "choice")) == len(CaseAnswer)
    assert "You told us: deliver it on Thu 26 Nov." in text_of(told)
    assert of_class(told, "choice") == []


def test_not_received_starts_a_letter_with_the_facts(client, shop):
    page = client.get(link_to(order_with(shop, "delivered")))

    (letter,) = re.findall(r'href="(mailto:[^"]+body=[^"]+)"', page.content.decode())
    assert NUMBER in letter
    assert "not%20received" in letter


def news_of(page):
    return re.findall(r'hx-get="([^"]+)"', page.content.decode())


def test_the_page_asks_for_news_until_all_is_there(client, shop):
    order = order_with(shop, "moving")
    (path,) = news_of(client.get(link_to(order)))

    assert client.get(path).status_code == 204
    Shipment.every.update(milestone=Milestone.OUT_FOR_DELIVERY)
    fresh = client.get(path)

    assert one(fresh, "h1") == "Your package is with the driver"
    assert 'hx-swap-oob="innerHTML">New update: ' in fresh.content.decode()
    assert news_of(fresh) != [path]
    assert news_of(client.get(link_to(order) + "?print")) == []
    assert news_of(client.get(link_to(order_with(shop, "delivered", number="2")))) == []


def test_news_are_for_who_has_the_link_alone(client, shop):
    order = order_with(shop, "moving")
    (path,) = news_of(client.get(link_to(order)))
    other = MerchantFactory(slug="other")

    assert client.get(path.replace("alma-fern", other.slug)).status_code == 404
    order.link_epoch += 1
    with acting_for(shop.pk):
        order.save(update_fields=["link_epoch"])
    assert client.get(path).status_code == 404


def test_hostile_words_of_carriers_stay_words(client, shop):
    nasty = "</script><img src=x onerror=alert(1)> {{ 7*7 }} \u202e"
    bad = scan(Milestone.IN_TRANSIT, 5, text=nasty, place=nasty, country="<b>")
    order = order_with(
        shop, "moving", recent=[bad], carrier="", carrier_said=nasty, url="javascript:alert(1)"
    )

    source = client.get(link_to(order)).content.decode()

    assert "<img src=x" not in source
    assert "javascript:" not in source
    assert "{{ 7*7 }}" in source


def test_the_page_is_small_and_asks_little(client, shop, django_assert_num_queries):
    order = three_packages(shop)
    path = link_to(order)
    page = client.get(path)

    with django_assert_num_queries(9):
        client.get(path)
    assert len(gzip.compress(page.content)) <= 12_000
