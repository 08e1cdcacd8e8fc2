"""Messages out, beside a bare smtplib loop with the same mails; claims, beside a bare SKIP LOCKED.

python -m tests.bench.bench_messages
"""

import smtplib
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta

from tests.bench import ground

MAILS = ground.tiny(160, 24)
ROUNDS = ground.ROUNDS
BACKLOG = ground.tiny(1_000_000, 20_000)
BATCHES = 40


def run():
    """Measure and give the table: rates a second, times in milliseconds."""
    return {**sending(), **claiming()}


@contextmanager
def sink(seconds_an_answer=0.0):
    """Run a mail server in a process of its own and point the settings at it; gives its port."""
    from django.conf import settings

    process = subprocess.Popen(
        [sys.executable, "-m", "tests.smtp_sink", str(seconds_an_answer)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(process.stdout.readline())
    try:
        yield settings.EMAIL_PORT
    finally:
        process.stdin.close()
        process.wait(10)


def sending():
    make_orders()
    with sink() as port:
        mails, render_ms = rendered()
        few()
        bare, ours, cpu = [], [], []
        for _ in range(ROUNDS):
            bare.append(bare_loop(mails, port))
            rate, cpu_ms = due_messages(MAILS)
            ours.append(rate)
            cpu.append(cpu_ms)
        both = [two_processes(port) for _ in range(ground.tiny(3, 1))]
    with sink(0.03):
        slow = [due_messages(MAILS)[0] for _ in range(ground.tiny(3, 1))]
    reference = ground.median(bare)
    return {
        "bare smtplib loop, mails/s": reference,
        "one sender process, mails/s": ground.median(ours),
        "one sender process / bare": ground.median(ours) / reference,
        "two sender processes, mails/s": ground.median(both),
        "two sender processes / bare": ground.median(both) / reference,
        "CPU of a sender, ms a mail": ground.median(cpu),
        "of which rendering, ms a mail": render_ms,
        "one sender process, server answers in 30 ms, mails/s": ground.median(slow),
    }


def make_orders():
    from tests.factories import AddressFactory, BrandFactory, MerchantFactory, OrderFactory

    shop = MerchantFactory()
    BrandFactory(merchant=shop)
    for _ in range(MAILS):
        AddressFactory(order=OrderFactory(merchant=shop, lines=3))


def plan(count):
    """Make so many confirmations due, as the timeline's reader does."""
    from django.utils import timezone

    from notifications.actions import plan_confirmation
    from notifications.models import Message
    from orders.models import Order

    Message.every.all().delete()
    for order in Order.every.select_related("merchant").order_by("pk")[:count]:
        plan_confirmation(order, now=timezone.now())


def rendered():
    """Write all mails as they would go out; gives them and the CPU milliseconds for each."""
    from django.utils import timezone

    from notifications.actions.dispatching import _load
    from notifications.actions.lanes import Work
    from notifications.actions.settling import QUEUE
    from notifications.channels.base import Letter
    from notifications.channels.email import compose
    from notifications.models import Message
    from notifications.rendering import render
    from postpurchase.lib.tenancy import acting_for

    plan(MAILS)
    claim = QUEUE.claim(now=timezone.now())
    with acting_for(claim.rows[0].merchant_id):
        messages = list(_load([Work(row, claim.token) for row in claim.rows]).values())
        render(messages[0], now=timezone.now())
        before = time.thread_time()
        mails = [render(message, now=timezone.now()) for message in messages]
        each = (time.thread_time() - before) / len(mails)
    Message.every.all().delete()
    composed = [
        compose(
            Letter(
                key=str(number), sender_name="Shop", sender_address="shop@alma.example",
                reply_to="", recipient="ines@example.com", subject=mail.subject,
                text=mail.text, html=mail.html,
            )
        ).message().as_bytes(linesep="\r\n")
        for number, mail in enumerate(mails)
    ]  # fmt: skip
    return composed, each * 1000


def bare_loop(mails, port):
    server = smtplib.SMTP("127.0.0.1", port)
    before = time.monotonic()
    for number in range(MAILS):
        server.sendmail("shop@alma.example", ["ines@example.com"], mails[number % len(mails)])
    rate = MAILS / (time.monotonic() - before)
    server.quit()
    return rate


def few():
    """Warm up: templates, plans, connections."""
    from django.utils import timezone

    from notifications.actions import send_due

    plan(20)
    send_due(clock=timezone.now)


def due_messages(count):
    """Send so many by this process; gives mails a second and its CPU milliseconds for each."""
    from django.utils import timezone

    from notifications.actions import send_due
    from notifications.models import Message

    plan(count)
    before, cpu = time.monotonic(), time.process_time()
    send_due(clock=timezone.now, lasting=timedelta(minutes=5))
    took, cpu = time.monotonic() - before, time.process_time() - cpu
    sent = Message.every.filter(state="sent").count()
    assert sent == count, f"only {sent} sent"
    return count / took, cpu / count * 1000


def two_processes(port):
    from notifications.models import Message
    from orders.models import Order

    senders = _senders(port)
    try:
        plan(0)
        for _ in range(2):
            senders.start()
        plan_all_at_once()
        total = Order.every.count()
        while not Message.every.filter(state="sent").exists():
            time.sleep(0.002)
        first, before = Message.every.filter(state="sent").count(), time.monotonic()
        while (sent := Message.every.filter(state="sent").count()) < total:
            time.sleep(0.02)
        return (sent - first) / (time.monotonic() - before)
    finally:
        senders.close()


def plan_all_at_once():
    from django.db import transaction

    with transaction.atomic():
        plan(MAILS)


def _senders(port):
    import os

    from tests.faults.conftest import Senders

    return Senders({**os.environ, "EMAIL_URL": f"smtp://127.0.0.1:{port}", "LOG_LEVEL": "ERROR"})


def claiming():
    from django.db import connection

    table = {}
    for backlog in (BACKLOG // 100, BACKLOG):
        fill(backlog)
        ours, bare, scan = [], [], []
        for _ in range(ROUNDS):
            bare.append(bare_claims())
            ours.append(our_claims())
            scan.append(due_scan())
        name = f"{backlog:,} waiting"
        table[f"bare SKIP LOCKED claim, {name}, rows/s"] = ground.median(bare)
        table[f"our claim, {name}, rows/s"] = ground.median(ours)
        table[f"our claim / bare, {name}"] = ground.median(ours) / ground.median(bare)
        table[f"due scan, nothing due, {name}, ms"] = ground.median(scan)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notifications_message CASCADE")
    return table


FILL = """
INSERT INTO notifications_message (merchant_id, public_id, kind, channel, dedupe_key, recipient,
    language, sealed, state, send_at, expires_at, attempts, resends, reason, subject, provider_id,
    created_at)
SELECT (SELECT max(id) FROM merchants_merchant), gen_random_uuid(), 'confirmation', 'email',
    'many:' || n, 'x@example.com', 'en', '', 'planned', now() - interval '1 hour',
    now() + interval '1 day', 0, 0, '', '', '', now()
FROM generate_series(1, %s) AS n
"""
BARE = """
UPDATE notifications_message SET state = 'claimed', token = gen_random_uuid(), leased_until = now()
WHERE id = ANY(ARRAY(SELECT id FROM notifications_message
    WHERE state = 'planned' AND send_at <= now() ORDER BY send_at, id LIMIT 100
    FOR UPDATE SKIP LOCKED))
"""


def fill(count):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notifications_message CASCADE")
        cursor.execute(FILL, [count])
        cursor.execute("VACUUM ANALYZE notifications_message")


def bare_claims():
    from django.db import connection

    before, rows = time.monotonic(), 0
    for _ in range(BATCHES // 4):
        with connection.cursor() as cursor:
            cursor.execute(BARE)
            rows += cursor.rowcount
    return rows / (time.monotonic() - before)


def our_claims():
    from django.utils import timezone

    from notifications.actions.settling import QUEUE

    before, rows = time.monotonic(), 0
    for _ in range(BATCHES // 4):
        rows += len(QUEUE.claim(now=timezone.now()).rows)
    return rows / (time.monotonic() - before)


def due_scan():
    from django.utils import timezone

    from notifications.actions.settling import QUEUE

    long_ago = timezone.now() - timedelta(days=1)
    before = time.monotonic()
    for _ in range(10):
        assert not QUEUE.claim(now=long_ago).rows
    return (time.monotonic() - before) / 10 * 1000


if __name__ == "__main__":
    with ground.servers():
        ground.report("messages", run())
