"""An order's page: all that is known of it, what can be done, for those who may."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from merchants.models import PersonalDataLook
from merchants.statuses import LookKind, Role
from notifications.models import Message
from notifications.statuses import MessageKind, MessageState, Withheld
from orders.models import Event, InboxEntry, Order
from orders.statuses import InboxState, MessageEvent, OrderEvent, Status
from tests import factories
from tests.desk import scenes
from tests.desk.scenes import act_of, event, make_member, make_order, make_story, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return make_order()


@pytest.fixture
def agent(client, order):
    person = make_member(order.merchant)
    client.force_login(person)
    return person


def seen_on(client, order):
    return re.search(r'name="seen" value="([^"]+)"', text_of(client, page_of(order)))[1]


def text_of(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client, order, name, **fields):
    """Send an act's form as the page before it would."""
    fields = {"seen": seen_on(client, order), "once": str(uuid.uuid4())} | fields
    return client.post(act_of(order, name), fields)


def story_of(order):
    return list(Event.every.filter(order=order).order_by("pk").values_list("kind", "actor"))


def test_the_page_shows_the_order_its_person_and_its_story(client, agent, order):
    make_story(order)
    page = text_of(client, page_of(order))

    for fact in (
        "#1042", "€136.90", "Rain jacket “Nordsee”", "ines.weber@example.com", "+49 170 5550123",
        "Kastanienallee 12", "Visa •••• 4242", "Leaves by", "Order #1042 confirmed", "Ben Roth",
        "phone, street", "Payment confirmed",
    ):  # fmt: skip
        assert fact in page, fact


def test_hostile_words_are_shown_and_not_run(client, agent, order):
    make_story(order)
    factories.OrderTagFactory(order=order, name="<b>x</b>")
    Order.every.filter(pk=order.pk).update(name=scenes.HOSTILE, note=scenes.HOSTILE)
    page = text_of(client, page_of(order))

    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
    assert page.count("&lt;script&gt;alert(1)") == 3


@pytest.mark.parametrize(("events", "messages"), [(1, 1), (60, 30)])
def test_the_number_of_queries_does_not_grow(
    client, agent, order, events, messages, django_assert_max_num_queries
):
    make_story(order, events=events, messages=messages, notes=messages)
    note = order.notes.first()
    factories.MentionFactory(note=note, user=agent)
    for _ in range(events // 2):
        factories.OrderFactory(merchant=order.merchant, customer=order.customer)
    client.get(page_of(make_order(order.merchant, external_id="other")))  # rules are kept a while

    with django_assert_max_num_queries(12):
        page = client.get(page_of(order))

    assert len(page.content) < 150_000


def test_the_story_goes_on_where_it_ended(client, agent, order):
    make_story(order, events=60, messages=30, notes=5)
    seen, url = [], page_of(order)
    for _ in range(4):
        page = text_of(client, url)
        seen += re.findall(r'<time datetime="([^"]+)"', page)
        older = re.search(r'href="(\?part=all&amp;older=[^"#]+)', page)
        if older is None:
            break
        url = page_of(order) + older[1].replace("&amp;", "&")

    assert len(seen) == order.events.count() + 35
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    ("part", "shown", "hidden"),
    [
        ("messages", "confirmed", "Ben Roth"),
        ("notes", "Ben Roth", "phone, street"),
        ("facts", "phone, street", "Ben Roth"),
        ("nonsense", "Ben Roth", "nothing of that"),
    ],
)
def test_the_story_is_narrowed_by_the_address(client, agent, order, part, shown, hidden):
    make_story(order)
    page = text_of(client, f"{page_of(order)}?part={part}&older=nonsense")

    assert shown in page
    assert hidden not in page


def test_earlier_orders_are_added_up(client, agent, order):
    for total in (1_000, 2_500):
        factories.OrderFactory(
            merchant=order.merchant, customer=order.customer, total_minor=total, number=f"#{total}"
        )
    factories.OrderFactory(
        merchant=order.merchant, customer=order.customer, status=Status.CANCELLED, total_minor=9
    )
    page = text_of(client, page_of(order))

    assert "3 orders since" in page
    assert "€35.00" in page
    assert "#2500" in page


def test_late_orders_say_by_how_much(client, agent, order):
    Order.every.filter(pk=order.pk).update(placed_at=timezone.now() - timedelta(days=30))

    assert re.search(r"\d+ days late", text_of(client, page_of(order)))


