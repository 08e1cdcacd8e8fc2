"""The words of names, for the search of the desk. Fill them for older orders: fill_search_words."""

import django.db.models.deletion
from django.db import migrations, models

from postpurchase.lib.composite import composite_key


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0002_dashboard_and_audit"),
        ("orders", "0006_inbox_newest"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=40, verbose_name="word")),
                ("merchant", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="merchants.merchant")),
                ("order", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="words", to="orders.order")),
            ],
            options={
                "verbose_name": "word of a name",
                "verbose_name_plural": "words of names",
                "indexes": [
                    models.Index(fields=["merchant", "word", "-order"], name="orders_by_word", opclasses=["int8_ops", "varchar_pattern_ops", "int8_ops"])
                ],
                "constraints": [models.UniqueConstraint(fields=("order", "word"), name="orders_word_once")],
            },
        ),
        composite_key(table="orders_orderword", column="order_id", target="orders_order"),
    ]
