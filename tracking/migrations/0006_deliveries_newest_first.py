"""What carriers sent is listed newest first, by account; what failed, by merchant."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("tracking", "0005_parcels_with_merchant"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="carrierdelivery",
            index=models.Index(
                fields=["account", "-received_at", "-id"], name="tracking_inbox_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="carrierdelivery",
            index=models.Index(
                fields=["merchant", "-received_at", "-id"],
                name="tracking_inbox_failed",
                condition=models.Q(state="failed"),
            ),
        ),
    ]
