"""Orders stated and read through the API."""

from urllib.parse import quote

import pytest

from merchants.models import StoreConnection
from orders.models import Event, EventDelivery, Order
from tests.api.conftest import Program, order
from tests.factories import ApiKeyFactory, MerchantFactory, OrderFactory, StoreConnectionFactory

STATED = ("external_id", "number", "currency", "email", "locale", "subtotal", "total", "payment")


def test_a_new_order_is_created_and_shown_in_the_words_it_was_stated_in(api):
    answer = api.put("orders/10442", order())

    shown = answer.json()
    assert (answer.status_code, shown["result"]) == (201, "created")
    assert {name: shown[name] for name in STATED} == {name: order()[name] for name in STATED}
    assert shown["placed_at"] == "2026-11-20T13:05:00Z"
    assert shown["updated_at"] == "2026-11-20T13:05:12Z"
    assert (shown["connection"], shown["status"]) == ("api", "packing")
    assert shown["lines"][0]["quantity"] == 2
    assert answer.headers["Location"] == "http://testserver/api/v1/orders/10442"
    assert api.get("orders/10442").json() == {
        name: value for name, value in shown.items() if name != "result"
    }


def test_stating_it_again_or_an_older_version_changes_nothing(api):
    api.put("orders/10442", order())

    again = api.put("orders/10442", order())
    older = api.put("orders/10442", order(total="1.00", updated_at="2026-11-20T13:00:00Z"))

    assert (again.status_code, again.json()["result"]) == (200, "unchanged")
    assert (older.status_code, older.json()["result"]) == (200, "outdated")
    assert older.json()["total"] == "44.90"


def test_a_newer_version_updates(api):
    api.put("orders/10442", order())

    newer = api.put("orders/10442", order(payment="refunded", updated_at="2026-11-22T00:00:00Z"))

    assert (newer.status_code, newer.json()["result"]) == (200, "updated")
    assert newer.json()["payment_status"] == "refunded"


def test_the_id_in_the_address_is_enough(api):
    document = order()
    del document["external_id"]

    assert api.put("orders/77", document).json()["external_id"] == "77"


def test_another_id_in_the_body_is_refused(api):
    answer = api.put("orders/77", order("78"))

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"pointer": "/external_id", "detail": "This is not the id in the address."}
    ]
    assert not Order.every.exists()


@pytest.mark.parametrize(
    "external_id",
    ["gid://shopify/Order/1", "a b/ü?#%25", "x/timeline/y", "10442:1", "..a", "two\nlines"],
)
def test_any_id_can_stand_in_an_address(api, external_id):
    path = f"orders/{quote(external_id, safe='')}"

    assert api.put(path, order(external_id)).status_code == 201
    assert api.get(path).json()["external_id"] == external_id
    assert api.get(f"{path}/timeline").json()["events"][0]["kind"] == "order.placed"


def test_an_order_is_found_by_its_public_id(api):
    public_id = api.put("orders/1", order("1")).json()["public_id"]

    assert api.get(f"orders/by-id/{public_id}").json()["external_id"] == "1"
    assert api.get(f"orders/by-id/{public_id}/timeline").json()["next_cursor"] is None


def test_an_order_of_another_connection_is_found_but_the_api_s_own_comes_first(api, merchant):
    OrderFactory(merchant=merchant, external_id="7", number="#shopify")
    assert api.get("orders/7").json()["connection"] == "shopify"

    api.put("orders/7", order("7"))

    assert api.get("orders/7").json()["connection"] == "api"
    assert Order.every.filter(external_id="7").count() == 2


def test_orders_of_other_merchants_do_not_exist(api, key):
    theirs = OrderFactory(merchant=MerchantFactory(), external_id="secret")

    assert api.get("orders/secret").status_code == 404
    assert api.get(f"orders/by-id/{theirs.public_id}").status_code == 404
    assert api.get(f"orders/by-id/{theirs.public_id}/timeline").status_code == 404
    refund = {"external_id": "r", "amount": "1.00"}
    assert api.post(f"orders/by-id/{theirs.public_id}/refunds", refund).status_code == 404
    assert api.get("orders").json() == {"orders": [], "next_cursor": None}


def test_the_same_id_at_two_merchants_is_two_orders(api):
    other = Program(ApiKeyFactory(merchant=MerchantFactory()).plain)

    assert api.put("orders/1", order("1")).status_code == 201
    assert other.put("orders/1", order("1", number="#9")).status_code == 201
    assert api.get("orders/1").json()["number"] == "#1042"


