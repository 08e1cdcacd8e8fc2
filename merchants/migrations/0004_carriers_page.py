"""Settings of carriers are changed on a page of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("merchants", "0003_people_at_work"),
    ]

    operations = [
        migrations.AlterField(
            model_name="settingchange",
            name="page",
            field=models.CharField(
                choices=[
                    ("shop", "Shop"),
                    ("brand", "Brand"),
                    ("domain", "Domain"),
                    ("connections", "Connections"),
                    ("carriers", "Carriers"),
                    ("policies", "Policies"),
                    ("team", "Team"),
                    ("keys", "API keys"),
                    ("security", "Security"),
                    ("privacy", "Privacy"),
                ],
                max_length=20,
                verbose_name="page",
            ),
        ),
    ]
