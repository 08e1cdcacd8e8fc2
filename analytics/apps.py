from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    """Figures of a shop, kept so that a page of them costs little however many orders there are."""

    name = "analytics"
    verbose_name = _("Analytics")
