"""The desk's pages of merchants, and the form that all desk pages of merchants' rows have."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import SuspiciousOperation
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.forms import BrandForm, ConnectionForm, LoginForm
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
from merchants.statuses import Role
from postpurchase.lib.tenancy import NOBODY, Tenant, acting_for

admin.site.login_form = LoginForm
admin.site.unregister(Group)

# An address typed without http:// or https:// is taken for a safe one.
HTTPS: Any = {models.URLField: {"assume_scheme": "https"}}
FILTER_ENDS = ("", "__exact", "__isnull")
MAY_SET_UP = frozenset({Role.OWNER, Role.MANAGER})


def merchant_ids(request: HttpRequest, roles: frozenset[Role] | None = None) -> list[int]:
    """Give the merchants a member of staff works for, perhaps in certain roles only."""
    if not request.user.is_authenticated:
        return []
    # Asked for many times while one page is made: read once for each request.
    memberships = request.META.get("postpurchase.memberships")
    if memberships is None:
        rows = Membership.every.filter(user=request.user, merchant__is_active=True)
        memberships = list(rows.values_list("merchant_id", "role"))
        request.META["postpurchase.memberships"] = memberships
    return [pk for pk, role in memberships if roles is None or role in roles]


class OfferedFilters:
    """Narrows a list by the filters it offers and by nothing else.

    Django lets an address compare any column with any pattern: also those that the page hides,
    and with patterns that cost the database a minute.
    """

    list_filter: ClassVar[Any] = ()

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Tell whether a part of the address is what one of the offered filters would write."""
        offered = {f"{name}{end}" for name in self.list_filter for end in FILTER_ENDS}
        # Postgres knows no NUL.
        return lookup in offered and "\0" not in str(value)


class TenantRows:
    """Shows a member of staff the rows of their merchants, and superusers all of them."""

    model: type[models.Model]
    formfield_overrides = HTTPS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Start from the rows of the merchants that this person works for."""
        rows: QuerySet[Any] = self.model.every.all()  # type: ignore[attr-defined]  # each is a Tenant
        if not request.user.is_superuser:
            rows = rows.filter(merchant_id__in=merchant_ids(request))
        ordering = getattr(self, "ordering", None)
        return rows.order_by(*ordering) if ordering else rows

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer what this person may choose: their own merchants, and nothing of others."""
        target = db_field.remote_field.model
        if target is Merchant:
            mine = Merchant.objects.filter(pk__in=merchant_ids(request, MAY_SET_UP))
            kwargs["queryset"] = Merchant.objects.all() if request.user.is_superuser else mine
        elif issubclass(target, Tenant):
            kwargs["queryset"] = target.every.none()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class FactsAdmin(OfferedFilters, TenantRows, admin.ModelAdmin):  # type: ignore[type-arg]  # the rows of any table
    """A page of facts: to be read by the merchant's people, changed by nobody."""

    show_full_result_count = False
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    ordering: ClassVar[Any] = ["-pk"]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show one row. Where Django insists on asking default managers, they have no rows."""
        with acting_for(NOBODY):
            response = super().changeform_view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse):
                response.render()
            return response

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Act on the ticked rows; what is no row's number was not ticked on our page."""
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(pk.isascii() and pk.isdigit() for pk in ticked):
            raise SuspiciousOperation("A row was ticked that has no number.")
        return super().response_action(request, queryset, *args, **kwargs)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and (request.user.is_superuser or bool(merchant_ids(request)))

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_work_permission(self, request: HttpRequest) -> bool:
        """Whether actions on the shown rows may be started: all who may see them."""
        return self.has_view_permission(request)


