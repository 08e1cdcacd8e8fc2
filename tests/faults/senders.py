"""A process that makes senders by forking, so that a killed one is replaced in milliseconds.

For every line on standard input, a number of minutes, it starts a sender whose clock is that far
ahead, and prints its process id. When the input ends, all of them end.
"""

import contextlib
import os
import signal
import sys
import time
from datetime import timedelta

import django


def serve(ahead):
    from django.db import Error, connection
    from django.utils import timezone

    from notifications.actions import send_due

    while True:
        try:
            count = send_due(clock=lambda: timezone.now() + ahead)
        except Error:
            # What Celery does with a task that fails: nothing; the next tick comes.
            connection.close()
            count = 0
        if not count:
            time.sleep(0.1)


def main():
    django.setup()
    from django.conf import settings
    from django.urls import get_resolver

    import notifications.actions  # noqa: F401  # loaded once, before the forks

    get_resolver(settings.ROOT_URLCONF).url_patterns  # noqa: B018  # as above
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    children = []
    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            try:
                serve(timedelta(minutes=float(line)))
            finally:
                os._exit(1)
        children.append(pid)
        print(pid, flush=True)
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
