"""Makes the desk the project's admin site."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin, as our site."""

    default_site = "postpurchase.desk.site.DeskSite"
