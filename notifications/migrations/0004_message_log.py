"""Let the log of messages be read by kind, state, recipient and day, however many there are."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

SETTLED = ["sent", "failed", "uncertain", "withheld"]
WITH_RECIPIENT = Q(state__in=SETTLED) & ~Q(recipient="")


class Migration(migrations.Migration):
    # Built beside the senders' work; outside of a transaction, as Postgres wants it.
    atomic = False
    dependencies = [("notifications", "0003_vacuum_hot_tables_early")]

    operations = [
        # It waits for others' transactions but holds up nobody; cut short, it leaves half an index.
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                fields=["merchant", "kind", "state", "-created_at", "-id"],
                name="notifications_log",
                condition=Q(state__in=SETTLED),
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                fields=["merchant", "recipient", "-created_at", "-id"],
                name="notifications_log_recipient",
                condition=WITH_RECIPIENT,
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                fields=["created_at"], name="notifications_log_age", condition=WITH_RECIPIENT
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                fields=["merchant", "kind", "-created_at", "-id"],
                name="notifications_log_planned",
                condition=Q(state="planned"),
            ),
        ),
        RemoveIndexConcurrently(model_name="message", name="notifications_troubled"),
        AddIndexConcurrently(
            model_name="suppression",
            index=models.Index(
                fields=["merchant", "-created_at", "-id"], name="notifications_suppressed_new"
            ),
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
