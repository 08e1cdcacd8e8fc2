"""The desk's pages of messages."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.statuses import LookKind
from merchants.tables import FactsAdmin, FactsInline, PersonalDataAdmin, SettingsAdmin
from notifications.actions import NotSendable, ask_again
from notifications.models import (
    Attempt,
    Message,
    MessageChoice,
    MessageParcel,
    Outage,
    Suppression,
)
from orders.statuses import ActorKind
from orders.timeline import Actor


class AttemptInline(FactsInline):
    """The tries to send a message."""

    model = Attempt
    fields = ("at", "outcome", "answer")


@admin.register(Message)
class MessageAdmin(PersonalDataAdmin):
    """Every message: what became of it, and why it was not sent."""

    looks_as = LookKind.MAIL
    list_display = ("kind", "order", "merchant", "state", "why", "send_at", "settled_at")
    list_select_related = ("order", "merchant")
    list_filter = ("state", "kind")
    exclude = ("dedupe_key", "token", "leased_until")
    inlines = (AttemptInline,)
    actions = ("send_selected_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Load what the page of a message names."""
        return super().get_queryset(request).select_related("order", "merchant")

    @admin.display(description=_("why not sent"))
    def why(self, message: Message) -> str:
        """Say in words why it was not sent."""
        return message.explanation

    @admin.action(description=_("Send the selected messages again"), permissions=["work"])
    def send_selected_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Resolve what failed or is in doubt; the mail keeps its Message-ID."""
        actor = Actor(ActorKind.STAFF, str(request.user)[:200])
        for message in queryset:
            try:
                ask_again(message, actor=actor, now=timezone.now())
            except NotSendable as refusal:
                self.message_user(request, f"{message}: {refusal.reason}", messages.ERROR)


@admin.register(Attempt)
class AttemptAdmin(FactsAdmin):
    """Tries to send, of all messages together."""

    list_display = ("at", "outcome", "answer", "merchant")
    list_select_related = ("merchant",)


@admin.register(MessageParcel)
class MessageParcelAdmin(PersonalDataAdmin):
    """Which change of which parcel a message tells of."""

    list_display = ("message", "shipment", "kind", "change", "merchant")
    list_select_related = ("message", "shipment", "merchant")


@admin.register(MessageChoice)
class MessageChoiceAdmin(SettingsAdmin):
    """Which kinds of message a merchant wants to go out, where it is not as usual."""

    dashboard = "dashboard:messages_kinds"
    list_display = ("merchant", "kind", "is_on")
    list_select_related = ("merchant",)


@admin.register(Suppression)
class SuppressionAdmin(PersonalDataAdmin):
    """Addresses that take no mail; the dashboard's messages let mails go there again."""

    list_display = ("address", "merchant", "reason", "created_at")
    list_select_related = ("merchant",)


@admin.register(Outage)
class OutageAdmin(FactsAdmin):
    """Routes that are paused because their server does not answer."""

    list_display = ("merchant", "channel", "failures", "paused_until", "since", "answer")
    list_select_related = ("merchant",)
