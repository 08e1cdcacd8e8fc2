"""Addresses below /dashboard/<slug>/messages/"""

from django.urls import path

from postpurchase.dashboard.messages import acts, bulk, listing, message, routes

urlpatterns = [
    path("", listing.show, name="messages"),
    path("again/", bulk.show, name="messages_again_all"),
    path("again/done/", bulk.done, name="messages_again_done"),
    path("suppressed/", routes.suppressed, name="messages_suppressed"),
    path("outages/", routes.outages, name="messages_outages"),
    path("<uuid:public_id>/", message.show, name="messages_one"),
    path("<uuid:public_id>/html/", message.html, name="messages_html"),
    path("<uuid:public_id>/again/", acts.again, name="messages_again"),
    path("<uuid:public_id>/now/", acts.now, name="messages_now"),
]
