"""The desk's pages of returns."""

from django.contrib import admin

from merchants.admin import VersionedAdmin
from returns.models import ReturnPolicy


@admin.register(ReturnPolicy)
class ReturnPolicyAdmin(VersionedAdmin):
    """How long and on which terms goods are taken back."""

    list_display = ("merchant", "in_force_from", "days", "is_free")
    list_select_related = ("merchant",)
