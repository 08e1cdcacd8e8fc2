"""Acts on many orders: counted first, done once, a result for each, refusals without a trace."""

from uuid import uuid4

import pytest
from django.urls import reverse

from merchants.models import IdempotencyKey
from merchants.statuses import Role
from notifications.models import Message
from notifications.statuses import MessageState
from orders.models import Event, Order, OrderTag
from orders.statuses import Status
from tests.factories import (
    MembershipFactory,
    MerchantFactory,
    MessageFactory,
    OrderFactory,
    OrderTagFactory,
    SuppressionFactory,
)

pytestmark = pytest.mark.django_db

CHECK, DO = reverse("admin:desk_bulk"), reverse("admin:desk_bulk_do")


@pytest.fixture
def shop():
    return MerchantFactory()


@pytest.fixture
def agent(client, shop):
    member = MembershipFactory(merchant=shop, role=Role.AGENT)
    client.force_login(member.user)
    return member.user


def form(orders, act, **more):
    return {"order": [order.public_id.hex for order in orders], "act": act, **more}


def do(client, orders, act, **more):
    """Do an act; give the result's page."""
    return client.post(DO, {"once": str(uuid4()), **form(orders, act, **more)}, follow=True)


def results(answer):
    return {row["number"]: row["reason"] for row in answer.context["rows"]}


def test_nothing_is_done_before_it_is_confirmed(client, shop, agent):
    orders = OrderFactory.create_batch(3, merchant=shop)
    OrderTagFactory(order=orders[0], name="vip")

    page = client.post(CHECK, form(orders, "tag", tag="#VIP"))

    text = " ".join(page.content.decode().split())
    assert "This would be done with 2 of 3." in text
    assert '<span class="count">1</span> The tag is on it already.' in text
    assert [order.pk for order in page.context["plan"].ready] == [orders[2].pk, orders[1].pk]
    assert (OrderTag.every.count(), Event.every.count()) == (1, 0)


def test_a_tag_is_put_on_each_and_told_to_its_story(client, shop, agent):
    orders = OrderFactory.create_batch(2, merchant=shop)

    answer = do(client, orders, "tag", tag="vip")

    assert results(answer) == {order.number: "" for order in orders}
    assert set(OrderTag.every.values_list("order_id", "name")) == {(o.pk, "vip") for o in orders}
    events = Event.every.values_list("order_id", "kind", "actor", "actor_kind")
    assert set(events) == {(o.pk, "order.tagged", str(agent), "staff") for o in orders}
    assert reverse("admin:desk_order", args=[orders[0].public_id]) in answer.content.decode()


def test_a_form_sent_twice_does_its_act_once(client, shop, agent):
    order = OrderFactory(merchant=shop)
    asked = {"once": str(uuid4()), **form([order], "links-off")}

    first, second = (client.post(DO, asked, follow=True) for _ in range(2))

    assert first.redirect_chain == second.redirect_chain
    assert Order.every.get(pk=order.pk).link_epoch == 1
    assert Event.every.count() == 1


def test_a_form_key_does_no_other_act(client, shop, agent):
    order, key = OrderFactory(merchant=shop), str(uuid4())
    client.post(DO, {"once": key, **form([order], "links-off")})

    answer = client.post(DO, {"once": key, **form([order], "tag", tag="vip")}, follow=True)

    assert str(answer.context["act"].label) == "Switch off all links"
    assert not OrderTag.every.exists()


def test_a_result_can_be_looked_at_again_but_by_nobody_else(client, shop, agent):
    page = do(client, [OrderFactory(merchant=shop)], "tag", tag="vip").redirect_chain[-1][0]
    assert client.get(page).status_code == 200

    client.force_login(MembershipFactory(merchant=shop, role=Role.AGENT).user)
    assert client.get(page).status_code == 404


def test_while_the_first_is_at_work_the_second_says_so(client, shop, agent):
    order, key = OrderFactory(merchant=shop), str(uuid4())
    client.post(DO, {"once": key, **form([order], "links-off")})
    IdempotencyKey.every.update(status=None, response=None)

    answer = client.post(DO, {"once": key, **form([order], "links-off")}, follow=True)

    assert "Still at work" in answer.content.decode()
    assert Order.every.get(pk=order.pk).link_epoch == 1


def test_the_confirmation_goes_to_those_who_can_get_one(client, shop, agent):
    fine = OrderFactory(merchant=shop)
    nowhere = OrderFactory(merchant=shop, email="")
    gone = OrderFactory(merchant=shop, status=Status.CANCELLED)
    waiting = MessageFactory(order=OrderFactory(merchant=shop)).order
    bounced = OrderFactory(merchant=shop)
    SuppressionFactory(merchant=shop, address=bounced.email)
    orders = [fine, nowhere, gone, waiting, bounced]

    plan = client.post(CHECK, form(orders, "confirmation")).context["plan"]
    assert [order.pk for order in plan.ready] == [fine.pk]
    assert sum(count for _reason, count in plan.reasons) == 4
    left_out = results(do(client, orders, "confirmation"))

    assert {number for number, reason in left_out.items() if not reason} == {fine.number}
    assert Message.every.filter(state=MessageState.PLANNED).count() == 2
    # A refusal leaves no trace.
    assert set(Event.every.values_list("order_id", flat=True)) == {fine.pk}


