"""The desk's pages of messages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from merchants.admin import FactsAdmin, FactsInline
from notifications.models import Attempt, Message, Outage, Suppression


class AttemptInline(FactsInline):
    """The tries to send a message."""

    model = Attempt
    fields = ("at", "outcome", "answer")


@admin.register(Message)
class MessageAdmin(FactsAdmin):
    """Every message: what became of it, and why it was not sent."""

    list_display = ("kind", "order", "merchant", "state", "reason", "send_at", "settled_at")
    list_select_related = ("order", "merchant")
    list_filter = ("state", "kind")
    exclude = ("dedupe_key", "token", "leased_until")
    inlines = (AttemptInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Load what the page of a message names."""
        return super().get_queryset(request).select_related("order", "merchant")


@admin.register(Attempt)
class AttemptAdmin(FactsAdmin):
    """Tries to send, of all messages together."""

    list_display = ("at", "outcome", "answer", "merchant")
    list_select_related = ("merchant",)


@admin.register(Suppression)
class SuppressionAdmin(FactsAdmin):
    """Addresses that take no mail. Removing one lets mails go there again."""

    list_display = ("address", "merchant", "reason", "created_at")
    list_select_related = ("merchant",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request)


@admin.register(Outage)
class OutageAdmin(FactsAdmin):
    """Routes that are paused because their server does not answer."""

    list_display = ("merchant", "channel", "failures", "paused_until", "since", "answer")
    list_select_related = ("merchant",)
