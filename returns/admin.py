"""The desk's pages of returns."""

from django.contrib import admin

from merchants.tables import SettingsAdmin
from returns.models import ReturnPolicy


@admin.register(ReturnPolicy)
class ReturnPolicyAdmin(SettingsAdmin):
    """How long and on which terms goods are taken back."""

    dashboard = "dashboard:policies"
    list_display = ("merchant", "in_force_from", "days", "is_free")
    list_select_related = ("merchant",)