def test_conflicts_are_marked_as_seen(client, shop, agent):
    odd = OrderFactory(merchant=shop, sync_conflict="Odd.")
    fine = OrderFactory(merchant=shop)

    answer = do(client, [odd, fine], "conflict-seen")

    assert results(answer) == {
        odd.number: "",
        fine.number: "The figures of this order fit together.",
    }
    assert Order.every.get(pk=odd.pk).sync_conflict == ""
    assert list(Event.every.values_list("kind", flat=True)) == ["order.conflict_seen"]


def test_a_tag_is_taken_off(client, shop, agent):
    tagged, bare = OrderFactory.create_batch(2, merchant=shop)
    OrderTagFactory(order=tagged, name="vip")

    answer = do(client, [tagged, bare], "untag", tag="vip")

    assert results(answer) == {tagged.number: "", bare.number: "The tag is not on it."}
    assert not OrderTag.every.exists()


def test_all_of_a_list_can_be_meant(client, shop, agent, monkeypatch):
    held = OrderFactory.create_batch(3, merchant=shop, status=Status.ON_HOLD)
    OrderFactory(merchant=shop)
    asked = {"all": "1", "list": "view=on-hold", "act": "tag", "tag": "late"}

    assert {o.pk for o in client.post(CHECK, asked).context["plan"].ready} == {o.pk for o in held}
    monkeypatch.setattr("postpurchase.desk.bulk.AT_MOST", 2)
    assert len(client.post(CHECK, asked).context["plan"].ready) == 2


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"act": "tag", "tag": "vip"}, "Choose at least one order."),
        ({"act": "tag", "tag": "vip", "order": ["nonsense", "\0"]}, "Choose at least one order."),
        ({"act": "tag", "tag": ""}, "Write a word for the tag."),
        ({"act": "explode"}, "Choose what to do with the orders."),
        ({"all": "1", "list": "status=wrong", "act": "links-off"}, "filters of the list are not understood"),
        ({}, "Choose"),
    ],
)  # fmt: skip
def test_what_is_not_understood_says_so(client, shop, agent, asked, words):
    order = OrderFactory(merchant=shop)
    if "vip" not in str(asked):
        asked = {"order": [order.public_id.hex], **asked}

    answer = client.post(CHECK, asked, follow=True)

    assert words in answer.content.decode()
    assert not Event.every.exists()


@pytest.mark.parametrize(
    "asked", [{}, {"act": "explode"}, {"act": "tag", "tag": ""}, {"once": "\0"}]
)
def test_a_confirmation_that_is_not_understood_does_nothing(client, shop, agent, asked):
    order = OrderFactory(merchant=shop)

    answer = client.post(DO, {"order": [order.public_id.hex], **asked})

    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:desk_orders"))
    assert not Event.every.exists()


def test_orders_of_another_shop_are_none(client, shop, agent):
    foreign = OrderFactory()

    answer = do(client, [foreign], "links-off")

    assert results(answer) == {}
    assert Order.every.get(pk=foreign.pk).link_epoch == 0
    assert (
        "Choose at least one order."
        in client.post(CHECK, form([foreign], "links-off"), follow=True).content.decode()
    )


@pytest.mark.parametrize("url", [CHECK, DO])
def test_a_reader_is_refused(client, shop, url):
    client.force_login(MembershipFactory(merchant=shop, role=Role.READER).user)
    order = OrderFactory(merchant=shop)

    answer = client.post(url, {"once": str(uuid4()), **form([order], "links-off")})

    assert answer.status_code == 403
    assert Order.every.get(pk=order.pk).link_epoch == 0


def test_an_act_is_asked_by_post_only(client, shop, agent):
    assert client.get(CHECK).status_code == 405
    assert client.get(DO).status_code == 405
    assert client.post(DO, {}).status_code == 302


def test_hostile_numbers_are_shown_as_text(client, shop, agent):
    order = OrderFactory(merchant=shop, number="<script>x</script>")

    page = do(client, [order], "tag", tag="<b>vip</b>").content.decode()

    assert "<script>x" not in page
    assert "<b>vip" not in page


@pytest.mark.parametrize("rows", [2, 30])
def test_the_check_asks_few_questions(client, shop, agent, rows, django_assert_max_num_queries):
    orders = OrderFactory.create_batch(rows, merchant=shop)

    with django_assert_max_num_queries(12):
        client.post(CHECK, form(orders, "confirmation"))
