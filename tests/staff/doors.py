"""How tests log in, and what a phone shows."""

import time

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

from tests.factories import PASSWORD

LOG_IN = "/account/login/"


def log_in(client, user, *, password=PASSWORD, **extra):
    return client.post(LOG_IN, {"login": user.email, "password": password}, **extra)


def give_second_step(user):
    """Switch the second step on; give the recovery codes."""
    TOTP.activate(user, generate_totp_secret())
    return RecoveryCodes.activate(user).generate_codes()


def code_of(user, *, periods=0):
    """Give the code that a person's phone shows now, or so many half minutes later."""
    row = Authenticator.objects.get(user=user, type="totp")
    return shown_code(get_adapter().decrypt(row.data["secret"]), periods=periods)


def shown_code(secret, *, periods=0):
    """Give the code that an app shows for a key."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods))
