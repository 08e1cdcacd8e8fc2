"""Addresses below /account/: those that are used, and none of allauth's others."""

from django.urls import URLPattern, URLResolver, path

from postpurchase.staff.accounts import account, invitations, sessions, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", account.show, name="account"),
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("login/code/", views.code, name="mfa_authenticate"),
    path("again/", views.reauthenticate, name="account_reauthenticate"),
    path("again/code/", views.code_again, name="mfa_reauthenticate"),
    path("password/", views.change_password, name="account_change_password"),
    path("password/reset/", views.reset, name="account_reset_password"),
    path("password/reset/sent/", views.reset_sent, name="account_reset_password_done"),
    path("password/new/done/", views.new_password_set, name="account_reset_password_from_key_done"),
    path(
        "password/new/<slug:uidb36>/<str:key>/",
        views.new_password,
        name="account_reset_password_from_key",
    ),
    path("second-step/", views.second_step, name="mfa_index"),
    path("second-step/on/", views.switch_on, name="mfa_activate_totp"),
    path("second-step/off/", views.switch_off, name="mfa_deactivate_totp"),
    path("second-step/codes/", views.codes, name="mfa_view_recovery_codes"),
    path("second-step/codes/new/", views.new_codes, name="mfa_generate_recovery_codes"),
    path("devices/", sessions.show, name="usersessions_list"),
    path("devices/end/", sessions.end, name="account_end_session"),
    path("devices/end-others/", sessions.end_others, name="account_end_other_sessions"),
    path("invitation/<str:token>/", invitations.show, name="account_invitation"),
]
