#!/usr/bin/env python
"""Runs the commands of Postpurchase; `manage.py help` lists them."""

import os
import sys


def main() -> None:
    """Run one command; say in one sentence when there is no server to talk to."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postpurchase.settings")
    # Commands may take their time; only requests and tasks have their statements cut short.
    os.environ.setdefault("STATEMENT_TIMEOUT", "0")
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError
    from redis.exceptions import ConnectionError as RedisConnectionError

    try:
        execute_from_command_line(sys.argv)
    except (OperationalError, RedisConnectionError):
        from django.conf import settings

        from postpurchase import env

        if env.NO_DATABASE not in settings.DATABASE_URL and env.NO_REDIS != settings.REDIS_URL:
            raise
        sys.exit(env.NO_SERVERS)


if __name__ == "__main__":
    main()
