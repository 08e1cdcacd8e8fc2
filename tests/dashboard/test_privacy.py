"""A person's data: found, given out, erased – and nothing of it left anywhere."""

import json
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, connections, models
from django.urls import reverse
from django.utils import timezone

from merchants.models import PersonalDataLook, SettingChange
from merchants.statuses import ChangeKind, LookKind, Role, SettingsPage
from notifications.actions.privacy import MailUnderWay, StillOpen, erase_person
from notifications.models import Message, Suppression
from notifications.statuses import MessageKind, MessageState, Withheld
from orders import people, timeline
from orders.actions import inbox, notes, tags
from orders.actions.facts import apply_fulfilment, apply_refund
from orders.actions.intake import Intake
from orders.models import Customer, Event, InboxEntry, Order
from orders.people import Person
from orders.sources.document import FulfilmentDoc, RefundDoc
from orders.statuses import ActorKind, InboxState, OrderEvent, Status
from orders.timeline import Actor
from postpurchase.dashboard.privacy.names import name_of
from postpurchase.lib.crypto import seal
from tests.factories import (
    AttemptFactory,
    CarrierAccountFactory,
    CarrierDeliveryFactory,
    FulfilmentFactory,
    IdempotencyKeyFactory,
    InboxEntryFactory,
    MembershipFactory,
    MessageFactory,
    OneTimeCodeFactory,
    OrderFactory,
    ParcelCaseFactory,
    RefundFactory,
    ShipmentFactory,
    StoreConnectionFactory,
    SuppressionFactory,
)
from tests.shop import post_shopify, shopify_order
from tracking.actions.scans import News
from tracking.actions.scans import take_in as take_scans
from tracking.carriers.base import Sighting, Word
from tracking.statuses import Milestone, Trouble

pytestmark = pytest.mark.django_db

NOW = timezone.now()
EMAIL = "zoe.privat@example.com"
TRACES = ("zoe", "privat", "geheimgasse", "89075", "5550177", "zebra-note", "geheim-tag", "7331")


@pytest.fixture
def owner(client):
    member = MembershipFactory(role=Role.OWNER)
    client.force_login(member.user)
    return member


def url(member, name="privacy", *args):
    return reverse(f"dashboard:{name}", args=[member.merchant.slug, *args])


