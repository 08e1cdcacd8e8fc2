"""What the desk searches and filters by. Built while the shop goes on: nothing is locked."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q

PATTERN = "varchar_pattern_ops"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0008_erasure")]

    operations = [
        AddIndexConcurrently(
            "order",
            models.Index(
                fields=["merchant", "email", "-id"],
                opclasses=["int8_ops", PATTERN, "int8_ops"],
                name="orders_by_email_newest",
            ),
        ),
        # The one before serves all that this one did.
        RemoveIndexConcurrently("order", "orders_by_email"),
        AddIndexConcurrently(
            "order",
            models.Index(
                F("merchant"),
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Reverse("phone_key"), name="text_pattern_ops"
                ),
                F("id").desc(),
                name="orders_by_phone",
                condition=~Q(phone_key=""),
            ),
        ),
        AddIndexConcurrently(
            "order",
            models.Index(
                fields=["merchant", "status", "-placed_at", "-id"], name="orders_by_status"
            ),
        ),
        AddIndexConcurrently(
            "order",
            models.Index(
                fields=["merchant", "-cancelled_at"],
                name="orders_cancelled",
                condition=Q(cancelled_at__isnull=False),
            ),
        ),
        AddIndexConcurrently(
            "order",
            models.Index(
                fields=["merchant", "-id"],
                name="orders_in_conflict",
                condition=~Q(sync_conflict=""),
            ),
        ),
        AddIndexConcurrently(
            "orderline",
            models.Index(
                F("merchant"),
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("sku"), name="text_pattern_ops"
                ),
                F("order").desc(),
                include=["sku"],
                name="orders_by_sku",
                condition=~Q(sku=""),
            ),
        ),
    ]
