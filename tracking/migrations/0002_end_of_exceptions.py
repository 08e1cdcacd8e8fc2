"""A country may stop being an exception."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracking', '0001_first_tables'),
    ]

    operations = [
        migrations.AddField(
            model_name='shippingpromise',
            name='follows_others',
            field=models.BooleanField(db_default=False, default=False, verbose_name='as for all other countries'),
        ),
    ]
