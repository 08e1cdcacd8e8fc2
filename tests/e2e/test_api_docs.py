"""The page that shows the API: it works under its policy, and asks nobody else."""

import os

from tests.api.conftest import order
from tests.factories import ApiKeyFactory


def test_the_api_can_be_read_and_tried(live_server, page, complaints):
    plain = ApiKeyFactory(key="pp_test_docs").plain
    hosts = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(f"{live_server.url}/api/v1/docs/")

    page.get_by_role("heading", name="Postpurchase API").wait_for()
    assert page.locator(".opblock").count() == 18
    page.get_by_role("button", name="Authorize").click()
    page.locator(".auth-container input").fill(plain)
    page.locator(".auth-btn-wrapper .authorize").click()
    page.locator(".btn-done").click()
    page.locator("#operations-Orders-orders_update .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.locator("input[placeholder=external_id]").fill(order()["external_id"])
    page.get_by_role("button", name="Execute").click()
    page.locator(".live-responses-table .response-col_status", has_text="201").wait_for()
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/api-docs.png", full_page=True)

    assert hosts - {live_server.url.split("/")[2]} <= {""}
    assert complaints == []
