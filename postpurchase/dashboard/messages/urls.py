"""Addresses below /dashboard/<slug>/messages/"""

from django.urls import path

from postpurchase.dashboard.messages import acts, bulk, kinds, listing, message, routes

urlpatterns = [
    path("", listing.show, name="messages"),
    path("again/", bulk.show, name="messages_again_all"),
    path("again/done/", bulk.done, name="messages_again_done"),
    path("suppressed/", routes.suppressed, name="messages_suppressed"),
    path("outages/", routes.outages, name="messages_outages"),
    path("kinds/", kinds.show, name="messages_kinds"),
    path("kinds/<slug:message_kind>/", kinds.one, name="messages_kind"),
    path("kinds/<slug:message_kind>/html/", kinds.html, name="messages_kind_html"),
    path("kinds/<slug:message_kind>/sample/", kinds.sample, name="messages_kind_sample"),
    path("<uuid:public_id>/", message.show, name="messages_one"),
    path("<uuid:public_id>/html/", message.html, name="messages_html"),
    path("<uuid:public_id>/again/", acts.again, name="messages_again"),
    path("<uuid:public_id>/now/", acts.now, name="messages_now"),
]
