"""Makes rows for tests. What belongs together gets the same merchant by itself.

`OrderFactory()` makes a merchant, a connection and an order; `OrderFactory(merchant=shop)` stays
with that shop; `OrderFactory(lines=3)` adds lines that sum up to the order's total;
`MessageFactory(order=order)` belongs to the order's merchant. Rows are made through `every`, so no
`acting_for` is needed for making them – only for reading them by `objects`.
"""

from datetime import timedelta
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory import (
    LazyAttribute,
    LazyFunction,
    SelfAttribute,
    Sequence,
    SubFactory,
    post_generation,
)
from factory.django import DjangoModelFactory

from analytics.models import (
    Book,
    CohortFigure,
    CountedOrder,
    CountedRefund,
    DayFigure,
    PairFigure,
)
from merchants.models import (
    ApiKey,
    Brand,
    BrandVersion,
    Domain,
    IdempotencyKey,
    Invitation,
    Membership,
    Merchant,
    PersonalDataLook,
    SettingChange,
    StoreConnection,
    SupportHours,
    User,
)
from merchants.statuses import (
    ChangeKind,
    ConnectionKind,
    LookKind,
    Role,
    Scope,
    SettingsPage,
)
from notifications.models import (
    Attempt,
    Message,
    MessageChoice,
    MessageParcel,
    Outage,
    Suppression,
)
from notifications.statuses import AttemptOutcome, MessageKind
from orders.models import (
    Address,
    Customer,
    Event,
    EventDelivery,
    Fulfilment,
    ImportProblem,
    ImportRun,
    ImportUpload,
    InboxEntry,
    Mention,
    Note,
    OneTimeCode,
    Order,
    OrderLine,
    OrderPolicy,
    OrderTag,
    OrderWord,
    Payment,
    Picture,
    Product,
    RefundFact,
    Replay,
)
from orders.statuses import (
    PUBLIC_EVENTS,
    ActorKind,
    AddressKind,
    FulfilmentStatus,
    OrderEvent,
    PaymentStatus,
    Status,
)
from postpurchase.lib.crypto import digest
from returns.models import ReturnPolicy
from tracking.models import (
    CarrierAccount,
    CarrierDelivery,
    NamedDate,
    ParcelCase,
    RangeCalibration,
    ScanGap,
    Shipment,
    ShipmentLine,
    ShippingPromise,
    SimulatedParcel,
    TrackingEvent,
    TransitDays,
    TroubleRules,
    UnknownWord,
)
from tracking.statuses import DateSource, Milestone, Trouble

PASSWORD = "correct horse battery staple"
# Argon2 takes 50 ms by design: hashed once for all people.
_HASHED = make_password(PASSWORD)


class MerchantFactory(DjangoModelFactory):
    """A shop in Berlin that speaks English."""

    class Meta:
        model = Merchant

    slug = Sequence(lambda n: f"shop-{n}")
    name = Sequence(lambda n: f"Alma & Fern {n}")
    legal_name = "Alma & Fern GmbH"
    postal_address = "Lindenstraße 9\n10969 Berlin\nGermany"
    zone_name = "Europe/Berlin"
    language = "en"
    currency = "EUR"
    country = "DE"
    support_email = LazyAttribute(lambda shop: f"help@{shop.slug}.example")
    support_phone = "+49 30 1234567"
    support_hours = "Mon–Fri 9–17"
    shop_url = LazyAttribute(lambda shop: f"https://{shop.slug}.example/")


class UserFactory(DjangoModelFactory):
    """A person; `PASSWORD` lets them in."""

    class Meta:
        model = User

    email = Sequence(lambda n: f"person-{n}@staff.example")
    name = Sequence(lambda n: f"Person {n}")
    password = _HASHED


