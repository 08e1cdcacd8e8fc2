"""No row of one merchant is shown to, or tied to, another."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from merchants.models import Membership
from orders.models import Address, Order, OrderLine
from postpurchase.lib.tenancy import NoMerchant, Tenant, TenantManager, acting_for
from tests.factories import MerchantFactory, MessageFactory, OrderFactory

pytestmark = pytest.mark.django_db

OURS = [
    model
    for model in apps.get_models()
    if model._meta.app_label
    in {"merchants", "orders", "tracking", "returns", "notifications", "analytics"}
]
# Not a merchant's: the merchant itself, and people, who may work for several.
OF_ALL = {"merchants.User", "merchants.Merchant"}

# Edges that carry money or personal data: the database holds both ends to one merchant.
COMPOSITE = {
    ("orders_order", "connection_id"),
    ("orders_order", "customer_id"),
    ("orders_orderline", "order_id"),
    ("orders_orderline", "product_id"),
    ("orders_orderline", "picture_id"),
    ("orders_address", "order_id"),
    ("orders_payment", "order_id"),
    ("orders_refundfact", "order_id"),
    ("orders_fulfilment", "order_id"),
    ("orders_event", "order_id"),
    ("orders_onetimecode", "order_id"),
    ("orders_note", "order_id"),
    ("orders_mention", "note_id"),
    ("orders_ordertag", "order_id"),
    ("orders_orderword", "order_id"),
    ("orders_importproblem", "upload_id"),
    ("tracking_shipment", "order_id"),
    ("tracking_shipment", "fulfilment_id"),
    ("tracking_shipmentline", "shipment_id"),
    ("tracking_shipmentline", "order_line_id"),
    ("tracking_parcelcase", "shipment_id"),
    ("tracking_nameddate", "shipment_id"),
    ("tracking_simulatedparcel", "shipment_id"),
    ("tracking_carrierdelivery", "account_id"),
    ("notifications_message", "order_id"),
    ("notifications_messageparcel", "message_id"),
    ("notifications_messageparcel", "shipment_id"),
    ("notifications_attempt", "message_id"),
}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_table_belongs_to_merchants_and_fails_closed(model):
    if model._meta.label in OF_ALL:
        return
    assert issubclass(model, Tenant)
    assert isinstance(model._default_manager, TenantManager)
    assert not model._meta.get_field("merchant").null
    with pytest.raises(NoMerchant):
        model.objects.count()
    with acting_for(MerchantFactory().pk):
        assert model.objects.count() == 0


def test_acting_for_ends_with_its_block():
    with acting_for(MerchantFactory().pk):
        with pytest.raises(ZeroDivisionError), acting_for(MerchantFactory().pk):
            raise ZeroDivisionError
        assert Order.objects.count() == 0
    with pytest.raises(NoMerchant):
        Order.objects.count()


def test_the_database_knows_the_composite_keys():
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conrelid::regclass::text,
                   (SELECT attname FROM pg_attribute
                    WHERE attrelid = conrelid AND attnum = conkey[2])
            FROM pg_constraint WHERE contype = 'f' AND array_length(conkey, 1) = 2
            """
        )
        assert set(cursor.fetchall()) == COMPOSITE


@pytest.mark.parametrize("model", [OrderLine, Address])
def test_the_database_refuses_a_row_of_another_merchant(model):
    order, stranger = OrderFactory(lines=1), MerchantFactory()
    row = {"merchant": stranger, "order": order}
    if model is OrderLine:
        row |= {"external_id": "x", "position": 9, "title": "x", "ordered": 1, "total_minor": 1, "currency": "EUR"}  # fmt: skip
    else:
        row |= {"kind": "billing"}

    with pytest.raises(IntegrityError), transaction.atomic():
        model.every.create(**row)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_rows_of_an_owner_are_reached_without_naming_the_merchant():
    order = OrderFactory(lines=2)
    OrderFactory(lines=1)

    assert order.lines.count() == 2
    prefetched = Order.every.prefetch_related("lines").order_by("pk")
    assert [len(one.lines.all()) for one in prefetched] == [2, 1]


def test_a_person_has_one_role_with_each_merchant():
    message = MessageFactory()
    assert message.order.merchant_id == message.merchant_id
    assert Membership.every.count() == 0
