"""The desk's pages of merchants' tables. All are facts here; the dashboard changes settings."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

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
from merchants.tables import (
    FactsAdmin,
    FactsInline,
    OfferedFilters,
    PersonalDataAdmin,
    SettingsAdmin,
    merchant_ids,
)

__all__ = ["FactsAdmin", "FactsInline", "PersonalDataAdmin", "SettingsAdmin"]


@admin.register(User)
class PersonAdmin(OfferedFilters, UserAdmin[User]):
    """People. Only superusers see this page; they switch people off and set passwords."""

    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff", "is_superuser")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    filter_horizontal = ()
    readonly_fields = ("last_login",)
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (None, {"fields": ("is_active", "is_staff", "is_superuser", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # What a person did stands under their name: people are switched off.
        return False


@admin.register(Merchant)
class MerchantAdmin(FactsAdmin):
    """Shops: their own people may look."""

    list_display = ("name", "slug", "zone_name", "language", "currency", "is_active")
    search_fields = ("name", "slug")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Merchant]:
        """Show the shops that this person works for."""
        shops = Merchant.objects.order_by("-pk")
        if request.user.is_superuser:
            return shops
        return shops.filter(pk__in=merchant_ids(request))

    def leads_to(self, row: Any) -> dict[str, Any]:
        """Lead to the page of the dashboard where a shop is changed."""
        if row is None:
            return {}
        return {"lead": reverse("dashboard:shop", args=[row.slug]), "leads_to_change": True}


@admin.register(Membership)
class MembershipAdmin(SettingsAdmin):
    """Who works for whom."""

    dashboard = "dashboard:team"
    list_display = ("user", "merchant", "role", "created_at")
    list_select_related = ("user", "merchant")


@admin.register(Brand)
class BrandAdmin(SettingsAdmin):
    """How a shop looks and sounds."""

    dashboard = "dashboard:brand"
    list_display = ("merchant", "colour", "tone", "confirmation_style", "sender_email")
    list_select_related = ("merchant",)


@admin.register(StoreConnection)
class ConnectionAdmin(SettingsAdmin):
    """Where orders come from. Their secrets are not here."""

    dashboard = "dashboard:connections"
    list_display = ("merchant", "kind", "name", "is_active", "last_seen_at", "last_error_at")
    list_select_related = ("merchant",)
    fields = (
        "merchant", "kind", "name", "is_active", "last_seen_at", "last_error", "last_error_at",
        "uninstalled_at",
    )  # fmt: skip


@admin.register(ApiKey)
class ApiKeyAdmin(SettingsAdmin):
    """Programs' keys. The key itself is not here: only its hash is kept."""

    dashboard = "dashboard:keys"
    list_display = ("name", "merchant", "hint", "scopes", "last_used_at", "revoked_at")
    list_select_related = ("merchant",)
    fields = ("merchant", "name", "hint", "scopes", "created_at", "last_used_at", "revoked_at")
    readonly_fields = ("created_at",)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(FactsAdmin):
    """Acts that programs and forms asked for once."""

    list_display = ("key", "scope", "merchant", "status", "created_at")
    list_select_related = ("merchant",)
    exclude = ("response",)


@admin.register(BrandVersion)
class BrandVersionAdmin(SettingsAdmin):
    """Earlier looks, and drafts; the dashboard publishes them."""

    dashboard = "dashboard:brand"
    list_display = ("merchant", "changed_at", "published_at", "by")
    list_select_related = ("merchant", "by")


@admin.register(Domain)
class DomainAdmin(SettingsAdmin):
    """Host names of merchants' own."""

    dashboard = "dashboard:brand"
    list_display = ("host", "merchant", "state", "checked_at", "verified_at")
    list_select_related = ("merchant",)
    exclude = ("token",)


@admin.register(Invitation)
class InvitationAdmin(SettingsAdmin):
    """Who was asked to join."""

    dashboard = "dashboard:team"
    list_display = ("email", "merchant", "role", "created_at", "accepted_at", "revoked_at")
    list_select_related = ("merchant",)


@admin.register(SupportHours)
class SupportHoursAdmin(SettingsAdmin):
    """When a shop's people answer."""

    dashboard = "dashboard:policies"
    list_display = ("merchant", "in_force_from", "closed_on_holidays")
    list_select_related = ("merchant",)


@admin.register(SettingChange)
class SettingChangeAdmin(FactsAdmin):
    """Who changed which setting, from what to what."""

    list_display = ("at", "merchant", "page", "title", "kind", "by_name")
    list_select_related = ("merchant",)
    list_filter = ("page", "kind")


@admin.register(PersonalDataLook)
class PersonalDataLookAdmin(FactsAdmin):
    """Who was shown whose data."""

    list_display = ("at", "merchant", "user_name", "kind", "table")
    list_select_related = ("merchant",)
    list_filter = ("kind",)
