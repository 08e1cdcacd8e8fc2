"""Apply single facts of a shop: a refund, a fulfilment, a deletion, a product."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from orders import parcels
from orders.actions.intake import Intake, lock_orders, take_in, wake_waiting
from orders.actions.relations import pictures_of, url_digest
from orders.actions.revise import drop_twins, merge_fulfilment, merge_refund, settle
from orders.actions.tell import Before, Moments, drafts_of
from orders.models import Order, OrderLine, Product
from orders.plan import fulfilment_values, refund_values
from orders.sources.base import (
    Fact,
    FulfilmentStated,
    OrderDeleted,
    OrderStated,
    ParcelSeen,
    ProductStated,
    RefundStated,
    Uninstalled,
)
from orders.sources.document import FulfilmentDoc, ProductDoc, RefundDoc
from orders.sources.shopify_parts import rounded_from
from orders.timeline import record_all


class OrderUnknown(Exception):
    """A fact came in ahead of its order or fulfilment; `external_id` names what to wait for."""

    def __init__(self, external_id: str) -> None:
        super().__init__(external_id)
        self.external_id = external_id


def apply_fact(intake: Intake, fact: Fact) -> None:
    """Apply one fact. Raises OrderUnknown where its order is not here, NotMoney for bad amounts."""
    match fact:
        case OrderStated(order):
            take_in(intake, [order])
        case RefundStated(order_id, refund):
            apply_refund(intake, order_id, refund)
        case FulfilmentStated(order_id, fulfilment):
            apply_fulfilment(intake, order_id, fulfilment)
        case ParcelSeen():
            see_parcel(intake, fact)
        case OrderDeleted(order_id, at):
            delete_order(intake, order_id, at=at)
        case ProductStated(product):
            apply_product(intake, product)
        case Uninstalled():
            intake.connection.uninstalled_at = intake.now
            intake.connection.save(update_fields=["uninstalled_at"])


@transaction.atomic
def apply_refund(intake: Intake, order_id: str, refund: RefundDoc) -> None:
    """Add or correct a refund of an order."""
    order, before = _locked(intake, order_id)
    merge_refund(order, refund_values(refund, order.currency))
    settle(order)
    _tell(intake, order, before, at=refund.at)


@transaction.atomic
def apply_fulfilment(intake: Intake, order_id: str, fulfilment: FulfilmentDoc) -> None:
    """Add or correct a fulfilment of an order; an older one than we hold changes nothing."""
    order, before = _locked(intake, order_id)
    values = fulfilment_values(fulfilment)
    goods_moved = merge_fulfilment(order, values)
    has_twins = drop_twins(order, [values])
    settle(order)
    if goods_moved or has_twins:
        parcels.follow([order.pk], now=intake.now)
        wake_waiting(intake, [fulfilment.external_id])
    _tell(intake, order, before, at=fulfilment.shipped_at or fulfilment.updated_at)


@transaction.atomic
def see_parcel(intake: Intake, seen: ParcelSeen) -> None:
    """Pass on what the shop saw of a parcel. Raises OrderUnknown: its fulfilment is not here.

    Of erased persons' parcels nothing more is noted.
    """
    order, _before = _locked(intake, seen.order_id)
    if order.erased_at:
        return
    is_here = parcels.see(order.pk, seen, source=intake.connection.kind, now=intake.now)
    if not is_here and not seen.is_status:
        raise OrderUnknown(seen.fulfilment_id)


@transaction.atomic
def delete_order(intake: Intake, order_id: str, *, at: datetime | None) -> None:
    """Treat an order that the shop removed as cancelled; its story stays."""
    order, before = _locked(intake, order_id)
    if order.cancelled_at:
        return
    order.cancelled_at = at or intake.now
    order.cancel_reason = order.cancel_reason or "Removed in the shop."
    settle(order)
    _tell(intake, order, before, at=order.cancelled_at)


@transaction.atomic
def apply_product(intake: Intake, doc: ProductDoc) -> None:
    """Add or correct a product, and give its lines their own pictures where variants differ."""
    urls = [url for url in (doc.image_url, *doc.variant_images.values()) if url]
    pictures = pictures_of(intake.connection.merchant_id, urls)
    lock_orders([(intake.connection.pk, f"product:{doc.external_id}")])
    product = Product.every.filter(
        connection=intake.connection, external_id=doc.external_id
    ).first() or Product(
        merchant_id=intake.connection.merchant_id,
        connection=intake.connection,
        external_id=doc.external_id,
    )
    if product.version_at and doc.updated_at and doc.updated_at <= product.version_at:
        return
    product.title = doc.title
    product.picture_id = pictures.get(url_digest(doc.image_url))
    product.version_at = doc.updated_at
    product.save()
    for key, url in doc.variant_images.items():
        lines = OrderLine.every.filter(Q(variant_key=key) | Q(sku=key), product_id=product.pk)
        lines.filter(picture=None).update(picture_id=pictures.get(url_digest(url)))


def _locked(intake: Intake, order_id: str) -> tuple[Order, Before]:
    lock_orders([(intake.connection.pk, order_id)])
    orders = Order.every.filter(connection=intake.connection).select_for_update(of=("self",))
    order = orders.filter(external_id=order_id).first() or _nearest(orders, order_id)
    if order is None:
        raise OrderUnknown(order_id)
    return order, Before.of(order)


def _nearest(orders: QuerySet[Order], order_id: str) -> Order | None:
    """Find the one order an id can mean that lost its last digits as a floating-point number."""
    ends = rounded_from(order_id)
    if ends is None:
        return None
    found = list(orders.filter(external_id__range=ends)[:2])
    return found[0] if len(found) == 1 else None


def _tell(intake: Intake, order: Order, before: Before, *, at: datetime | None) -> None:
    moments = Moments.all_at(at or intake.now)
    drafts = drafts_of(order, before, moments, actor=intake.actor, silent=intake.is_history)
    record_all(drafts, now=intake.now)
