"""The database itself refuses a note or tag of one merchant on an order of another."""

from django.db import migrations

from postpurchase.lib.composite import composite_key


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0004_notes_and_tags"),
    ]

    operations = [
        composite_key(table="orders_note", column="order_id", target="orders_order"),
        composite_key(table="orders_mention", column="note_id", target="orders_note"),
        composite_key(table="orders_ordertag", column="order_id", target="orders_order"),
    ]
