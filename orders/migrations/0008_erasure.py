"""An order whose person was erased says so, and takes no personal data in again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_search_words")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="person erased"),
        ),
    ]
