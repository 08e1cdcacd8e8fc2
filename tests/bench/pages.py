"""Opens pages in this process, through the WSGI application and all its middleware."""

import io
import time
from datetime import timedelta

from django.core.handlers.wsgi import WSGIHandler
from django.utils import timezone

from tests.bench import ground


class Browser:
    """Asks the application as gunicorn would."""

    more = {}  # of what WSGI passes on
    expected = {"200 OK"}

    def __init__(self):
        self.application = WSGIHandler()

    def get(self, path):
        """Open a page and give its bytes; any other answer than expected is an error."""
        path, _, query = path.partition("?")
        seen = []
        answer = self.application(
            {
                "REQUEST_METHOD": "GET",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "SERVER_NAME": "127.0.0.1",
                "SERVER_PORT": "8000",
                "SERVER_PROTOCOL": "HTTP/1.1",
                "REMOTE_ADDR": "127.0.0.1",
                "HTTP_HOST": "127.0.0.1:8000",
                "HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9",
                "wsgi.url_scheme": "http",
                "wsgi.input": io.BytesIO(),
                "wsgi.errors": io.StringIO(),
                **self.more,
            },
            lambda status, headers: seen.append(status),
        )
        body = b"".join(answer)
        answer.close()
        assert seen[0] in self.expected, (path, seen)
        return body


class Times:
    """How long one kind of request took, in milliseconds."""

    def __init__(self):
        self.p50s, self.p99s, self.cpus = [], [], []

    def round(self, act, *, times):
        walls = []
        cpu = time.process_time()
        for _ in range(times):
            start = time.perf_counter()
            act()
            walls.append((time.perf_counter() - start) * 1000)
        self.cpus.append((time.process_time() - cpu) * 1000 / times)
        self.p50s.append(ground.percentile(walls, 50))
        self.p99s.append(ground.percentile(walls, 99))

    @property
    def p50(self):
        return ground.median(self.p50s)

    @property
    def p99(self):
        return ground.median(self.p99s)

    @property
    def cpu(self):
        return ground.median(self.cpus)


def path_of(order):
    """Give the path of the link in the order's mail."""
    from postpurchase.portal import access

    return access.order_path(order, expires_at=timezone.now() + timedelta(days=30))


def shipped_order(merchant_id, *, lines=3):
    """Find an order of the shop's past that has so many lines and is on its way."""
    from django.db.models import Count

    from orders.models import Order
    from orders.statuses import Status

    shipped = Order.every.of(merchant_id).filter(status=Status.SHIPPED)
    counted = shipped.annotate(line_count=Count("lines")).filter(line_count=lines)
    return counted.select_related("merchant").order_by("-placed_at", "-pk")[0]
