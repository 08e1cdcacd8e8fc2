"""Journeys in a real browser, against a real server with a real database."""

import os

import pytest

# Playwright's loop runs in the thread of the test, which makes Django take it for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_collection_modifyitems(items):
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def complaints(page):
    """Collect what the browser complains about: console errors, failed requests, exceptions."""
    heard = []
    page.on("console", lambda message: message.type == "error" and heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))

    def failed(request):
        # What is still loading when the page is left is no fault of the page.
        if request.failure != "net::ERR_ABORTED":
            heard.append(f"{request.url}: {request.failure}")

    page.on("requestfailed", failed)
    return heard