class TenantFactory(DjangoModelFactory):
    """A row with a merchant: the one given, that of another row given, or a new one."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    merchant = SubFactory(MerchantFactory)

    @classmethod
    def _get_manager(cls, model_class):
        return model_class.every

    @classmethod
    def _generate(cls, strategy, params):
        if "merchant" not in params:
            owners = [value for value in params.values() if hasattr(value, "merchant_id")]
            if owners:
                params["merchant"] = owners[0].merchant
        return super()._generate(strategy, params)


class MembershipFactory(TenantFactory):
    class Meta:
        model = Membership

    user = SubFactory(UserFactory, is_staff=True)
    role = Role.OWNER


class BrandFactory(TenantFactory):
    class Meta:
        model = Brand

    sender_name = LazyAttribute(lambda brand: brand.merchant.name)
    sender_email = LazyAttribute(lambda brand: f"orders@{brand.merchant.slug}.example")


class StoreConnectionFactory(TenantFactory):
    class Meta:
        model = StoreConnection

    kind = ConnectionKind.SHOPIFY
    secret = "shpss_test_secret"


class ApiKeyFactory(TenantFactory):
    """A key whose plain text is in `plain`."""

    class Meta:
        model = ApiKey

    class Params:
        key = "pp_test_"

    name = "A program"
    hint = "pp_test_"
    digest = LazyAttribute(lambda row: digest(row.key))
    scopes = LazyFunction(lambda: list(Scope.values))

    @classmethod
    def _generate(cls, strategy, params):
        # Known beforehand, so that it can be told afterwards: the row keeps only the hash.
        plain = params.setdefault("key", f"pp_test_{uuid4().hex}")
        row = super()._generate(strategy, params)
        row.plain = plain
        return row


class CustomerFactory(TenantFactory):
    class Meta:
        model = Customer

    email = Sequence(lambda n: f"shopper-{n}@example.com")
    name = "Ines Weber"


def connection_of(merchant):
    """Give the merchant's first connection, made now if there is none."""
    found = StoreConnection.every.filter(merchant=merchant).order_by("pk").first()
    return found or StoreConnectionFactory(merchant=merchant)


class OrderFactory(TenantFactory):
    """A paid order of 40.00 and 4.90 delivery, placed just now. `lines=3` adds lines."""

    class Meta:
        model = Order

    connection = LazyAttribute(lambda order: connection_of(order.merchant))
    external_id = Sequence(lambda n: f"gid://shopify/Order/{5000 + n}")
    number = Sequence(lambda n: f"#{1001 + n}")
    number_key = LazyAttribute(lambda order: order.number.lstrip("#").lower())
    email = Sequence(lambda n: f"shopper-{n}@example.com")
    name = "Ines Weber"
    language = "en"
    placed_at = LazyFunction(timezone.now)
    currency = "EUR"
    subtotal_minor = 4000
    shipping_minor = 490
    shipping_method = "Standard"
    tax_included = True
    tax_minor = 717
    total_minor = 4490
    payment_status = PaymentStatus.PAID
    fulfilment_status = FulfilmentStatus.UNFULFILLED
    status = Status.PACKING
    version_at = SelfAttribute("placed_at")

    @post_generation
    def lines(order, create, extracted, **kwargs):
        """Share the order's subtotal and delivery among so many lines of one unit each."""
        count = extracted or 0
        paid = order.total_minor - order.shipping_minor
        for place in range(count):
            OrderLineFactory(
                order=order,
                position=place + 1,
                total_minor=_share(order.subtotal_minor, count, place),
                shipping_share_minor=_share(order.shipping_minor, count, place),
                paid_minor=_share(paid, count, place),
                **kwargs,
            )


def _share(whole, count, place):
    return whole // count + (1 if place < whole % count else 0)


