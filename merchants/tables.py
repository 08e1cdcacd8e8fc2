"""The form that all pages of tables on the desk have: facts to be read, and looks written down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import SuspiciousOperation
from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from merchants.actions import Viewer, note_look
from merchants.memberships import memberships_of
from merchants.models import User
from merchants.policy import Permission, may
from merchants.statuses import LookKind, Role
from postpurchase.lib.tenancy import NOBODY, acting_for

# An address typed without http:// or https:// is taken for a safe one.
HTTPS: Any = {models.URLField: {"assume_scheme": "https"}}
FILTER_ENDS = ("", "__exact", "__isnull")


def merchant_ids(request: HttpRequest, permission: Permission = Permission.LOOK) -> list[int]:
    """Give the merchants for which a member of staff may do something."""
    rows = memberships_of(request)
    return [row.merchant_id for row in rows if may(Role(row.role), permission)]


class CappedPaginator(Paginator[Any]):
    """Pages of a table's newest rows: no list counts, or goes through, more than a thousand."""

    MOST = 1_000

    @cached_property
    def count(self) -> int:
        """Count the rows, as far as anybody turns pages."""
        return int(self.object_list.order_by()[: self.MOST].count())  # type: ignore[attr-defined]  # a query


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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Start from the rows of the merchants that this person works for."""
        rows: QuerySet[Any] = self.model.every.all()  # type: ignore[attr-defined]  # each is a Tenant
        if not request.user.is_superuser:
            rows = rows.filter(merchant_id__in=merchant_ids(request))
        ordering = getattr(self, "ordering", None)
        return rows.order_by(*ordering) if ordering else rows


class FactsAdmin(OfferedFilters, TenantRows, admin.ModelAdmin):  # type: ignore[type-arg]  # the rows of any table
    """A page of facts: to be read by the merchant's people, changed by nobody."""

    formfield_overrides = HTTPS
    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    show_facets = admin.ShowFacets.NEVER
    ordering: ClassVar[Any] = ["-pk"]

    @property
    def media(self) -> forms.Media:
        """Load what ticks all rows; a page that is only read needs no more."""
        return forms.Media(js=["admin/js/actions.js"])

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show one row. Where Django insists on asking default managers, they have no rows."""
        with acting_for(NOBODY):
            response = super().changeform_view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse):
                row = (response.context_data or {}).get("original")
                response.context_data = {**(response.context_data or {}), **self.leads_to(row)}
                self.shown(request, [row] if row else [], is_list=False)
                response.render()
            return response

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show some rows; whoever must know of it is told which."""
        response = super().changelist_view(request, extra_context)
        listing = (getattr(response, "context_data", None) or {}).get("cl")
        if listing is not None:
            self.shown(request, listing.result_list, is_list=True)
        return response

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Lead back to the row: facts have their own story, Django's log knows nothing of it."""
        name = f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[object_id]))

    def shown(self, request: HttpRequest, rows: Iterable[Any], *, is_list: bool) -> None:
        """Hear which rows a page shows."""

    def leads_to(self, row: Any) -> dict[str, Any]:
        """Give where a row is worked on, if that is elsewhere: `lead` and `lead_label`."""
        return {}

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Act on the ticked rows; what is no row's number was not ticked on our page."""
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(pk.isascii() and pk.isdigit() for pk in ticked):
            raise SuspiciousOperation("A row was ticked that has no number.")
        return super().response_action(request, self._served(request, queryset), *args, **kwargs)

    def _served(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of merchants for whom this person does what support does."""
        if request.user.is_superuser:
            return rows
        return rows.filter(merchant_id__in=merchant_ids(request, Permission.SERVE))

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
        """Whether actions on the shown rows may be started: by those who may serve."""
        is_staff = request.user.is_active and request.user.is_staff
        return is_staff and (
            request.user.is_superuser or bool(merchant_ids(request, Permission.SERVE))
        )


class PersonalDataAdmin(FactsAdmin):
    """Facts about people: every look at them is written down, with the right merchant."""

    looks_as: ClassVar[LookKind] = LookKind.PAGE

    def shown(self, request: HttpRequest, rows: Iterable[Any], *, is_list: bool) -> None:
        """Write down who was shown which rows: of several merchants, one look for each."""
        assert isinstance(request.user, User)
        by_merchant: dict[int, list[int]] = defaultdict(list)
        for row in rows:
            by_merchant[row.merchant_id].append(row.pk)
        kind = LookKind.LIST if is_list else self.looks_as
        now = timezone.now()
        for merchant_id, pks in by_merchant.items():
            viewer = Viewer(request.user, merchant_id)
            note_look(viewer, kind, of=self.model, rows=pks, now=now)


class SettingsAdmin(FactsAdmin):
    """Settings, to be read: the dashboard changes them, where each change is written down."""

    dashboard: ClassVar[str]
    """The page of the dashboard where they are changed."""

    def leads_to(self, row: Any) -> dict[str, Any]:
        """Lead to the page of the dashboard where a row is changed."""
        if row is None:
            return {}
        return {"lead": reverse(self.dashboard, args=[row.merchant.slug]), "leads_to_change": True}


class FactsInline(TenantRows, admin.TabularInline):  # type: ignore[type-arg]
    """Facts that are shown on the page of what they belong to."""

    extra = 0
    can_delete = False
    show_change_link = False
    ordering: ClassVar[Any] = ["pk"]

    @property
    def media(self) -> forms.Media:
        """Load nothing: rows are only read."""
        return forms.Media()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
