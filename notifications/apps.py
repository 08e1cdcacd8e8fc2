from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Every message that goes out, and why others did not."""

    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take part in the orders' story."""
        from notifications import receivers
        from orders import timeline

        timeline.register(receivers.READER)
