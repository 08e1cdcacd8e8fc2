"""The words of merchants and their people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a member may do; later ones may do less."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    AGENT = "agent", _("Agent")


class Scope(TextChoices):
    """What an API key may do."""

    ORDERS_READ = "orders:read", _("Read orders")
    ORDERS_WRITE = "orders:write", _("Write orders")


class ConnectionKind(TextChoices):
    """Where orders come from."""

    SHOPIFY = "shopify", _("Shopify")
    WOOCOMMERCE = "woocommerce", _("WooCommerce")
    API = "api", _("REST API")
    FILE = "file", _("Files")


class Tone(TextChoices):
    """The voice of pages and mails."""

    CALM = "calm", _("Calm")
    WARM = "warm", _("Warm")


class ConfirmationStyle(TextChoices):
    """How the confirmation mail speaks."""

    SIMPLE = "simple", _("Simple")
    WARM = "warm", _("Warm welcome")
    REASSURING = "reassuring", _("Reassuring")
