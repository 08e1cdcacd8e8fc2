"""Addresses below /dashboard/<slug>/connections/"""

from django.urls import path

from postpurchase.dashboard.connections import (
    changes,
    deliveries,
    import_acts,
    imports,
    pages,
    replays,
)

urlpatterns = [
    path("", pages.show_all, name="connections"),
    path("new/", changes.add, name="connections_new"),
    path("deliveries/", deliveries.show_all, name="connections_deliveries"),
    path("deliveries/replay/", replays.replay_failed, name="connections_replay"),
    path("deliveries/<uuid:public_id>/", deliveries.show, name="connections_delivery"),
    path("deliveries/<uuid:public_id>/raw/", deliveries.raw, name="connections_delivery_raw"),
    path("deliveries/<uuid:public_id>/replay/", replays.replay_one, name="connections_replay_one"),
    path("replays/<uuid:public_id>/", replays.show, name="connections_replayed"),
    path("imports/", imports.show_all, name="connections_imports"),
    path("imports/upload/", import_acts.upload, name="connections_upload"),
    path("imports/<uuid:public_id>/", imports.show, name="connections_import"),
    path(
        "imports/<uuid:public_id>/progress/", imports.progress, name="connections_import_progress"
    ),
    path(
        "imports/<uuid:public_id>/problems/", imports.problems, name="connections_import_problems"
    ),
    path(
        "imports/<uuid:public_id>/columns/", import_acts.columns, name="connections_import_columns"
    ),
    path("imports/<uuid:public_id>/start/", import_acts.start, name="connections_import_start"),
    path("imports/<uuid:public_id>/stop/", import_acts.stop, name="connections_import_stop"),
    path("imports/<uuid:public_id>/go-on/", import_acts.go_on, name="connections_import_go_on"),
    path("imports/<uuid:public_id>/remove/", import_acts.remove, name="connections_import_remove"),
    path("<uuid:public_id>/", pages.show, name="connections_one"),
    path("<uuid:public_id>/live/", pages.live, name="connections_live"),
    path("<uuid:public_id>/name/", changes.rename, name="connections_rename"),
    path("<uuid:public_id>/secret/new/", changes.rotate, name="connections_rotate"),
    path("<uuid:public_id>/secret/own/", changes.enter_secret, name="connections_secret"),
    path("<uuid:public_id>/switch/", changes.switch, name="connections_switch"),
]