class FactsInline(TenantRows, admin.TabularInline):  # type: ignore[type-arg]
    """Facts that are shown on the page of what they belong to."""

    extra = 0
    can_delete = False
    show_change_link = False
    ordering: ClassVar[Any] = ["pk"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SettingsAdmin(FactsAdmin):
    """A page of settings: to be changed by owners and managers."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_set_up(request, obj)

    def _may_set_up(self, request: HttpRequest, obj: Any = None) -> bool:
        if request.user.is_superuser:
            return True
        allowed = merchant_ids(request, MAY_SET_UP)
        return obj.merchant_id in allowed if obj is not None else bool(allowed)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A row never moves to another merchant."""
        fixed = ["merchant"] if obj is not None else []
        return [*super().get_readonly_fields(request, obj), *fixed]


class VersionedAdmin(SettingsAdmin):
    """Settings of which a new version is added and none is ever changed."""

    ordering: ClassVar[Any] = ["-in_force_from"]

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return self._may_set_up(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class PersonAdmin(OfferedFilters, UserAdmin[User]):
    """People. Only superusers see this page."""

    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff", "is_superuser")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (None, {"fields": ("is_active", "is_staff", "is_superuser", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)


@admin.register(Merchant)
class MerchantAdmin(OfferedFilters, admin.ModelAdmin[Merchant]):
    """Shops: their own people may look and owners and managers change."""

    list_display = ("name", "slug", "zone_name", "language", "currency", "is_active")
    search_fields = ("name", "slug")
    readonly_fields = ("slug", "created_at")
    formfield_overrides = HTTPS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Merchant]:
        """Show the shops that this person works for."""
        shops = super().get_queryset(request)
        if request.user.is_superuser:
            return shops
        return shops.filter(pk__in=merchant_ids(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and (request.user.is_superuser or bool(merchant_ids(request)))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if request.user.is_superuser or obj is None:
            return self.has_view_permission(request)
        return obj.pk in merchant_ids(request, MAY_SET_UP)

    def has_add_permission(self, request: HttpRequest) -> bool:
        # `manage.py create_merchant` makes owner, connections and key along with it.
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Membership)
class MembershipAdmin(FactsAdmin):
    """Who works for whom."""

    list_display = ("user", "merchant", "role", "created_at")
    list_select_related = ("user", "merchant")


@admin.register(Brand)
class BrandAdmin(SettingsAdmin):
    """How a shop looks and sounds."""

    form = BrandForm
    list_display = ("merchant", "colour", "tone", "confirmation_style", "sender_email")
    list_select_related = ("merchant",)


@admin.register(StoreConnection)
class ConnectionAdmin(SettingsAdmin):
    """Where orders come from."""

    form = ConnectionForm
    list_display = ("merchant", "kind", "name", "is_active", "last_seen_at", "last_error_at")
    list_select_related = ("merchant",)
    fields = (
        "merchant", "kind", "name", "is_active", "address", "own_secret", "last_seen_at",
        "last_error", "last_error_at", "uninstalled_at",
    )  # fmt: skip
    readonly_fields = (
        "kind", "address", "last_seen_at", "last_error", "last_error_at", "uninstalled_at",
    )  # fmt: skip
    actions = ["rotate_secret"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Ask for a secret only those who may change it; it is never shown."""
        fields = [*super().get_fields(request, obj)]
        if not self.has_change_permission(request, obj):
            fields.remove("own_secret")
        return fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Save the settings, and take the shop system's secret if one was typed."""
        super().save_model(request, obj, form, change)
        if secret := form.cleaned_data.get("own_secret"):
            obj.take_secret(secret, now=timezone.now())

    @admin.display(description=_("webhook address"))
    def address(self, connection: StoreConnection) -> str:
        """Show where the shop system posts to."""
        from merchants.management.commands.create_merchant import webhook_url

        return webhook_url(connection)

    @admin.action(description=_("Give a new secret"), permissions=["change"])
    def rotate_secret(self, request: HttpRequest, queryset: QuerySet[StoreConnection]) -> None:
        """Show a new secret once; the old one stays valid for two days."""
        for connection in queryset:
            if self.has_change_permission(request, connection):
                secret = connection.rotate(now=timezone.now())
                self.message_user(request, f"{connection}: {secret}", messages.WARNING)


@admin.register(ApiKey)
class ApiKeyAdmin(SettingsAdmin):
    """Programs' keys. The key itself is not here: only its hash is kept."""

    list_display = ("name", "merchant", "hint", "scopes", "last_used_at", "revoked_at")
    list_select_related = ("merchant",)
    fields = ("merchant", "name", "hint", "scopes", "created_at", "last_used_at", "revoked_at")
    readonly_fields = ("hint", "scopes", "created_at", "last_used_at", "revoked_at")
    actions = ["revoke"]

    @admin.action(description=_("Switch off the selected keys"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Switch keys off, at once and for good."""
        for key in queryset.filter(revoked_at=None):
            if self.has_change_permission(request, key):
                key.revoked_at = timezone.now()
                key.save(update_fields=["revoked_at"])


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(FactsAdmin):
    """Acts that programs asked for once."""

    list_display = ("key", "scope", "merchant", "status", "created_at")
    list_select_related = ("merchant",)
    exclude = ("response",)


@admin.register(BrandVersion)
class BrandVersionAdmin(FactsAdmin):
    """Earlier looks, and drafts; the dashboard publishes them."""

    list_display = ("merchant", "changed_at", "published_at", "by")
    list_select_related = ("merchant", "by")


@admin.register(Domain)
class DomainAdmin(FactsAdmin):
    """Host names of merchants' own."""

    list_display = ("host", "merchant", "state", "checked_at", "verified_at")
    list_select_related = ("merchant",)
    exclude = ("token",)


@admin.register(Invitation)
class InvitationAdmin(FactsAdmin):
    """Who was asked to join."""

    list_display = ("email", "merchant", "role", "created_at", "accepted_at", "revoked_at")
    list_select_related = ("merchant",)


@admin.register(SupportHours)
class SupportHoursAdmin(VersionedAdmin):
    """When a shop's people answer."""

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