def test_every_look_is_written_down(client, agent, order):
    client.get(page_of(order))

    look = PersonalDataLook.every.get(kind=LookKind.PAGE)
    assert (look.user, look.merchant, look.rows) == (agent, order.merchant, [order.pk])


def test_a_reader_sees_everything_and_no_button(client, order):
    client.force_login(make_member(order.merchant, Role.READER))
    make_story(order)
    page = text_of(client, page_of(order))

    assert "Ben Roth" in page
    assert "<form" not in page.partition('id="content"')[2]
    for name in ("confirmation", "fresh-link", "links-off", "mail-again"):
        assert act_of(order, name) not in page


POSTS = [
    *((f"do/{name}/", {}) for name in ("confirmation", "fresh-link", "links-off", "conflict-seen")),
    ("notes/", {"text": "x"}),
    ("tags/", {"tag": "x"}),
    ("as-shopper/", {}),
]


@pytest.mark.parametrize(("path", "fields"), POSTS, ids=[path for path, _ in POSTS])
def test_a_reader_is_refused_by_the_server_too(client, order, path, fields):
    client.force_login(make_member(order.merchant, Role.READER))
    before = story_of(order)

    assert client.post(page_of(order) + path, fields).status_code == 403
    assert story_of(order) == before
    assert Message.every.count() == order.tags.count() == 0


GETS = ["", "presence/", "do/confirmation/"]


@pytest.mark.parametrize("path", [*GETS, *(path for path, _ in POSTS)])
def test_foreign_and_unknown_orders_are_the_same(client, agent, order, path):
    foreign = make_order(factories.MerchantFactory(), external_id="foreign")
    verb = client.get if path in GETS else client.post
    answers = [
        verb(f"/admin/desk/orders/{public_id}/{path}", {"text": "x", "tag": "x"})
        for public_id in (foreign.public_id, uuid.uuid4())
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert story_of(foreign) == story_of(foreign)
    assert not PersonalDataLook.every.filter(merchant=foreign.merchant).exists()


def test_the_confirmation_is_sent_again_once(client, agent, order):
    form = {"seen": seen_on(client, order), "once": str(uuid.uuid4())}
    answers = [client.post(act_of(order, "confirmation"), form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    message = Message.every.get(order=order)
    assert (message.kind, message.state) == (MessageKind.CONFIRMATION, MessageState.PLANNED)
    assert message.recipient == order.email
    assert story_of(order)[-1] == (MessageEvent.ASKED, "Ana Pop")
    assert "One is on its way already." in text_of(client, page_of(order))


def test_a_fresh_link_goes_to_the_orders_address(client, agent, order):
    send(client, order, "fresh-link")

    message = Message.every.get(order=order)
    assert (message.kind, message.recipient) == (MessageKind.LINKS, order.email)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"email": ""}, Withheld.NO_ADDRESS.label),
        ({"status": Status.CANCELLED}, Withheld.CANCELLED.label),
    ],
)
def test_what_cannot_be_sent_says_why(client, agent, order, changes, why):
    Order.every.filter(pk=order.pk).update(**changes)

    assert str(why) in text_of(client, page_of(order))
    answer = send(client, order, "confirmation")
    assert answer.status_code == 409
    assert str(why) in answer.content.decode()
    assert not Message.every.exists()


def test_an_address_that_takes_no_mail_is_not_written_to(client, agent, order):
    factories.SuppressionFactory(merchant=order.merchant, address=order.email)

    assert "does not take mail" in send(client, order, "fresh-link").content.decode()


def test_links_are_switched_off(client, agent, order):
    assert send(client, order, "links-off").status_code == 302

    assert Order.every.get(pk=order.pk).link_epoch == 1
    assert story_of(order)[-1] == (OrderEvent.LINKS_REVOKED, "Ana Pop")


def test_a_conflict_is_seen_once(client, agent, order):
    Order.every.filter(pk=order.pk).update(sync_conflict="3 of 2 were shipped.")
    assert "3 of 2 were shipped." in text_of(client, page_of(order))

    assert send(client, order, "conflict-seen").status_code == 302
    assert Order.every.get(pk=order.pk).sync_conflict == ""
    assert story_of(order)[-1] == (OrderEvent.CONFLICT_SEEN, "Ana Pop")
    assert send(client, order, "conflict-seen").status_code == 409


