"""Parcels by the million, written by the database itself: rows as their actions would leave them."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

WAY = ("label_created", "picked_up", "in_transit", "in_transit", "in_transit")
HOURS = 5  # between two scans

ORDERS = """
    INSERT INTO orders_order (merchant_id, connection_id, public_id, external_id, number, number_key,
        email, phone, phone_key, name, language, placed_at, currency, subtotal_minor,
        discount_minor, discount_codes, shipping_minor, shipping_method, fees_minor, tax_minor,
        tax_included, total_minor, refunded_minor, payment_status, fulfilment_status,
        delivery_status, return_status, status, hold, stated_payment, stated_fulfilled,
        cancel_reason, note, sync_conflict, is_history, link_epoch, version_hash,
        created_at, updated_at)
    SELECT %(merchant)s, %(connection)s, gen_random_uuid(), 'crowd-' || n, '#C' || n, 'C' || n,
        'c' || n || '@example.com', '', '', '', 'en', %(now)s, 'EUR', 1000, 0, '[]', 0, '', 0, 0,
        true, 1000, 0, 'paid', 'fulfilled', 'none', 'none', 'shipped', '', 'paid', true,
        '', '', '', false, 0, '', %(now)s, %(now)s
    FROM generate_series(1, %(count)s) AS n
"""
SHIPMENTS = """
    INSERT INTO tracking_shipment (merchant_id, public_id, order_id, external_id, direction, leg,
        number, number_key, carrier, carrier_said, carrier_by, service, url, from_country,
        from_postcode, to_country, to_region, to_postcode, shipped_at, is_history, milestone, since,
        step, cause, must_act, is_delayed, picked_up_at, first_scan_at, last_scan_at, attempts,
        has_scan_after_delivery, was_cancelled_under_way, signed_by, recent, heard_at,
        carrier_day_by, expected_by, expected_ground, next_poll_at, quiet_polls, created_at,
        updated_at)
    SELECT %(merchant)s, gen_random_uuid(), o.id, o.external_id || '-' || n, 'out', 1,
        'CROWD' || o.id || 'N' || n, 'CROWD' || o.id || 'N' || n, 'dhl_paket', 'DHL', 'shop', '',
        '', 'DE', '', 'DE', '', '', %(begun)s, false, 'in_transit', %(last)s, 3, '', '', false,
        %(begun)s, %(begun)s, %(last)s, 0, false, false, '', %(recent)s, %(last)s, '', '', '{}',
        %(now)s + random() * interval '4 hours', 0, %(begun)s, %(last)s
    FROM orders_order o, generate_series(1, %(each)s) AS n
    WHERE o.external_id LIKE 'crowd-%%'
"""
EVENTS = """
    INSERT INTO tracking_trackingevent (merchant_id, shipment_id, identity, occurred_at,
        received_at, source, milestone, cause, is_delay, is_synthetic, is_override, said_by,
        is_day_only, zone_assumed, code, text, place, country)
    SELECT s.merchant_id, s.id, md5(n::text), %(begun)s + n * %(pause)s,
        %(begun)s + n * %(pause)s + interval '2 minutes', 'aftership',
        (%(way)s::text[])[1 + n * %(steps)s / %(each)s], '', false, false, false, '', false, false,
        'InTransit_003', 'The shipment was processed in the parcel centre of origin', 'Leipzig',
        'DE'
    FROM tracking_shipment s, generate_series(0, %(each)s - 1) AS n
    WHERE s.number_key LIKE 'CROWD%%'
"""
TABLES = ("orders_order", "tracking_shipment", "tracking_trackingevent")


def gather(shop, *, orders, parcels, events):
    """Write so many orders, parcels for each and events for each parcel, and gather statistics."""
    now = timezone.now()
    begun = now - timedelta(hours=HOURS * (events + 1))
    values = {
        "merchant": shop.merchant_id,
        "connection": shop.pk,
        "now": now,
        "begun": begun,
        "last": now - timedelta(hours=HOURS),
        "pause": timedelta(hours=HOURS),
        "way": list(WAY),
        "steps": len(WAY),
        "recent": "[]",
    }
    with connection.cursor() as cursor:
        cursor.execute(ORDERS, values | {"count": orders})
        cursor.execute(SHIPMENTS, values | {"each": parcels})
        if events:
            cursor.execute(EVENTS, values | {"each": events})
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")
