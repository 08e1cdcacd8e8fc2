"""Parcels that arrived and taught nothing yet are found at once, and those that turned back."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("tracking", "0007_simulation"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["delivered_at", "id"],
                name="tracking_to_learn",
                condition=models.Q(delivered_at__isnull=False, learnt_at=None),
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                fields=["merchant", "-returning_since"],
                name="tracking_turned_back",
                condition=models.Q(returning_since__isnull=False),
            ),
        ),
    ]
