"""Answers the machines that ask whether this process lives and can work."""

from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse


class HealthMiddleware:
    """Answers `/healthz` and `/readyz` before everything else.

    Load balancers ask by address over plain http: neither the check of the host's name nor the
    redirect to https may get in their way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a health question, pass all else on."""
        if request.path_info == "/healthz":
            return HttpResponse("ok", content_type="text/plain")
        if request.path_info == "/readyz":
            return ready()
        return self.get_response(request)


def ready() -> JsonResponse:
    """Answer 200 if database, broker and migrations are as this version needs them, else 503."""
    parts = {
        "database": works(check_database),
        "migrations": works(check_migrations),
        "redis": works(check_redis),
    }
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def works(check: Callable[[], None]) -> bool:
    """Tell whether a check ends without an error; what exactly failed is not for the public."""
    try:
        check()
    except Exception:  # whatever fails, the answer is "no"
        return False
    return True


def check_database() -> None:
    """Ask the database for something."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_redis() -> None:
    """Ask Redis for something."""
    cache.get("readyz")


def check_migrations() -> None:
    """Raise if a migration of this version has not run yet."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations are missing")
