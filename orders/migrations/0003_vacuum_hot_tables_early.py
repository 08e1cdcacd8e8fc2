"""Queues turn over quickly: vacuum and analyse them at one per cent, not at twenty."""

from django.db import migrations

TABLES = ("orders_inboxentry", "orders_eventdelivery")
EARLY = "autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01"


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_keys_with_merchant")]

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
