"""What accounts of staff need: a name for a member in addresses, a language, the last lock-out."""

import django.contrib.postgres.functions
from django.db import migrations, models

import postpurchase.lib.ids


class Migration(migrations.Migration):

    dependencies = [
        ("merchants", "0002_dashboard_and_audit"),
    ]

    operations = [
        # The database's own default gives every row that is here already a name of its own.
        migrations.AddField(
            model_name="membership",
            name="public_id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=postpurchase.lib.ids.uuid7,
                editable=False,
                unique=True,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(blank=True, max_length=10, verbose_name="language of staff pages"),
        ),
        migrations.AddField(
            model_name="user",
            name="refused_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                null=True,
                verbose_name="log-in last refused after too many tries",
            ),
        ),
    ]
