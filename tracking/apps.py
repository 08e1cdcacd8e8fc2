from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """Where parcels are and when they come."""

    name = "tracking"
    default_auto_field = "django.db.models.BigAutoField"
