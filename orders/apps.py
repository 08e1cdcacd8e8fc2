from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Orders as their shops state them, their story, and the inbox they come in by."""

    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"
