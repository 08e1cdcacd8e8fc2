"""The database itself refuses messages of one merchant on an order of another."""

from django.db import migrations

from postpurchase.lib.composite import composite_key


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0002_keys_with_merchant"),
        ("notifications", "0001_first_tables"),
    ]

    operations = [
        composite_key(table="notifications_message", column="order_id", target="orders_order"),
        composite_key(
            table="notifications_attempt", column="message_id", target="notifications_message"
        ),
    ]
