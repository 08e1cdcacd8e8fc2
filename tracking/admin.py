"""The desk's pages of tracking."""

from django.contrib import admin

from merchants.admin import VersionedAdmin
from tracking.models import ShippingPromise


@admin.register(ShippingPromise)
class ShippingPromiseAdmin(VersionedAdmin):
    """How many business days a merchant takes, by country."""

    list_display = (
        "merchant", "country", "in_force_from", "cut_off", "processing_days",
        "transit_min_days", "transit_max_days",
    )  # fmt: skip
    list_select_related = ("merchant",)
