"""The words of merchants and their people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a member may do; later ones may do less. `merchants.policy` says what."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    AGENT = "agent", _("Agent")
    READER = "reader", _("Read-only")


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


class Corners(TextChoices):
    """The shape of cards and buttons."""

    SQUARE = "square", _("Square")
    SOFT = "soft", _("Soft")
    ROUND = "round", _("Round")


class Font(TextChoices):
    """Letters that every device has: nothing is downloaded."""

    SYSTEM = "system", _("Plain")
    SERIF = "serif", _("Serif")
    ROUNDED = "rounded", _("Rounded")


class DomainState(TextChoices):
    """Whether a host name is proven to be the merchant's and leads to us."""

    WAITING = "waiting", _("Not there yet")
    VERIFIED = "verified", _("Ready")
    BROKEN = "broken", _("No longer leads here")


class SettingsPage(TextChoices):
    """Where in the dashboard a setting is changed."""

    SHOP = "shop", _("Shop")
    BRAND = "brand", _("Brand")
    DOMAIN = "domain", _("Domain")
    CONNECTIONS = "connections", _("Connections")
    CARRIERS = "carriers", _("Carriers")
    MESSAGES = "messages", _("Messages")
    POLICIES = "policies", _("Policies")
    TEAM = "team", _("Team")
    KEYS = "keys", _("API keys")
    SECURITY = "security", _("Security")
    PRIVACY = "privacy", _("Privacy")


class ChangeKind(TextChoices):
    """What was done to a setting."""

    ADDED = "added", _("Added")
    CHANGED = "changed", _("Changed")
    REMOVED = "removed", _("Removed")


class LookKind(TextChoices):
    """What of people's data was shown to a member of staff."""

    LIST = "list", _("A list")
    PAGE = "page", _("A page")
    MAIL = "mail", _("A mail")
    PAYLOAD = "payload", _("What a shop sent")
    AS_SHOPPER = "as_shopper", _("The shopper’s own page")
    EXPORT = "export", _("A file")