def test_a_failed_mail_is_sent_again(client, agent, order):
    message = factories.MessageFactory(order=order, state=MessageState.FAILED, attempts=3)
    subject = str(message.public_id)
    assert "Send again" in text_of(client, page_of(order))

    assert send(client, order, "mail-again", subject=subject).status_code == 302
    message.refresh_from_db()
    assert message.state == MessageState.PLANNED
    assert send(client, order, "mail-again", subject=subject).status_code == 409


@pytest.mark.parametrize("subject", ["", "nonsense", "47e1da8d-0930-4b7a-b684-3c340eb85841"])
def test_what_is_not_there_is_not_sent(client, agent, order, subject):
    assert send(client, order, "mail-again", subject=subject).status_code == 404
    assert send(client, order, "read-again", subject=subject).status_code == 404


def test_a_message_of_another_order_is_not_sent_from_here(client, agent, order):
    other = factories.MessageFactory(merchant=order.merchant, state=MessageState.FAILED)

    answer = send(client, order, "mail-again", subject=str(other.public_id))

    assert answer.status_code == 404


def delivery_of(order, **facts):
    entry = factories.InboxEntryFactory(
        merchant=order.merchant, connection=order.connection, state=InboxState.DONE, **facts
    )
    event(order, data={"delivery": str(entry.public_id), "fields": ["note"]})
    return entry


def test_facts_lead_to_what_the_shop_sent(client, agent, order):
    entry = delivery_of(order, topic="orders/updated", body=b'{"name": "<b>\\ud800"}')
    url = reverse("admin:desk_delivery", args=[order.public_id, entry.public_id])
    assert url in text_of(client, page_of(order))

    page = text_of(client, url)

    assert "&lt;b&gt;" in page
    assert PersonalDataLook.every.get(kind=LookKind.PAYLOAD).rows == [entry.pk]


def test_a_delivery_is_read_again(client, agent, order):
    entry = delivery_of(order)

    assert send(client, order, "read-again", subject=str(entry.public_id)).status_code == 302
    assert InboxEntry.every.get(pk=entry.pk).state == InboxState.PLANNED
    assert story_of(order)[-1] == (OrderEvent.READ_AGAIN, "Ana Pop")


def test_deliveries_of_other_orders_are_not_shown(client, agent, order):
    entry = factories.InboxEntryFactory(merchant=order.merchant, connection=order.connection)
    foreign = factories.InboxEntryFactory()
    for row in (entry, foreign):
        url = reverse("admin:desk_delivery", args=[order.public_id, row.public_id])
        assert client.get(url).status_code == 404


def test_a_webhook_leaves_its_trace_on_the_events_it_causes(client):
    from orders.actions.inbox import apply_due
    from tests.shop import post_shopify, shopify_order

    connection = factories.StoreConnectionFactory()
    for number in (1, 2):
        post_shopify(client, connection, "orders/create", shopify_order(number))
    apply_due(now=timezone.now() + timedelta(seconds=1))

    told = set(Event.every.filter(kind=OrderEvent.PLACED).values_list("data__delivery", flat=True))
    assert told == {str(entry.public_id) for entry in InboxEntry.every.all()}


def test_a_mail_is_shown_without_code_and_without_the_way_in(client, agent, order):
    from postpurchase.lib.crypto import seal

    for kind, sealed in ((MessageKind.CODE, seal("482913")), (MessageKind.CONFIRMATION, "")):
        message = factories.MessageFactory(order=order, kind=kind, sealed=sealed)
        url = reverse("admin:desk_mail", args=[order.public_id, message.public_id])
        answers = [client.get(url), client.get(f"{url}html/"), client.get(f"{url}?view=text")]

        assert [answer.status_code for answer in answers] == [200, 200, 200]
        for answer in answers:
            body = answer.content.decode()
            assert "482913" not in body
            assert not re.search(r"/order/[A-Za-z0-9_-]{56}/", body)
        policy = answers[1].headers["Content-Security-Policy"]
        assert "sandbox allow-popups" in policy
        assert "default-src 'none'" in policy
        assert answers[1].headers["X-Frame-Options"] == "SAMEORIGIN"
    assert PersonalDataLook.every.filter(kind=LookKind.MAIL).count() == 6


def test_an_order_that_changed_is_asked_about_first(client, agent, order):
    seen = seen_on(client, order)
    event(order, OrderEvent.REFUNDED, data={"amount_minor": 700, "currency": "EUR"})
    form = {"seen": seen, "once": str(uuid.uuid4())}

    refused = client.post(act_of(order, "links-off"), form)

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "This order changed since you opened it" in page
    assert "€7.00" in page
    assert Order.every.get(pk=order.pk).link_epoch == 0
    latest = re.search(r'name="seen" value="([^"]+)"', page)[1]
    again = client.post(act_of(order, "links-off"), form | {"seen": latest})
    assert (again.status_code, Order.every.get(pk=order.pk).link_epoch) == (302, 1)


