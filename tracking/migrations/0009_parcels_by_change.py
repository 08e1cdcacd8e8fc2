"""Programs ask for parcels in the order in which they changed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("tracking", "0008_parcels_that_ended"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(fields=["merchant", "updated_at", "id"], name="tracking_by_change"),
        ),
    ]
