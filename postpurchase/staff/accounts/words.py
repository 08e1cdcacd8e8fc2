"""Our words for what allauth reports."""

from django.utils.translation import gettext_lazy as _

SWITCHED_OFF = _("Your account is switched off. Ask an owner of the shop.")

ERRORS = {
    "account_inactive": SWITCHED_OFF,
    "email_password_mismatch": _("The e-mail address or the password is wrong"),
    "enter_current_password": _("This is not your present password"),
    "incorrect_password": _("The password is wrong"),
    "invalid_login": _("The e-mail address or the password is wrong"),
    "invalid_password_reset": _("This link cannot be used any more"),
}

STEP_ERRORS = {
    "incorrect_code": _("The code is wrong, or it was used already. Enter the one shown now"),
    "cannot_delete_authenticator": _("A shop you work for asks for a second step, so it stays on."),
    "cannot_generate_recovery_codes": _("Switch on the second step first."),
}

DONE = {
    "account/messages/logged_out.txt": _("You are logged out."),
    "account/messages/password_changed.txt": _("Your new password is set."),
    "mfa/messages/totp_activated.txt": _("Your second step is on."),
    "mfa/messages/totp_deactivated.txt": _("Your second step is off."),
}
"""What is said after an act; what is not here needs no word."""