def test_history_is_told_to_nobody(api):
    api.put("orders/1?history=true", order("1"))

    assert api.get("orders/1").json()["history"] is True
    assert Event.every.count() == 1
    assert not EventDelivery.every.exists()


def test_the_story_names_the_program(api):
    api.put("orders/1", order("1"))

    [event] = api.get("orders/1/timeline").json()["events"]

    assert (event["by"], event["who"], event["public"]) == ("program", "Shop system", True)


def test_the_story_comes_in_pages(api):
    api.put("orders/1", order("1"))
    api.post("orders/1/refunds", {"external_id": "r1", "amount": "5.00"})
    api.post(
        "orders/1/fulfilments",
        {"external_id": "f1", "lines": [{"line_id": "1", "quantity": 2}]},
    )

    kinds, cursor = [], None
    while True:
        page = api.get("orders/1/timeline", {"limit": 1, **({"cursor": cursor} if cursor else {})})
        kinds += [event["kind"] for event in page.json()["events"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break

    assert kinds == ["order.placed", "order.refunded", "parcel.created", "order.shipped"]


def test_a_refund_and_a_fulfilment_can_be_stated_apart(api):
    api.put("orders/1", order("1"))

    refund = {"external_id": "r1", "amount": "5.00", "reason": "Late"}
    for _ in range(2):
        refunded = api.post("orders/1/refunds", refund).json()
    shipped = api.post(
        "orders/1/fulfilments",
        {"external_id": "f1", "carrier": "DHL", "lines": [{"line_id": "1", "quantity": 2}]},
    ).json()

    assert (refunded["refunded"], refunded["payment_status"]) == ("5.00", "partially_refunded")
    assert [row["amount"] for row in refunded["refunds"]] == ["5.00"]
    assert (shipped["status"], shipped["fulfilments"][0]["carrier"]) == ("shipped", "DHL")
    story = api.get("orders/1/timeline").json()["events"]
    assert story[1]["data"] == {"amount": "5.00", "currency": "EUR"}


def test_what_was_stated_apart_stays_until_the_order_states_it(api):
    later = [f"2026-12-0{day}T00:00:00Z" for day in (1, 2, 3)]
    api.put("orders/1", order("1"))
    api.post("orders/1/refunds", {"external_id": "r1", "amount": "5.00"})
    api.post("orders/1/fulfilments", {"external_id": "f1"})

    unstated = api.put("orders/1", order("1", note="a", updated_at=later[0])).json()
    corrected = [{"external_id": "r1", "amount": "6.00"}]
    listed = api.put("orders/1", order("1", refunds=corrected, updated_at=later[1])).json()
    emptied = order("1", refunds=[], fulfilments=[], updated_at=later[2])
    none = api.put("orders/1", emptied).json()

    assert (unstated["refunded"], len(unstated["fulfilments"])) == ("5.00", 1)
    assert (listed["refunded"], len(listed["fulfilments"])) == ("6.00", 1)
    assert (none["refunded"], none["refunds"], none["fulfilments"]) == ("0.00", [], [])


def test_amounts_come_back_to_the_last_digit_in_every_currency(api):
    for currency, total in [("JPY", "1200"), ("KWD", "1.234"), ("EUR", "-0.01")]:
        document = order(currency, currency=currency, total=total, subtotal="0", lines=[])
        assert api.put(f"orders/{currency}", document).json()["total"] == total


def test_the_shopper_s_link_opens_the_order(api, merchant, settings):
    url = api.put("orders/1", order("1")).json()["portal_url"]

    assert url.startswith(f"{settings.PUBLIC_URL}/o/{merchant.slug}/order/")
    assert "#1042" in api.client.get(url.removeprefix(settings.PUBLIC_URL)).content.decode()


def test_the_api_s_connection_is_made_once_and_notes_that_it_was_used(api, merchant):
    for number in ("1", "2"):
        api.put(f"orders/{number}", order(number))

    [connection] = StoreConnection.every.filter(merchant=merchant)
    assert connection.kind == "api"
    assert connection.last_seen_at is not None


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_of_orders_costs_as_many_queries_as_one_order(
    api, merchant, django_assert_num_queries, count
):
    StoreConnectionFactory(merchant=merchant)
    for _ in range(count):
        OrderFactory(merchant=merchant, lines=2)
    api.get("orders")

    with django_assert_num_queries(7):
        assert len(api.get("orders").json()["orders"]) == count
