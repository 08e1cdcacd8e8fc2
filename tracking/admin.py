"""The desk's pages of tracking."""

from django.contrib import admin

from merchants.tables import SettingsAdmin
from tracking.models import ShippingPromise


@admin.register(ShippingPromise)
class ShippingPromiseAdmin(SettingsAdmin):
    """How many business days a merchant takes, by country."""

    dashboard = "dashboard:policies"
    list_display = (
        "merchant", "country", "in_force_from", "cut_off", "processing_days",
        "transit_min_days", "transit_max_days",
    )  # fmt: skip
    list_select_related = ("merchant",)