class OrderLineFactory(TenantFactory):
    class Meta:
        model = OrderLine

    order = SubFactory(OrderFactory, merchant=SelfAttribute("..merchant"))
    external_id = Sequence(lambda n: f"gid://shopify/LineItem/{9000 + n}")
    position = Sequence(lambda n: n + 1)
    title = Sequence(lambda n: f"Linen shirt {n}")
    variant = "Sand / M"
    sku = Sequence(lambda n: f"LIN-{n}")
    ordered = 1
    currency = SelfAttribute("order.currency")
    total_minor = 2000
    unit_minor = LazyAttribute(lambda line: line.total_minor // max(line.ordered, 1))
    paid_minor = SelfAttribute("total_minor")


class AddressFactory(TenantFactory):
    class Meta:
        model = Address

    order = SubFactory(OrderFactory, merchant=SelfAttribute("..merchant"))
    kind = AddressKind.SHIPPING
    name = "Ines Weber"
    street = "Kastanienallee 12"
    city = "Berlin"
    postcode = "10435"
    country = "DE"
    phone = "+49 170 5550123"


class PaymentFactory(TenantFactory):
    class Meta:
        model = Payment

    order = SubFactory(OrderFactory, merchant=SelfAttribute("..merchant"))
    external_id = Sequence(lambda n: f"payment-{n}")
    method = "Visa"
    card_brand = "Visa"
    last4 = "4242"
    state = "paid"
    amount_minor = SelfAttribute("order.total_minor")
    currency = SelfAttribute("order.currency")
    at = SelfAttribute("order.placed_at")


class RefundFactory(TenantFactory):
    class Meta:
        model = RefundFact

    order = SubFactory(OrderFactory, merchant=SelfAttribute("..merchant"))
    external_id = Sequence(lambda n: f"gid://shopify/Refund/{7000 + n}")
    amount_minor = 1000
    currency = SelfAttribute("order.currency")
    at = LazyFunction(timezone.now)


class FulfilmentFactory(TenantFactory):
    class Meta:
        model = Fulfilment

    order = SubFactory(OrderFactory, merchant=SelfAttribute("..merchant"))
    external_id = Sequence(lambda n: f"gid://shopify/Fulfillment/{3000 + n}")
    state = "success"
    carrier = "DHL"
    tracking_numbers = LazyFunction(lambda: ["00340434292135100186"])
    tracking_urls = LazyFunction(
        lambda: ["https://www.dhl.de/en/privatkunden.html?piececode=00340434292135100186"]
    )
    shipped_at = LazyFunction(timezone.now)


class PictureFactory(TenantFactory):
    class Meta:
        model = Picture

    source_url = Sequence(lambda n: f"https://cdn.shop.example/{n}.jpg")
    url_digest = LazyAttribute(lambda picture: digest(picture.source_url))
    next_at = LazyFunction(timezone.now)


class ProductFactory(TenantFactory):
    class Meta:
        model = Product

    connection = LazyAttribute(lambda product: connection_of(product.merchant))
    external_id = Sequence(lambda n: f"gid://shopify/Product/{100 + n}")
    title = Sequence(lambda n: f"Linen shirt {n}")


class OrderPolicyFactory(TenantFactory):
    class Meta:
        model = OrderPolicy

    in_force_from = LazyFunction(lambda: timezone.now() - timedelta(days=365))


class ReturnPolicyFactory(TenantFactory):
    class Meta:
        model = ReturnPolicy

    in_force_from = LazyFunction(lambda: timezone.now() - timedelta(days=365))


class ShippingPromiseFactory(TenantFactory):
    class Meta:
        model = ShippingPromise

    in_force_from = LazyFunction(lambda: timezone.now() - timedelta(days=365))


class OneTimeCodeFactory(TenantFactory):
    class Meta:
        model = OneTimeCode

    order = SubFactory(OrderFactory, merchant=SelfAttribute("..merchant"))
    digest = "0" * 64
    created_at = LazyFunction(timezone.now)
    expires_at = LazyAttribute(lambda code: code.created_at + timedelta(minutes=10))


class EventFactory(TenantFactory):
    """An event written as a row only: no reader hears of it (for that, `timeline.record`)."""

    class Meta:
        model = Event

    order = SubFactory(OrderFactory, merchant=SelfAttribute("..merchant"))
    kind = OrderEvent.PLACED
    at = LazyFunction(timezone.now)
    actor_kind = ActorKind.SHOP
    is_public = LazyAttribute(lambda event: event.kind in PUBLIC_EVENTS)


class InboxEntryFactory(TenantFactory):
    class Meta:
        model = InboxEntry

    connection = LazyAttribute(lambda entry: connection_of(entry.merchant))
    event_key = Sequence(lambda n: f"event-{n}")
    topic = "orders/create"
    body = b"{}"
    received_at = LazyFunction(timezone.now)
    next_at = SelfAttribute("received_at")


class MessageFactory(TenantFactory):
    """A confirmation that is due now. `order=None` makes a message without an order."""

    class Meta:
        model = Message

    order = SubFactory(OrderFactory, merchant=SelfAttribute("..merchant"))
    kind = MessageKind.CONFIRMATION
    dedupe_key = Sequence(lambda n: f"message:{n}")
    recipient = LazyAttribute(
        lambda message: message.order.email if message.order else "shopper@example.com"
    )
    language = "en"
    send_at = LazyFunction(timezone.now)
    expires_at = LazyAttribute(lambda message: message.send_at + timedelta(hours=24))


class MessageParcelFactory(TenantFactory):
    """That a message tells of a parcel: one of its order, on its way."""

    class Meta:
        model = MessageParcel

    message = SubFactory(MessageFactory, merchant=SelfAttribute("..merchant"), kind="shipped")
    shipment = LazyAttribute(
        lambda row: ShipmentFactory(order=row.message.order, merchant=row.merchant)
    )
    kind = SelfAttribute("message.kind")


class MessageChoiceFactory(TenantFactory):
    class Meta:
        model = MessageChoice

    kind = MessageKind.IN_TRANSIT
    is_on = True


class AttemptFactory(TenantFactory):
    class Meta:
        model = Attempt

    message = SubFactory(MessageFactory, merchant=SelfAttribute("..merchant"))
    at = LazyFunction(timezone.now)
    outcome = AttemptOutcome.SENT


class SuppressionFactory(TenantFactory):
    class Meta:
        model = Suppression

    address = "shopper@example.com"
    reason = "550 no such mailbox"


class RefundFactFactory(RefundFactory):
    """A refund, by the name of its table."""


class IdempotencyKeyFactory(TenantFactory):
    """An act asked for once."""

    class Meta:
        model = IdempotencyKey

    scope = "api:PUT"
    key = Sequence(str)
    request_hash = "0" * 64
    leased_until = LazyFunction(timezone.now)
    created_at = LazyFunction(timezone.now)


class ImportRunFactory(TenantFactory):
    """A file that was imported."""

    class Meta:
        model = ImportRun

    connection = SubFactory(StoreConnectionFactory, merchant=SelfAttribute("..merchant"))
    file_name = "orders.csv"
    file_digest = Sequence(str)
    started_at = LazyFunction(timezone.now)


class ImportUploadFactory(TenantFactory):
    """An uploaded file that waits to be checked; the file itself is not there."""

    class Meta:
        model = ImportUpload

    file_name = "orders.csv"
    stored_as = ""
    size = 1000
    content_digest = Sequence(str)
    kind = "csv"
    by_name = "Person"
    created_at = LazyFunction(timezone.now)
    next_at = SelfAttribute("created_at")
    remove_at = LazyAttribute(lambda row: row.created_at + timedelta(days=30))


class ImportProblemFactory(TenantFactory):
    class Meta:
        model = ImportProblem

    upload = SubFactory(ImportUploadFactory, merchant=SelfAttribute("..merchant"))
    row = 2
    column = "Total"
    order = "#1"
    reason = "Row 2, column “Total”: “x” is no amount of money."


class ReplayFactory(TenantFactory):
    class Meta:
        model = Replay

    at = LazyFunction(timezone.now)
    by_name = "Person"


class EventDeliveryFactory(TenantFactory):
    """An event that a reader has still to handle."""

    class Meta:
        model = EventDelivery

    event = SubFactory(EventFactory, merchant=SelfAttribute("..merchant"))
    reader = "notifications"
    next_at = LazyFunction(timezone.now)


class OutageFactory(TenantFactory):
    """A way out that is paused."""

    class Meta:
        model = Outage

    since = LazyFunction(timezone.now)


class BrandVersionFactory(TenantFactory):
    """A draft; `published_at=…` makes it an earlier look."""

    class Meta:
        model = BrandVersion

    changed_at = LazyFunction(timezone.now)


class DomainFactory(TenantFactory):
    class Meta:
        model = Domain

    host = Sequence(lambda n: f"orders{n}.shop.example")
    token = "proof"


class InvitationFactory(TenantFactory):
    class Meta:
        model = Invitation

    email = Sequence(lambda n: f"invited-{n}@staff.example")
    role = Role.AGENT
    created_at = LazyFunction(timezone.now)
    expires_at = LazyAttribute(lambda row: row.created_at + timedelta(days=7))


class SupportHoursFactory(TenantFactory):
    class Meta:
        model = SupportHours

    in_force_from = LazyFunction(lambda: timezone.now() - timedelta(days=365))
    days = LazyFunction(lambda: {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed")})


class SettingChangeFactory(TenantFactory):
    class Meta:
        model = SettingChange

    at = LazyFunction(timezone.now)
    by_name = "Person"
    page = SettingsPage.BRAND
    kind = ChangeKind.CHANGED
    table = "merchants.brand"
    title = "Brand"
    fields = LazyFunction(lambda: {"footer": ["", "Hello"]})


class PersonalDataLookFactory(TenantFactory):
    class Meta:
        model = PersonalDataLook

    at = LazyFunction(timezone.now)
    user_name = "Person"
    kind = LookKind.PAGE
    table = "orders.order"
    rows = LazyFunction(lambda: [1])


class NoteFactory(TenantFactory):
    class Meta:
        model = Note

    order = SubFactory(OrderFactory, merchant=SelfAttribute("..merchant"))
    author_name = "Person"
    text = "Called the shopper back."
    at = LazyFunction(timezone.now)


class MentionFactory(TenantFactory):
    class Meta:
        model = Mention

    note = SubFactory(NoteFactory, merchant=SelfAttribute("..merchant"))
    user = SubFactory(UserFactory)


class OrderWordFactory(TenantFactory):
    """A word that the desk finds an order by; `fill_words` makes those of its names."""

    class Meta:
        model = OrderWord

    order = SubFactory(OrderFactory, merchant=SelfAttribute("..merchant"))
    word = Sequence(lambda n: f"word{n}")


class OrderTagFactory(TenantFactory):
    class Meta:
        model = OrderTag

    order = SubFactory(OrderFactory, merchant=SelfAttribute("..merchant"))
    name = "vip"
    at = LazyFunction(timezone.now)


class BookFactory(TenantFactory):
    """The figures of a merchant, counted just now."""

    class Meta:
        model = Book

    zone_name = SelfAttribute("merchant.zone_name")
    seen_until = LazyFunction(timezone.now)
    rebuilt_at = SelfAttribute("seen_until")


class CountedOrderFactory(TenantFactory):
    class Meta:
        model = CountedOrder

    order = SubFactory(OrderFactory, merchant=SelfAttribute("..merchant"))
    customer = SubFactory(CustomerFactory, merchant=SelfAttribute("..merchant"))
    currency = SelfAttribute("order.currency")
    placed_at = SelfAttribute("order.placed_at")
    day = LazyAttribute(lambda row: row.placed_at.date())
    place = 1
    cohort = LazyAttribute(lambda row: row.day.replace(day=1))
    opens_month = True
    revenue_minor = SelfAttribute("order.subtotal_minor")
    seen_at = LazyFunction(timezone.now)


class CountedRefundFactory(TenantFactory):
    class Meta:
        model = CountedRefund

    refund = SubFactory(RefundFactory, merchant=SelfAttribute("..merchant"))
    order = SelfAttribute("refund.order")
    customer = SubFactory(CustomerFactory, merchant=SelfAttribute("..merchant"))
    currency = SelfAttribute("refund.currency")
    at = SelfAttribute("refund.at")
    day = LazyAttribute(lambda row: row.at.date())
    is_first = True
    amount_minor = SelfAttribute("refund.amount_minor")


class DayFigureFactory(TenantFactory):
    class Meta:
        model = DayFigure

    currency = "EUR"
    day = LazyFunction(timezone.localdate)
    is_first = True
    orders = 1
    revenue_minor = 4000


class PairFigureFactory(TenantFactory):
    class Meta:
        model = PairFigure

    currency = "EUR"
    day = LazyFunction(timezone.localdate)
    is_first = True
    orders = 1
    revenue_minor = 4000


class CohortFigureFactory(TenantFactory):
    class Meta:
        model = CohortFigure

    currency = "EUR"
    cohort = LazyFunction(lambda: timezone.localdate().replace(day=1))
    month = SelfAttribute("cohort")
    customers = 1
    orders = 1
    revenue_minor = 4000


class ShipmentFactory(TenantFactory):
    """A parcel that is on its way since yesterday. Its scans are not made along with it."""

    class Meta:
        model = Shipment

    order = SubFactory(OrderFactory, merchant=SelfAttribute("..merchant"))
    external_id = Sequence(lambda n: f"gid://shopify/Fulfillment/{4000 + n}")
    number = Sequence(lambda n: f"JJD00039000755{5400000 + n}")
    number_key = SelfAttribute("number")
    carrier = "dhl_paket"
    to_country = "DE"
    milestone = Milestone.IN_TRANSIT
    since = LazyFunction(lambda: timezone.now() - timedelta(days=1))
    step = 3


class SimulatedParcelFactory(TenantFactory):
    class Meta:
        model = SimulatedParcel

    shipment = SubFactory(ShipmentFactory, merchant=SelfAttribute("..merchant"))


class ShipmentLineFactory(TenantFactory):
    class Meta:
        model = ShipmentLine

    shipment = SubFactory(ShipmentFactory, merchant=SelfAttribute("..merchant"))
    order_line = LazyAttribute(
        lambda row: OrderLineFactory(order=row.shipment.order, merchant=row.merchant)
    )
    quantity = 1


class ParcelCaseFactory(TenantFactory):
    class Meta:
        model = ParcelCase

    shipment = SubFactory(ShipmentFactory, merchant=SelfAttribute("..merchant"))
    kind = Trouble.STALE
    opened_at = LazyFunction(timezone.now)


class TrackingEventFactory(TenantFactory):
    """A scan as a row only: what follows from it for the parcel is not worked out."""

    class Meta:
        model = TrackingEvent

    shipment = SubFactory(ShipmentFactory, merchant=SelfAttribute("..merchant"))
    identity = Sequence(lambda n: f"scan-{n}")
    occurred_at = LazyFunction(lambda: timezone.now() - timedelta(hours=3))
    received_at = LazyAttribute(lambda scan: scan.occurred_at + timedelta(minutes=2))
    source = "aftership"
    milestone = Milestone.IN_TRANSIT
    code = "InTransit_003"
    text = "Arrived at the sorting centre"
    place = "Leipzig"
    country = "DE"


class NamedDateFactory(TenantFactory):
    class Meta:
        model = NamedDate

    shipment = SubFactory(ShipmentFactory, merchant=SelfAttribute("..merchant"))
    at = LazyFunction(timezone.now)
    source = DateSource.CARRIER
    milestone = Milestone.IN_TRANSIT
    from_day = LazyFunction(timezone.localdate)
    until_day = SelfAttribute("from_day")


class TransitDaysFactory(TenantFactory):
    class Meta:
        model = TransitDays

    name = "transit any"
    days = Sequence(lambda n: n % 30)
    weight = 1
    parcels = 1


class ScanGapFactory(TenantFactory):
    class Meta:
        model = ScanGap

    carrier = "dhl_paket"
    milestone = Milestone.IN_TRANSIT
    hours = Sequence(lambda n: n % 200)
    weight = 1


class RangeCalibrationFactory(TenantFactory):
    class Meta:
        model = RangeCalibration


class UnknownWordFactory(TenantFactory):
    class Meta:
        model = UnknownWord

    source = "aftership"
    word = Sequence(lambda n: f"InTransit_9{n:02d}")
    seen = 3
    first_at = LazyFunction(lambda: timezone.now() - timedelta(days=2))
    last_at = LazyFunction(timezone.now)


class TroubleRulesFactory(TenantFactory):
    class Meta:
        model = TroubleRules


class CarrierAccountFactory(TenantFactory):
    class Meta:
        model = CarrierAccount

    source = "aftership"
    name = "AfterShip"
    secret = "as_secret_never_shown"


class CarrierDeliveryFactory(TenantFactory):
    class Meta:
        model = CarrierDelivery

    account = SubFactory(CarrierAccountFactory, merchant=SelfAttribute("..merchant"))
    event_key = Sequence(lambda n: f"carrier-event-{n}")
    body = b"{}"
    received_at = LazyFunction(timezone.now)
    next_at = SelfAttribute("received_at")
