"""Addresses below /dashboard/<slug>/carriers/"""

from django.urls import path

from postpurchase.dashboard.carriers import changes, deliveries, pages, rules, sheet, words

urlpatterns = [
    path("", pages.show_all, name="carriers"),
    path("new/", changes.choose, name="carriers_choose"),
    path("new/<slug:source>/", changes.add, name="carriers_new"),
    path("deliveries/", deliveries.show_all, name="carriers_deliveries"),
    path("deliveries/failed/replay/", deliveries.replay_failed, name="carriers_replay_failed"),
    path("deliveries/<uuid:public_id>/", deliveries.show, name="carriers_delivery"),
    path("deliveries/<uuid:public_id>/raw/", deliveries.raw, name="carriers_delivery_raw"),
    path("deliveries/<uuid:public_id>/replay/", deliveries.replay, name="carriers_replay"),
    path("words/", words.show, name="carriers_words"),
    path("rules/", rules.show, name="carriers_rules"),
    path("upload/", sheet.show, name="carriers_sheet"),
    path("<uuid:public_id>/", pages.show, name="carriers_one"),
    path("<uuid:public_id>/name/", changes.rename, name="carriers_rename"),
    path("<uuid:public_id>/move/", changes.move, name="carriers_move"),
    path("<uuid:public_id>/secret/new/", changes.rotate, name="carriers_rotate"),
    path("<uuid:public_id>/secret/own/", changes.enter_secret, name="carriers_secret"),
    path("<uuid:public_id>/log-in/", changes.enter_log_in, name="carriers_log_in"),
    path("<uuid:public_id>/serves/", changes.serve, name="carriers_serves"),
    path("<uuid:public_id>/switch/", changes.switch, name="carriers_switch"),
]
