"""Parcels: what is in each, and where it is."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.models import Fulfilment, Order, OrderLine
from postpurchase.lib.ids import uuid7
from postpurchase.lib.tenancy import Tenant
from tracking.statuses import (
    OPEN_MILESTONES,
    CarrierChosenBy,
    CaseAnswer,
    CaseState,
    Cause,
    DateSource,
    Direction,
    Milestone,
    Party,
    Trouble,
)


class Shipment(Tenant):
    """A parcel, on its way out or back. Where it is follows from its scans and nothing else.

    What the scans say (`milestone` … `was_cancelled_under_way`) is worked out by
    `tracking.journey` from all of them, each time anew, under a lock on this row. `recent` holds
    what the shopper's page shows of them, so that the page reads one row.
    """

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    order = models.ForeignKey(
        Order,
        on_delete=models.CASCADE,
        related_name="shipments",
        db_constraint=False,
        db_index=False,
    )
    fulfilment = models.ForeignKey(
        Fulfilment,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    """Whose goods it carries; several parcels of one fulfilment carry them together."""
    external_id = models.CharField(_("id at its source"), max_length=300)
    direction = models.CharField(
        _("direction"), max_length=6, choices=Direction, default=Direction.OUT
    )
    leg = models.PositiveSmallIntegerField(_("leg"), default=1)
    number = models.CharField(_("tracking number"), max_length=100, blank=True)
    number_key = models.CharField(max_length=100, blank=True, editable=False)
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    carrier_said = models.CharField(_("carrier, as the shop says"), max_length=500, blank=True)
    carrier_by = models.CharField(
        _("carrier named by"),
        max_length=10,
        choices=CarrierChosenBy,
        default=CarrierChosenBy.NUMBER,
    )
    service = models.CharField(_("service"), max_length=200, blank=True)
    url = models.CharField(_("the carrier’s page"), max_length=1000, blank=True)
    from_country = models.CharField(_("from country"), max_length=2, blank=True)
    from_postcode = models.CharField(_("from postcode"), max_length=20, blank=True)
    to_country = models.CharField(_("to country"), max_length=2, blank=True)
    to_region = models.CharField(_("to region"), max_length=100, blank=True)
    to_postcode = models.CharField(_("to postcode"), max_length=20, blank=True)
    shipped_at = models.DateTimeField(_("sent, as the shop says"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("taken back by the shop"), null=True, blank=True)
    """The shop no longer knows of it; what is known of it stays, its contents are elsewhere."""
    is_history = models.BooleanField(_("imported history"), default=False)

    milestone = models.CharField(
        _("where it is"), max_length=20, choices=Milestone, default=Milestone.UNKNOWN
    )
    since = models.DateTimeField(_("since"), null=True, blank=True)
    step = models.PositiveSmallIntegerField(_("step"), default=0)
    cause = models.CharField(_("cause"), max_length=20, choices=Cause, blank=True, default="")
    must_act = models.CharField(
        _("who must act"), max_length=10, choices=Party, blank=True, default=""
    )
    is_delayed = models.BooleanField(_("delayed"), default=False)
    picked_up_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    returning_since = models.DateTimeField(_("on its way back since"), null=True, blank=True)
    first_scan_at = models.DateTimeField(_("first scan"), null=True, blank=True)
    last_scan_at = models.DateTimeField(_("last scan"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    has_scan_after_delivery = models.BooleanField(_("scanned after delivery"), default=False)
    was_cancelled_under_way = models.BooleanField(_("cancelled under way"), default=False)
    signed_by = models.CharField(_("signed by"), max_length=200, blank=True)
    recent = models.JSONField(_("newest scans"), default=list, blank=True)
    """The newest thirty scans, newest first (`tracking.actions.scans.shown`)."""
    heard_at = models.DateTimeField(_("last news"), null=True, blank=True)

    carrier_from = models.DateField(_("carrier says from"), null=True, blank=True)
    carrier_until = models.DateField(_("carrier says until"), null=True, blank=True)
    carrier_day_by = models.CharField(_("as told by"), max_length=20, blank=True)
    expected_from = models.DateField(_("expected from"), null=True, blank=True)
    expected_until = models.DateField(_("expected until"), null=True, blank=True)
    expected_by = models.CharField(
        _("date named by"), max_length=10, choices=DateSource, blank=True, default=""
    )
    expected_ground = models.JSONField(_("on the ground of"), default=dict, blank=True)
    promised_from = models.DateField(_("promised first, from"), null=True, blank=True)
    promised_until = models.DateField(_("promised first, until"), null=True, blank=True)
    learnt_at = models.DateTimeField(_("learnt from"), null=True, blank=True)

    next_poll_at = models.DateTimeField(_("to be asked for"), null=True, blank=True)
    polled_at = models.DateTimeField(_("asked for"), null=True, blank=True)
    quiet_polls = models.PositiveSmallIntegerField(_("asked without news"), default=0)
    next_look_at = models.DateTimeField(_("to be looked after"), null=True, blank=True)
    """When silence, or a day that passes, may turn into trouble (`tracking.actions.troubles`)."""
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        constraints = [
            models.UniqueConstraint(fields=["order", "external_id"], name="tracking_shipment_once"),
            models.UniqueConstraint(fields=["merchant", "id"], name="tracking_shipment_tenant"),
            models.CheckConstraint(
                name="tracking_milestone_known", condition=Q(milestone__in=Milestone.values)
            ),
            models.CheckConstraint(
                name="tracking_direction_known", condition=Q(direction__in=Direction.values)
            ),
            models.CheckConstraint(
                name="tracking_delivered_says_when",
                condition=Q(milestone=Milestone.DELIVERED, delivered_at__isnull=False)
                | (~Q(milestone=Milestone.DELIVERED) & Q(delivered_at=None)),
            ),
            models.CheckConstraint(
                name="tracking_dates_in_order",
                condition=Q(expected_from=None) | Q(expected_from__lte=F("expected_until")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["merchant", "number_key"],
                name="tracking_by_number",
                condition=~Q(number_key=""),
            ),
            models.Index(fields=["merchant", "updated_at", "id"], name="tracking_by_change"),
            models.Index(
                fields=["next_poll_at", "id"],
                name="tracking_poll_due",
                condition=Q(next_poll_at__isnull=False),
            ),
            models.Index(
                fields=["next_look_at", "id"],
                name="tracking_look_due",
                condition=Q(next_look_at__isnull=False),
            ),
            models.Index(
                fields=["merchant", "-delivered_at"],
                name="tracking_delivered",
                condition=Q(delivered_at__isnull=False),
            ),
            models.Index(
                fields=["delivered_at", "id"],
                name="tracking_to_learn",
                condition=Q(delivered_at__isnull=False, learnt_at=None),
            ),
            models.Index(
                fields=["merchant", "-returning_since"],
                name="tracking_turned_back",
                condition=Q(returning_since__isnull=False),
            ),
            models.Index(
                fields=["merchant", "milestone", "-since", "-id"],
                name="tracking_open_newest",
                condition=Q(milestone__in=sorted(OPEN_MILESTONES), withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.order_id}/{self.external_id}"

    @property
    def is_open(self) -> bool:
        """Tell whether something is still expected of its carrier."""
        return self.withdrawn_at is None and self.milestone in OPEN_MILESTONES


class ShipmentLine(Tenant):
    """How much of an order's line is in a parcel."""

    shipment = models.ForeignKey(
        Shipment, on_delete=models.CASCADE, related_name="lines", db_constraint=False
    )
    order_line = models.ForeignKey(
        OrderLine, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("line of a shipment")
        verbose_name_plural = _("lines of shipments")
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "order_line"], name="tracking_shipment_line_once"
            ),
            models.CheckConstraint(
                name="tracking_shipment_line_holds_some", condition=Q(quantity__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line_id}"


class ParcelCase(Tenant):
    """Trouble with a parcel that somebody looks after: one row for each time it happens.

    `occasion` tells apart what may happen again: the day of a failed attempt, the moment since
    which nothing moved. The shopper may answer (`answer`), the desk closes it, and news of the
    parcel that end the trouble close it by themselves.
    """

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    shipment = models.ForeignKey(
        Shipment, on_delete=models.CASCADE, related_name="cases", db_constraint=False
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Trouble)
    occasion = models.CharField(max_length=60, blank=True)
    cause = models.CharField(_("cause"), max_length=20, choices=Cause, blank=True, default="")
    must_act = models.CharField(
        _("who must act"), max_length=10, choices=Party, blank=True, default=""
    )
    state = models.CharField(_("state"), max_length=10, choices=CaseState, default=CaseState.OPEN)
    opened_at = models.DateTimeField(_("since"))
    due_at = models.DateTimeField(_("to be settled by"), null=True, blank=True)
    data = models.JSONField(_("details"), default=dict, blank=True)
    answer = models.CharField(
        _("what the shopper wants"), max_length=20, choices=CaseAnswer, blank=True, default=""
    )
    answer_data = models.JSONField(_("the shopper’s words"), default=dict, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.CharField(_("closed by"), max_length=200, blank=True)
    outcome = models.CharField(_("how it ended"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("parcel case")
        verbose_name_plural = _("parcel cases")
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "kind", "occasion"], name="tracking_case_once"
            ),
            models.UniqueConstraint(fields=["merchant", "id"], name="tracking_case_tenant"),
            models.CheckConstraint(
                name="tracking_case_kind_known", condition=Q(kind__in=Trouble.values)
            ),
            models.CheckConstraint(
                name="tracking_case_state_known", condition=Q(state__in=CaseState.values)
            ),
        ]
        indexes = [
            models.Index(
                fields=["merchant", "kind", "opened_at", "id"],
                name="tracking_cases_open",
                condition=~Q(state=CaseState.CLOSED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.shipment_id}"
