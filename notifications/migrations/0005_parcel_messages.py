"""Messages about parcels: which parcels one tells of, and which kinds a merchant wants."""

import django.db.models.deletion
from django.db import migrations, models

from postpurchase.lib.composite import composite_key

KINDS = [
    ("confirmation", "Order confirmation"),
    ("code", "One-time code"),
    ("links", "Order links"),
    ("shipped", "Package handed over"),
    ("in_transit", "Package under way"),
    ("out_for_delivery", "Arriving today"),
    ("delivered", "Package delivered"),
    ("delayed", "New delivery date"),
    ("attempt_failed", "Delivery was tried"),
    ("ready_for_pickup", "Ready to collect"),
    ("action_needed", "Package needs the shopper"),
    ("returning", "Package on its way back"),
    ("lost", "Package lost"),
]


def kind():
    return models.CharField(choices=KINDS, max_length=30, verbose_name="kind")


def merchant():
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="merchants.merchant",
    )


def key():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):

    dependencies = [
        ("tracking", "0005_parcels_with_merchant"),
        ("notifications", "0004_message_log"),
    ]

    operations = [
        migrations.AlterField(model_name="message", name="kind", field=kind()),
        migrations.CreateModel(
            name="MessageChoice",
            fields=[
                ("id", key()),
                ("kind", kind()),
                ("is_on", models.BooleanField(verbose_name="is sent")),
                ("merchant", merchant()),
            ],
            options={
                "verbose_name": "choice of messages",
                "verbose_name_plural": "choices of messages",
            },
        ),
        migrations.AddConstraint(
            model_name="messagechoice",
            constraint=models.UniqueConstraint(
                fields=("merchant", "kind"), name="notifications_choice_once"
            ),
        ),
        migrations.CreateModel(
            name="MessageParcel",
            fields=[
                ("id", key()),
                ("kind", kind()),
                ("change", models.CharField(blank=True, max_length=100, verbose_name="change")),
                ("merchant", merchant()),
                (
                    "message",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parcels",
                        to="notifications.message",
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tracking.shipment",
                    ),
                ),
            ],
            options={
                "verbose_name": "parcel of a message",
                "verbose_name_plural": "parcels of messages",
            },
        ),
        migrations.AddConstraint(
            model_name="messageparcel",
            constraint=models.UniqueConstraint(
                fields=("shipment", "kind", "change"), name="notifications_change_once"
            ),
        ),
        composite_key(
            table="notifications_messageparcel",
            column="message_id",
            target="notifications_message",
        ),
        composite_key(
            table="notifications_messageparcel",
            column="shipment_id",
            target="tracking_shipment",
        ),
    ]
