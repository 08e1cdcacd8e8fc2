from django.apps import AppConfig


class MerchantsConfig(AppConfig):
    """Shops, their people, brands, connections and keys."""

    name = "merchants"
    default_auto_field = "django.db.models.BigAutoField"