def test_of_two_agents_the_second_is_shown_what_the_first_did(client, order):
    ana, ben = (make_member(order.merchant, name=name) for name in ("Ana Pop", "Ben Roth"))
    client.force_login(ana)
    seen = seen_on(client, order)
    client.post(act_of(order, "links-off"), {"seen": seen, "once": str(uuid.uuid4())})

    client.force_login(ben)
    answer = client.post(act_of(order, "links-off"), {"seen": seen, "once": str(uuid.uuid4())})

    assert answer.status_code == 409
    assert "Ana Pop" in answer.content.decode()
    assert Order.every.get(pk=order.pk).link_epoch == 1


@pytest.mark.parametrize("kind", [MessageEvent.SENT, OrderEvent.OPENED_AS_SHOPPER])
def test_what_changes_nothing_refuses_nothing(client, agent, order, kind):
    seen = seen_on(client, order)
    event(order, kind)

    answer = client.post(act_of(order, "links-off"), {"seen": seen, "once": str(uuid.uuid4())})

    assert answer.status_code == 302


def test_a_form_does_one_thing_only(client, agent, order):
    form = {"seen": seen_on(client, order), "once": str(uuid.uuid4())}
    client.post(act_of(order, "links-off"), form)

    answer = client.post(act_of(order, "confirmation"), form | {"seen": seen_on(client, order)})

    assert answer.status_code == 409
    assert not Message.every.exists()


def test_the_shoppers_page_is_opened_for_looking_only(client, agent, order):
    answer = client.post(f"{page_of(order)}as-shopper/")

    page = client.get(answer["Location"])
    text = page.content.decode()
    assert page.status_code == 200
    assert "This is what the shopper sees" in text
    assert "Show addresses in full" not in text
    assert "Kastanienallee 12" not in text
    assert client.get(f"{answer['Location']}?print").status_code == 200
    for part, verb in (
        ("verify/", client.get),
        ("fresh/", client.post),
        ("verify/send/", client.post),
    ):
        assert verb(answer["Location"] + part).status_code == 404
    assert story_of(order)[-1] == (OrderEvent.OPENED_AS_SHOPPER, "Ana Pop")
    assert PersonalDataLook.every.filter(kind=LookKind.AS_SHOPPER, user=agent).count() == 1


def test_the_shoppers_page_closes_after_ten_minutes(client, agent, order):
    from postpurchase.staff.as_shopper import path_as_shopper

    long_ago = timezone.now() - timedelta(minutes=11)

    assert client.get(path_as_shopper(order, now=long_ago)).status_code == 404


def test_the_way_back_leads_to_the_desk_only(client, agent, order):
    listing = reverse("admin:desk_orders")
    for back, leads_to in {
        f"{listing}?status=packing": f"{listing}?status=packing",
        "https://evil.example/": listing,
        "//evil.example/admin/": listing,
        "/\\evil.example/admin/": listing,
        "javascript:alert(1)": listing,
    }.items():
        page = client.get(page_of(order), {"back": back}).content.decode()
        assert f'href="{leads_to}"' in page
        assert "evil" not in page


@pytest.mark.parametrize("text", ["\0", "\ud800", "x" * 1_000_000, "-1-1", "9" * 40])
def test_nonsense_is_borne(client, agent, order, text):
    encoded = text.encode("utf-8", "replace").decode()
    for path in ("do/links-off/", "notes/", "tags/", "do/mail-again/"):
        fields = dict.fromkeys(("seen", "once", "text", "tag", "off", "tell", "subject"), encoded)
        assert client.post(page_of(order) + path, fields).status_code < 500
    for path in ("", "presence/", "do/links-off/", "do/nothing/"):
        query = {"seen": encoded[:500], "older": encoded[:500], "part": encoded[:500]}
        assert client.get(page_of(order) + path, query).status_code < 500


def test_superusers_work_on_every_order(client, order):
    client.force_login(factories.UserFactory(is_staff=True, is_superuser=True))

    answer = client.get(f"{page_of(order)}?shop={order.merchant.slug}")

    assert answer.status_code == 200
    assert send(client, order, "links-off").status_code == 302
