"""Fulfilments that were there before parcels were kept get theirs, once."""

import io

import pytest
from django.core.management import call_command

from orders.models import EventDelivery
from tests.tracking.shops import an_order, sent
from tracking.models import Shipment

pytestmark = pytest.mark.django_db


def test_old_fulfilments_get_their_parcels_once_and_nobody_is_told():
    order = an_order(
        fulfilments=[
            sent("F1", ("A11",), hours_ago=24 * 40),
            sent("F2", ("B22",), hours_ago=24 * 40),
        ]
    )
    Shipment.every.all().delete()
    EventDelivery.every.all().delete()

    for said in ("Made 2 shipments.", "Made 0 shipments."):
        output = io.StringIO()
        call_command("make_shipments", stdout=output)
        assert output.getvalue().strip() == said

    assert Shipment.every.filter(order=order, is_history=True).count() == 2
    assert not EventDelivery.every.exists()