def text(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode()


def document(number=1042, **changes):
    address = {
        "first_name": "Zoë", "last_name": "Privat", "name": "Zoë Privat",
        "address1": "Geheimgasse 1", "city": "Ulm", "zip": "89075", "country_code": "DE",
        "phone": "+49 170 5550177",
    }  # fmt: skip
    customer = {"first_name": "Zoe", "last_name": "Privat", "email": EMAIL}
    person = {
        "email": EMAIL.title(), "contact_email": EMAIL, "customer": customer,
        "phone": "+491705550177", "billing_address": address, "shipping_address": address,
        "note": "For Zoë Privat",
    }  # fmt: skip
    return shopify_order(number, **(person | changes))


def take(client, shop, doc, topic="orders/create"):
    answer = post_shopify(client, shop, topic, doc)
    assert answer.status_code == 200
    drain()


def drain():
    while inbox.apply_due(now=timezone.now()) or timeline.read_due(now=timezone.now()):
        pass


@pytest.fixture
def person(client, owner):
    """Somebody with two orders, and with traces wherever there can be any."""
    shop = StoreConnectionFactory(merchant=owner.merchant, kind="shopify")
    for number in (1042, 1043):
        take(client, shop, document(number))
    orders = list(Order.every.of(owner.merchant.pk).order_by("pk"))
    agent = Actor(ActorKind.STAFF, "Agent")
    for order in orders:
        notes.write_note(order, text="zebra-note about Zoë", by=owner.user, now=NOW)
        tags.put_tag(order, name="geheim-tag", actor=agent, now=NOW)
        timeline.record(order, OrderEvent.TAGGED, at=NOW, tag="Zoë Privat")
        RefundFactory(order=order, reason="Zoë Privat did not like it")
        FulfilmentFactory(order=order, tracking_numbers=["ZOE7331"])
        parcel = ShipmentFactory(
            order=order, number="ZOE7331", number_key="ZOE7331", external_id="F1#ZOE7331",
            to_postcode="89075", signed_by="Privat", url="https://dhl.example/ZOE7331",
        )  # fmt: skip
        left = Sighting(
            occurred_at=NOW, word=Word(Milestone.ATTEMPT_FAILED), text="Left with Zoe Privat",
            place="Geheimgasse", code="zoe",
        )  # fmt: skip
        take_scans([News(parcel.pk, "aftership", [left])], now=NOW)
        ParcelCaseFactory(
            shipment=parcel, kind=Trouble.EXCEPTION, answer_data={"text": "Geheimgasse 2"},
            outcome="Zoe called",
        )  # fmt: skip
        CarrierDeliveryFactory(
            account=CarrierAccountFactory(merchant=owner.merchant),
            body=b'{"number": "zoe 7331", "to": "Privat"}',
        )
        OneTimeCodeFactory(order=order)
        message = MessageFactory(
            order=order, state=MessageState.SENT, subject="Thanks, Zoë", provider_id="zoe-1",
        )  # fmt: skip
        AttemptFactory(message=message, answer="250 zoe")
        MessageFactory(order=order, kind=MessageKind.CODE, sealed=seal("271828"))
        order.payments.update(last4="7331")
        body = json.dumps({"id": order.pk, "email": EMAIL})
        IdempotencyKeyFactory(merchant=owner.merchant, status=200, response={"body": body})
    MessageFactory(
        merchant=owner.merchant, order=None, kind=MessageKind.LINKS, recipient=EMAIL,
        state=MessageState.FAILED, reason="550 no zoe here",
    )  # fmt: skip
    SuppressionFactory(merchant=owner.merchant, address=EMAIL)
    InboxEntryFactory(
        connection=shop, merchant=owner.merchant, state=InboxState.FAILED, topic="orders/updated",
        body=json.dumps(document(1042) | {"line_items": "nonsense"}).encode(),
        reason="Zoë Privat is no number",
    )  # fmt: skip
    shop.last_error = f"Not usable: {EMAIL}"
    shop.save()
    return Person(owner.merchant.pk, email=EMAIL)


def traces():
    """List every text of every table that holds something of the person."""
    found = []
    for model in apps.get_models():
        if model._meta.app_label in ("auth", "contenttypes", "sessions"):
            continue
        for field in model._meta.concrete_fields:
            found += [
                f"{model._meta.label}.{field.name}: {value[:80]}"
                for value in _texts(model, field)
                if any(trace in value for trace in TRACES)
            ]
    return found


def _texts(model, field):
    if isinstance(field, models.CharField | models.TextField | models.JSONField | models.FileField):
        column = f'"{field.column}"::text'
    elif isinstance(field, models.BinaryField):
        column = f"encode(\"{field.column}\", 'escape')"
    else:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {column} FROM "{model._meta.db_table}"')
        return [value.lower() for (value,) in cursor.fetchall() if value]


def erase(person, member, **more):
    return erase_person(person, by=member.user, **({"though_open": True, "now": NOW} | more))


# Finding


@pytest.mark.parametrize("typed", [EMAIL, f" {EMAIL.upper()} ", "#1042", "1043", "0170 555 0177"])
def test_a_person_is_found_by_any_of_their_names(client, owner, person, typed):
    answer = client.post(url(owner), {"who": typed}, follow=True)

    assert EMAIL in text(answer)
    assert "Zo" in text(answer)
    shown = answer.redirect_chain[-1][0]
    assert ("zoe" in shown, "1042" in shown) == (False, False)


def test_nobody_is_found_by_parts_or_in_another_shop(client, owner, person):
    for typed in ("zoe.privat@example", "104", "555 0177", "unknown@example.com"):
        assert "Nobody found" in text(client.post(url(owner), {"who": typed}, follow=True))
    other = MembershipFactory()
    client.force_login(other.user)
    assert "Nobody found" in text(client.post(url(other), {"who": EMAIL}, follow=True))


def test_two_people_with_one_phone_are_both_offered(client, owner, person):
    key = "+491705550177"
    OrderFactory(merchant=owner.merchant, phone=key, phone_key=key, email="two@example.com")

    page = client.post(url(owner), {"who": "+49 170 5550177"}, follow=True)

    assert {one.label for one in page.context["found"]} == {EMAIL, "two@example.com"}


def test_an_order_without_address_is_a_person_too(client, owner):
    order = OrderFactory(merchant=owner.merchant, email="", number="#7", number_key="7")

    answer = client.post(url(owner), {"who": "7"}, follow=True)

    assert "Whoever placed #7" in text(answer)
    erase(Person(owner.merchant.pk, order=order.public_id), owner)
    assert Order.every.get(pk=order.pk).name == ""


@pytest.mark.parametrize("role", [Role.AGENT, Role.READER])
@pytest.mark.parametrize("name", ["privacy", "privacy_person", "privacy_export", "privacy_erase"])
def test_privacy_is_for_owners_and_managers(client, owner, person, role, name):
    client.force_login(MembershipFactory(merchant=owner.merchant, role=role).user)
    args = [] if name == "privacy" else [name_of(person)]

    for send in (client.get, client.post):
        assert send(url(owner, name, *args)).status_code in (403, 405)
    assert Customer.every.filter(email=EMAIL).exists()


@pytest.mark.parametrize("name", ["x", "a%00b", "%ED%A0%80", "…"])
def test_made_up_names_are_nobody(client, owner, name):
    assert client.get(url(owner) + f"{name}/").status_code == 404


def test_the_name_of_a_person_opens_nothing_in_another_shop(client, owner, person):
    other = MembershipFactory()
    OrderFactory(merchant=other.merchant, email=EMAIL)
    client.force_login(other.user)

    assert client.get(url(other, "privacy_person", name_of(person))).status_code == 404


@pytest.mark.parametrize("who", ["", "%00", "x" * 1_000_000, "%ED%A0%80@x.y", "%00@x.y"])
def test_bad_input_is_no_error_of_ours(client, owner, who):
    form = "application/x-www-form-urlencoded"
    answer = client.post(url(owner), f"who={who}", content_type=form, follow=True)

    assert answer.status_code in (200, 422)


def test_the_page_counts_what_is_held_within_twelve_queries(
    client, owner, person, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        page = client.get(url(owner, "privacy_person", name_of(person)))

    held = dict(page.context["held"])
    assert (held["Orders"], held["Customers"], held["Notes"]) == (2, 1, 2)
    assert held["Messages"] == Message.every.count()
    assert held["Deliveries from shops"] == 3
    looks = PersonalDataLook.every.filter(kind=LookKind.PAGE)
    assert [(look.table, len(look.rows)) for look in looks] == [("orders.order", 2)]


# Giving out


def test_the_export_holds_every_fact_and_no_name_in_its_file_name(client, owner, person):
    answer = client.post(url(owner, "privacy_export", name_of(person)))
    data = json.loads(text(answer))

    assert answer.streaming
    assert "zoe" not in answer["Content-Disposition"]
    assert [row["email"] for row in data["customers"]] == [EMAIL]
    assert {order["number"] for order in data["orders"]} == {"#1042", "#1043"}
    order = data["orders"][0]
    assert order["addresses"][0]["street"] == "Geheimgasse 1"
    assert order["notes"][0]["text"] == "zebra-note about Zoë"
    assert order["refunds"][0]["reason"] == "Zoë Privat did not like it"
    assert len(order["lines"]) == 2
    assert len(data["messages"]) == Message.every.count()
    assert any("Geheimgasse" in message["says"] for message in data["messages"])
    assert [row["address"] for row in data["addresses_without_mail"]] == [EMAIL]
    assert len(data["deliveries_from_the_shop"]) == 3
    assert PersonalDataLook.every.filter(kind=LookKind.EXPORT).count() == 1


def test_the_export_lets_nobody_in(client, owner, person):
    whole = text(client.post(url(owner, "privacy_export", name_of(person))))

    assert "271828" not in whole
    for word in ("digest", "sealed", "link_epoch", "token"):
        assert f'"{word}"' not in whole


def test_the_export_is_not_fetched_by_a_link(client, owner, person):
    assert client.get(url(owner, "privacy_export", name_of(person))).status_code == 405


# Erasing


def test_no_trace_is_left_in_any_column_of_any_table(owner, person):
    assert len(traces()) > 30

    erase(person, owner)

    assert traces() == []


def test_orders_stay_as_numbers(owner, person):
    before = _numbers(owner)

    erase(person, owner)

    assert _numbers(owner) == before
    order = Order.every.of(owner.merchant.pk).first()
    assert [address.country for address in order.addresses.all()] == ["DE"]
    assert order.lines.count() == 2


def _numbers(owner):
    rows = Order.every.of(owner.merchant.pk).order_by("pk")
    return list(rows.values_list("number", "total_minor", "placed_at", "status", "currency"))


def test_links_die_and_planned_mails_are_withheld(owner, person):
    planned = list(Message.every.filter(state=MessageState.PLANNED).values_list("pk", flat=True))
    assert planned

    erase(person, owner)

    assert set(Order.every.values_list("link_epoch", flat=True)) == {1}
    rows = Message.every.filter(pk__in=planned).values_list("state", "reason", "sealed")
    assert set(rows) == {(MessageState.WITHHELD, Withheld.ERASED, "")}


def test_the_customer_has_an_address_that_no_mail_can_reach(owner, person):
    erase(person, owner)

    customer = Customer.every.get()
    assert customer.email.endswith("@erased.invalid")
    assert set(Order.every.values_list("customer_id", flat=True)) == {customer.pk}


def test_the_audit_says_that_it_was_done_and_not_for_whom(owner, person):
    for _ in range(2):
        erase(person, owner)

    change = SettingChange.every.get()
    assert (change.page, change.kind, change.by) == (
        SettingsPage.PRIVACY,
        ChangeKind.REMOVED,
        owner.user,
    )
    assert change.fields["orders"] == [2, 2]
    assert Event.every.filter(kind=OrderEvent.ERASED).count() == 2


def test_other_people_keep_everything(owner, person):
    other = OrderFactory(
        merchant=owner.merchant, email="ana@example.com", name="Ana", external_id="42",
    )  # fmt: skip
    message = MessageFactory(order=other, state=MessageState.SENT, subject="Thanks, Ana")
    body = json.dumps(document(2000, email="ana@example.com")).replace("zoe", "ana").encode()
    entry = InboxEntryFactory(merchant=owner.merchant, state=InboxState.DONE, body=body)
    elsewhere = OrderFactory(email=EMAIL)

    erase(person, owner)

    assert Order.every.get(pk=other.pk).name == "Ana"
    assert Message.every.get(pk=message.pk).subject == "Thanks, Ana"
    assert bytes(InboxEntry.every.get(pk=entry.pk).body) == body
    assert Order.every.get(pk=elsewhere.pk).email == EMAIL


def test_late_news_from_the_shop_brings_nothing_back_but_counts(client, owner, person):
    erase(person, owner)
    shop = Order.every.first().connection

    later = (timezone.now() + timedelta(minutes=5)).isoformat()
    take(client, shop, document(1042, updated_at=later, note="zebra-note"), "orders/updated")
    order = Order.every.get(number="#1042")
    intake = Intake(shop, now=timezone.now())
    refund = RefundDoc(external_id="R9", amount="5.00", reason="zebra-note")
    apply_refund(intake, order.external_id, refund)
    parcel = FulfilmentDoc(external_id="F9", tracking_numbers=("ZOE7331",))
    apply_fulfilment(intake, order.external_id, parcel)

    assert traces() == []
    order.refresh_from_db(from_queryset=Order.every.all())
    assert order.refunds.filter(external_id="R9", amount_minor=500).exists()
    assert Customer.every.count() == 1


def test_a_new_order_after_that_is_a_new_customers(client, owner, person):
    erase(person, owner)
    shop = Order.every.first().connection

    take(client, shop, document(1099))

    fresh = Order.every.get(number="#1099")
    assert (fresh.email, fresh.erased_at) == (EMAIL, None)
    assert fresh.customer_id not in Order.every.exclude(pk=fresh.pk).values_list(
        "customer_id", flat=True
    )


def test_it_goes_on_where_it_was_interrupted(owner, person):
    answers = iter([False, True])

    first = erase(person, owner, is_late=lambda: next(answers))
    assert (first.erased, first.left) == (1, 1)
    assert Customer.every.filter(email=EMAIL).exists()
    second = erase(person, owner)

    assert (second.erased, second.left) == (1, 0)
    assert traces() == []
    assert SettingChange.every.get().fields["orders"] == [2, 2]


def test_a_mail_under_way_stops_it_before_anything_of_its_order_is_gone(owner, person):
    order = Order.every.order_by("pk").first()
    MessageFactory(
        order=order, state=MessageState.DISPATCHING, token=uuid4(),
        leased_until=NOW + timedelta(minutes=3),
    )  # fmt: skip

    with pytest.raises(MailUnderWay):
        erase(person, owner)

    assert Order.every.get(pk=order.pk).erased_at is None


def test_an_open_order_is_an_owners_to_erase(owner, person):
    assert people.still_open(owner.merchant.pk, people.order_pks(person), now=NOW)

    with pytest.raises(StillOpen):
        erase(person, owner, though_open=False)

    Order.every.update(status=Status.SHIPPED, placed_at=NOW - timedelta(days=31))
    erase(person, owner, though_open=False)
    assert traces() == []


# The page that asks


def test_the_page_wants_the_person_typed_again(client, owner, person):
    page = url(owner, "privacy_erase", name_of(person))
    asked = text(client.get(page))

    assert ("Goes for good" in asked, "Stays, as numbers" in asked) == (True, True)
    assert client.post(page, {"again": "ana@example.com", "though_open": "on"}).status_code == 422
    assert client.post(page, {"again": EMAIL}).status_code == 422
    assert Customer.every.filter(email=EMAIL).exists()
    for _ in range(2):
        done = client.post(page, {"again": "1042", "though_open": "on"}, follow=True)
        assert "The person is erased." in text(done)
    assert traces() == []


def test_a_manager_is_refused_while_an_order_is_open(client, owner, person):
    client.force_login(MembershipFactory(merchant=owner.merchant, role=Role.MANAGER).user)
    page = url(owner, "privacy_erase", name_of(person))

    assert "Only an owner can erase somebody" in text(client.get(page))
    assert client.post(page, {"again": EMAIL, "though_open": "on"}).status_code == 403
    assert Customer.every.filter(email=EMAIL).exists()
    Order.every.update(status=Status.CANCELLED)
    client.post(page, {"again": EMAIL})
    assert Order.every.filter(erased_at=None).count() == 0


# Races, with real threads


@pytest.mark.django_db(transaction=True)
def test_erasing_while_the_shop_keeps_talking_leaves_no_trace(client, owner, person):
    shop = Order.every.first().connection
    for minute in range(12):
        stated = (timezone.now() + timedelta(minutes=minute)).isoformat()
        post_shopify(
            client, shop, "orders/updated",
            document(1042 + minute % 2, updated_at=stated, note=f"zebra-note {minute}"),
        )  # fmt: skip
    start = threading.Barrier(3)
    errors = []

    def run(work):
        try:
            start.wait(timeout=10)
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    jobs = [drain_slowly, drain_slowly, lambda: erase(person, owner)]
    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    drain()
    erase(person, owner)

    assert errors == []
    assert traces() == []
    assert Suppression.every.count() == 0


def drain_slowly():
    for _ in range(20):
        inbox.apply_due(now=timezone.now(), limit=2)
        timeline.read_due(now=timezone.now(), limit=2)
