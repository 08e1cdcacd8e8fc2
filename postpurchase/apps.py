"""Registers the project itself as an app: its commands and its system checks."""

from django.apps import AppConfig


class PostpurchaseConfig(AppConfig):
    """The project as an app."""

    name = "postpurchase"

    def ready(self) -> None:
        """Register the checks."""
        from postpurchase import checks  # noqa: F401  # registering is all it does
