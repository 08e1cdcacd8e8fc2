from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """What merchants promise about taking goods back."""

    name = "returns"
    default_auto_field = "django.db.models.BigAutoField"
