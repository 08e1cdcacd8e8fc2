"""Makes the accounts of staff an app, so that its tasks are found."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts of staff, on top of allauth's apps."""

    name = "postpurchase.staff.accounts"
    label = "accounts"
