"""The queue turns over quickly: vacuum and analyse it at one per cent, not at twenty."""

from django.db import migrations

TABLES = ("notifications_message",)
EARLY = "autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01"


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_keys_with_merchant")]

    operations = [
        migrations.RunSQL(
            sql=f"ALTER TABLE {table} SET ({EARLY})",
            reverse_sql=(
                f"ALTER TABLE {table} RESET "
                "(autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)"
            ),
        )
        for table in TABLES
    ]
