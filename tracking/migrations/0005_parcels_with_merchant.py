"""The database itself refuses a parcel of one merchant on an order of another."""

from django.db import migrations

from postpurchase.lib.composite import composite_key


class Migration(migrations.Migration):

    dependencies = [
        ('tracking', '0004_events_by_month'),
        ('orders', '0009_search_indexes'),
    ]

    operations = [
        composite_key(table="tracking_shipment", column="order_id", target="orders_order"),
        composite_key(table="tracking_shipment", column="fulfilment_id", target="orders_fulfilment"),
        composite_key(table="tracking_shipmentline", column="shipment_id", target="tracking_shipment"),
        composite_key(table="tracking_shipmentline", column="order_line_id", target="orders_orderline"),
        composite_key(table="tracking_parcelcase", column="shipment_id", target="tracking_shipment"),
        composite_key(table="tracking_nameddate", column="shipment_id", target="tracking_shipment"),
        composite_key(table="tracking_carrierdelivery", column="account_id", target="tracking_carrieraccount"),
    ]
