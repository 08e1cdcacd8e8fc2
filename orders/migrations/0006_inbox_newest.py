"""Deliveries of a connection, newest first, and the failed ones; built beside the running shop."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0006_import_uploads")]

    operations = [
        AddIndexConcurrently(
            "inboxentry",
            models.Index(
                fields=["connection", "-received_at", "-id"], name="orders_inbox_newest"
            ),
        ),
        AddIndexConcurrently(
            "inboxentry",
            models.Index(
                fields=["merchant", "-received_at", "-id"],
                name="orders_inbox_failed",
                condition=models.Q(state="failed"),
            ),
        ),
    ]
