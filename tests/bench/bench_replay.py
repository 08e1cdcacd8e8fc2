"""Olist's orders lived through in order, doubled and shuffled: mails of each kind, and seconds."""

import time

from tests.bench import ground
from tests.smtp_sink import Sink

LIVES = ground.tiny(150, 10)
WAYS = {
    "in order": {},
    "doubled": {"doubled": True},
    "shuffled": {"doubled": True, "shuffled": True},
}


def run():
    from django.conf import settings

    from tests.factories import StoreConnectionFactory
    from tests.tracking.replay import Replay, lives

    past = lives(LIVES)
    table = {"orders": len(past)}
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        for name, way in WAYS.items():
            began = time.perf_counter()
            replay = Replay(StoreConnectionFactory(kind="api"), past, **way)
            for kind, count in replay.run().items():
                table[f"{name}: {kind}"] = count
            table[f"{name}: told a second time"] = replay.seconds()
            table[f"{name}: seconds"] = time.perf_counter() - began
    return table
