"""A worker is killed while it imports an uploaded file: nothing is lost, nothing doubled."""

import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from merchants.actions import Viewer
from orders.actions import upload_work, uploads
from orders.models import Event, ImportUpload, Order
from postpurchase.env import BASE_DIR
from tests.api.conftest import order
from tests.factories import MerchantFactory, UserFactory

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

ORDERS = 3000
WORKER = "import django; django.setup(); from orders.tasks import tick_uploads; tick_uploads()"


def test_a_killed_worker_costs_one_batch_at_most(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    viewer = Viewer(UserFactory(), MerchantFactory().pk)
    lines = "".join(f"{json.dumps(order(str(n)))}\n" for n in range(ORDERS))
    file = ContentFile(lines.encode(), name="orders.ndjson")
    upload = uploads.receive_file(file, by=viewer, now=timezone.now())
    work()
    uploads.start_import(upload, now=timezone.now())

    for _ in range(2):
        before = Order.every.count()
        child = start_worker(tmp_path)
        while Order.every.count() <= before and child.poll() is None:
            time.sleep(0.02)
        child.kill()
        child.wait()
        killed = ImportUpload.every.get()
        assert 0 < Order.every.count() < ORDERS
        assert killed.rows_read == killed.run.rows_read == Order.every.count()
        # As if the lease had run out.
        ImportUpload.every.update(leased_until=timezone.now() - timedelta(minutes=1))
    work()

    done = ImportUpload.every.get()
    assert (done.state, done.result) == ("done", {"created": ORDERS})
    assert Order.every.count() == ORDERS
    assert Event.every.filter(kind="order.placed").count() == ORDERS


def work():
    upload_work.reap(now=timezone.now())
    upload = upload_work.take_next(now=timezone.now())
    upload_work.work(upload, clock=timezone.now, busy_for=60)


def start_worker(media):
    url = urlsplit(os.environ["DATABASE_URL"])
    database = url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {
        **os.environ, "DATABASE_URL": database, "MEDIA_ROOT": str(media), "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "postpurchase.settings",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment, cwd=BASE_DIR)
