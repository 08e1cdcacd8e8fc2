"""Addresses below /dashboard/<slug>/team/"""

from django.urls import path

from postpurchase.dashboard.team import invitations, members, views

urlpatterns = [
    path("", views.show, name="team"),
    path("invite/", invitations.new, name="team_invite"),
    path("invitations/<uuid:public_id>/again/", invitations.again, name="team_invite_again"),
    path("invitations/<uuid:public_id>/back/", invitations.back, name="team_invite_back"),
    path("second-step/on/", views.require_second_step, name="team_require_second_step"),
    path("second-step/off/", views.stop_requiring, name="team_stop_requiring"),
    path("leave/", members.leave, name="team_leave"),
    path("<uuid:public_id>/", members.show, name="team_member"),
    path("<uuid:public_id>/remove/", members.remove, name="team_remove"),
]
