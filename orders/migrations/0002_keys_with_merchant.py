"""The database itself refuses rows of one merchant on an order of another."""

from django.db import migrations

from postpurchase.lib.composite import composite_key


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0001_first_tables"),
        ("orders", "0001_first_tables"),
    ]

    operations = [
        composite_key(
            table="orders_order", column="connection_id", target="merchants_storeconnection"
        ),
        composite_key(table="orders_order", column="customer_id", target="orders_customer"),
        composite_key(table="orders_orderline", column="order_id", target="orders_order"),
        composite_key(table="orders_orderline", column="product_id", target="orders_product"),
        composite_key(table="orders_orderline", column="picture_id", target="orders_picture"),
        composite_key(table="orders_address", column="order_id", target="orders_order"),
        composite_key(table="orders_payment", column="order_id", target="orders_order"),
        composite_key(table="orders_refundfact", column="order_id", target="orders_order"),
        composite_key(table="orders_fulfilment", column="order_id", target="orders_order"),
        composite_key(table="orders_event", column="order_id", target="orders_order"),
        composite_key(table="orders_onetimecode", column="order_id", target="orders_order"),
    ]
