"""The pages of figures: what they say, of whom, and at which cost."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from analytics.actions import catch_up
from merchants.models import PersonalDataLook
from merchants.statuses import Role
from tests.factories import (
    CustomerFactory,
    MembershipFactory,
    MerchantFactory,
    OrderFactory,
    RefundFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)
PAGES = ("analytics", "analytics_cohorts", "analytics_orders")
FILES = ("analytics_figures_csv", "analytics_days_csv", "analytics_cohorts_csv")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shop():
    return MerchantFactory(zone_name="Europe/Berlin")


@pytest.fixture
def reader(client, shop):
    member = MembershipFactory(merchant=shop, role=Role.READER)
    client.force_login(member.user)
    return member.user


def order(shop, customer, days_ago, cents=4000, **values):
    at = NOW - timedelta(days=days_ago)
    values = {"currency": "EUR", "name": customer.name} | values
    return OrderFactory(
        merchant=shop, customer=customer, placed_at=at, subtotal_minor=cents, **values
    )


@pytest.fixture
def story(shop):
    """Ana buys in spring and now; Ben twice now; Cleo once now, and sends part of it back."""
    ana, ben, cleo = (CustomerFactory(merchant=shop, name=name) for name in ("Ana", "Ben", "Cleo"))
    order(shop, ana, 200, 1000)
    order(shop, ana, 10, 3000)
    order(shop, ben, 20, 2000)
    order(shop, ben, 5, 4000)
    last = order(shop, cleo, 3, 1000)
    RefundFactory(order=last, amount_minor=500, at=NOW - timedelta(days=1))
    catch_up(shop.pk)


def get(client, shop, name="analytics", **query):
    return client.get(reverse(f"dashboard:{name}", args=[shop.slug]), query)


def tiles(response):
    return {str(tile.label): (tile.value, tile.sample) for tile in response.context["tiles"]}


def plain(text):
    """Give a text without the thin spaces that stand around dashes."""
    return text.replace("\u2009", " ")


def table(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_figures_of_a_small_story(client, shop, reader, story):
    page = get(client, shop)

    assert plain(page.context["ask"].title) == "25 Aug – 22 Nov 2026"
    assert tiles(page) == {
        "Repeat customers": ("66.7%", "2 of 3 customers"),
        "Revenue from repeat customers": ("90.0%", "€90.00 of €100.00"),
        "Revenue": ("€100.00", "from 4 orders"),
        "Orders": ("4", "from 2 new and 1 returning customers"),
        "Average order": ("€25.00", "first orders €15.00, later orders €35.00"),
        "Refunded": ("5.0%", "€5.00 in 1 refund"),
    }


def test_a_figure_says_what_it_counts_and_on_how_little_it_stands(client, shop, reader, story):
    text = get(client, shop).content.decode()

    assert text.count("What it counts") == 6
    assert text.count("By the day the order was placed") == 5
    assert text.count("chance plays a large part") == 3


def test_compared_with_the_days_before(client, shop, reader, story):
    page = get(client, shop, span="own", first="2026-11-12", last="2026-11-22")
    trends = {str(tile.label): (tile.direction, tile.trend) for tile in page.context["tiles"]}

    assert plain(page.context["ask"].other_title) == "compared with 1–11 Nov 2026"
    assert trends["Revenue"] == ("up", "Up 300.0% from €20.00")
    assert trends["Repeat customers"] == ("up", "Up 66.7 points from 0.0%")


def test_nothing_to_compare_with_is_said(client, shop, reader, story):
    page = get(client, shop, span="last_90", beside="last_year")
    assert {tile.trend for tile in page.context["tiles"]} == {"No orders to compare with"}

    page = get(client, shop, beside="nothing")
    assert {tile.trend for tile in page.context["tiles"]} == {""}


def test_days_before_the_first_order_are_no_zeros(client, shop, reader):
    order(shop, CustomerFactory(merchant=shop), 10)
    catch_up(shop.pk)

    page = get(client, shop, span="last_30")
    drawn = [[bar.kind for bar in column.bars] for column in page.context["chart"].columns]

    assert drawn == [[]] * 19 + [["first"]] + [["none"]] * 10
    assert "The first counted order is of" in page.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_a_shop_without_orders(client, shop, reader, name):
    assert get(client, shop, name).status_code == 200
    catch_up(shop.pk)
    assert get(client, shop, name).status_code == 200


def test_before_the_first_count_the_page_says_so(client, shop, reader):
    assert "being counted for the first time" in get(client, shop).content.decode()
    catch_up(shop.pk)
    assert "No orders to count yet" in get(client, shop).content.decode()


def test_changes_that_wait_for_long_are_told(client, shop, reader, story):
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        order(shop, CustomerFactory(merchant=shop), 1)
    with time_machine.travel(NOW + timedelta(minutes=20), tick=False):
        assert "still being counted" in get(client, shop).content.decode()


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"span": "tomorrow"}, "Choose a period from the list."),
        ({"beside": "x"}, "Choose a comparison from the list."),
        ({"currency": "\0"}, "currency"),
        ({"span": "own"}, "Enter the first day."),
        ({"span": "own", "first": "2026-11-01"}, "Enter the last day."),
        ({"span": "own", "first": "0001-01-01", "last": "2026-11-01"}, "in this century"),
        ({"span": "own", "first": "2026-12-01", "last": "2026-12-02"}, "has come already"),
        ({"span": "own", "first": "2026-11-09", "last": "2026-11-01"}, "must not lie before"),
        ({"span": "own", "first": "x" * 100_000, "last": "\0"}, "Enter a date such as"),
    ],
)
@pytest.mark.parametrize("name", PAGES + FILES)
def test_bad_questions_get_an_answer(client, shop, reader, story, name, asked, error):
    page = get(client, shop, name, **asked)

    assert page.status_code == 200
    if name == "analytics":
        assert "There is a problem" in page.content.decode()
        assert error in page.content.decode()


@pytest.mark.parametrize(
    ("span", "title", "other"),
    [
        ("this_month", "1–22 Nov 2026", "10–31 Oct 2026"),
        ("last_month", "1–31 Oct 2026", "31 Aug – 30 Sept 2026"),
        ("this_year", "1 Jan – 22 Nov 2026", "9 Feb – 31 Dec 2025"),
        ("last_year", "1 Jan – 31 Dec 2025", "1 Jan – 31 Dec 2024"),
    ],
)
def test_named_periods(client, shop, reader, span, title, other):
    ask = get(client, shop, span=span).context["ask"]

    assert plain(ask.title) == title
    assert plain(ask.other_title).endswith(other) or span == "last_year"
    assert ask.other.days == ask.period.days


def test_each_currency_counts_by_itself(client, shop, reader, story):
    buyer = CustomerFactory(merchant=shop)
    order(shop, buyer, 4, 120_000_000_000_000, currency="JPY")
    order(shop, buyer, 3)
    catch_up(shop.pk)

    page = get(client, shop, currency="JPY")

    assert page.context["ask"].currencies == ["EUR", "JPY"]
    assert tiles(page)["Average order"][0] == "¥120,000,000,000,000"
    assert page.context["chart"].scale == ["¥200T", "¥100T", "¥0"]
    assert tiles(get(client, shop))["Orders"][0] == "5"


def test_cohorts_by_share_number_and_revenue(client, shop, reader, story):
    def cells(**query):
        rows = get(client, shop, "analytics_cohorts", **query).context["table"].rows
        return {row.label: [cell and cell.text for cell in row.cells] for row in rows}

    shares = cells()
    assert len(shares) == 7  # each month since May, those without new customers too
    assert shares["Nov 2026"] == [None] * 6
    assert shares["May 2026"] == ["0.0%"] * 5 + ["100.0%"]
    assert cells(show="customers")["May 2026"][-1] == "1"
    assert cells(show="revenue")["May 2026"] == ["€10.00", *["€0.00"] * 5, "€30.00"]
    assert cells(show="rubbish") == shares


def test_files_hold_numbers_and_no_formulas(client, shop, reader, story):
    first, later, both = table(get(client, shop, "analytics_figures_csv"))
    assert (first["Revenue"], later["Average order"], both["Repeat customers"]) == (
        "30.00", "35.00", "2",
    )  # fmt: skip
    assert both["Refund share"] == "0.05"

    days = table(get(client, shop, "analytics_days_csv"))
    assert [row["Day"] for row in days] == [
        "2026-11-02", "2026-11-12", "2026-11-17", "2026-11-19", "2026-11-21",
    ]  # fmt: skip

    months = table(get(client, shop, "analytics_cohorts_csv"))
    assert (months[1]["First order in"], months[1]["Months later"]) == ("2026-05", "6")
    answer = get(client, shop, "analytics_days_csv")
    assert answer["Content-Disposition"] == (
        'attachment; filename="days-2026-08-25-2026-11-22.csv"'
    )


def test_a_text_that_looks_like_a_formula_is_guarded():
    from postpurchase.dashboard.analytics.sheets import as_file

    answer = as_file("x", ["a"], [["=1+1", -5, "@x"]])

    assert answer.content.decode("utf-8-sig") == "a\r\n'=1+1,-5,'@x\r\n"


@pytest.mark.parametrize(
    ("which", "revenues"),
    [
        ("all", ["€10.00", "€40.00", "€30.00", "€20.00"]),
        ("first", ["€10.00", "€20.00"]),
        ("later", ["€40.00", "€30.00"]),
        ("repeat", ["€40.00", "€30.00", "€20.00"]),
        ("once", ["€10.00"]),
        ("rubbish", ["€10.00", "€40.00", "€30.00", "€20.00"]),
    ],
)
def test_the_orders_behind_a_figure(client, shop, reader, story, which, revenues):
    from postpurchase.templatetags.postpurchase import money

    page = get(client, shop, "analytics_orders", which=which)

    assert [money(row.revenue) for row in page.context["page"].rows] == revenues
    look = PersonalDataLook.every.get()
    assert (look.kind, len(look.rows)) == ("list", len(revenues))


def test_the_refunds_behind_a_figure(client, shop, reader, story):
    page = get(client, shop, "analytics_orders", which="refunds")

    assert [row.amount_minor for row in page.context["page"].rows] == [500]
    assert "Cleo" in page.content.decode()


def test_long_lists_go_on(client, shop, reader, monkeypatch):
    monkeypatch.setattr("postpurchase.dashboard.analytics.listing.PAGE", 2)
    buyer = CustomerFactory(merchant=shop)
    for days_ago in range(1, 6):
        order(shop, buyer, days_ago, days_ago)
    catch_up(shop.pk)

    seen, cursor = [], ""
    while True:
        page = get(client, shop, "analytics_orders", which="all", after=cursor)
        seen += [row.revenue_minor for row in page.context["page"].rows]
        cursor = page.context["page"].next_cursor
        if not cursor:
            break
    assert seen == [1, 2, 3, 4, 5]


def test_a_cursor_of_nobody_begins_anew(client, shop, reader, story):
    answer = get(client, shop, "analytics_orders", which="all", after="rubbish\0")

    assert answer.status_code == 302
    assert "after" not in answer["Location"]


@pytest.mark.parametrize("name", PAGES + FILES)
def test_strangers_find_no_page(client, shop, story, name):
    assert get(client, shop, name).status_code == 302
    client.force_login(MembershipFactory().user)
    assert get(client, shop, name).status_code == 404
    assert PersonalDataLook.every.count() == 0


@pytest.mark.parametrize("name", PAGES)
def test_figures_are_read_and_never_sent(client, shop, reader, name):
    assert client.post(reverse(f"dashboard:{name}", args=[shop.slug])).status_code == 405


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("count", [1, 12])
def test_pages_ask_few_questions(client, shop, reader, name, count, django_assert_max_num_queries):
    for place in range(count):
        order(shop, CustomerFactory(merchant=shop), place * 9)
    catch_up(shop.pk)

    with django_assert_max_num_queries(12):
        assert get(client, shop, name).status_code == 200


def test_names_of_shoppers_are_escaped(client, shop, reader):
    buyer = CustomerFactory(merchant=shop)
    order(shop, buyer, 1, name="<script>alert(1)</script>", number="=1+<b>")
    catch_up(shop.pk)

    text = get(client, shop, "analytics_orders").content.decode()

    assert "<script>alert" not in text
    assert "=1+&lt;b&gt;" in text
