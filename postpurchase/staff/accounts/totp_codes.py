"""Codes of the second step are good once, also while the cache is away.

allauth remembers used codes in the cache; here the row itself knows the newest one used.
"""

from __future__ import annotations

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import decrypt

NEWEST = "newest_used"


def use(row: Authenticator, code: str) -> bool:
    """Use a code up; tell whether it fitted. The row is locked by the caller."""
    if row.type == Authenticator.Type.TOTP:
        return _use_time_code(row, code)
    return bool(row.wrap().validate_code(code))


def _use_time_code(row: Authenticator, code: str) -> bool:
    secret = decrypt(row.data["secret"])
    for counter in auth.yield_hotp_counters_from_time():
        expected = auth.format_hotp_value(auth.hotp_value(secret, counter))
        if counter > row.data.get(NEWEST, 0) and compare_user_code(actual=code, expected=expected):
            row.data[NEWEST] = counter
            row.save(update_fields=["data"])
            return True
    return False
