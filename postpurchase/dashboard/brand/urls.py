"""Addresses below /dashboard/<slug>/brand/"""

from django.urls import path

from postpurchase.dashboard.brand import domain, editor, history, mail, sender

urlpatterns = [
    path("", editor.page, name="brand"),
    path("discard/", editor.discard, name="brand_discard"),
    path("sender/", sender.hints, name="brand_sender"),
    path("history/", history.listing, name="brand_history"),
    path("history/<uuid:public_id>/", history.show, name="brand_version"),
    path("history/<uuid:public_id>/restore/", history.restore, name="brand_restore"),
    path("preview/mail/", mail.show, name="brand_mail"),
    path("domain/", domain.page, name="brand_domain"),
    path("domain/check/", domain.check, name="brand_domain_check"),
    path("domain/remove/", domain.remove, name="brand_domain_remove"),
]
