"""Which messages are sent is chosen on a page of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0004_carriers_page"),
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
                    ("messages", "Messages"),
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
