"""A first view of a module's pages: few requests and few bytes, counted by the browser itself."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.recordings import ready_steps

MOST_REQUESTS = 8
MOST_BYTES = 60_000
MEDIA = ("/media/",)


@pytest.mark.parametrize("page_name", ["module", "step"])
def test_a_first_view_is_light(
    visit: Callable[..., BrowserContext], sign_in: Callable[..., Page], page_name: str
) -> None:
    known = visit()
    step = ready_steps(sign_in(known, "learner37"))[0]
    module = known.pages[0].locator("nav.crumbs a[href^='/modules/']").first.get_attribute("href")
    fresh = visit(storage_state=known.storage_state())
    page = fresh.new_page()
    counted = _count(page)
    page.goto(step if page_name == "step" else str(module))
    page.wait_for_load_state("networkidle")
    requests = {url: size for url, size in counted().items() if not any(part in url for part in MEDIA)}
    assert len(requests) <= MOST_REQUESTS, requests
    assert sum(requests.values()) <= MOST_BYTES, requests


def _count(page: Page) -> Callable[[], dict[str, int]]:
    """Bytes of each answer as they travelled, headers included."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def begun(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def ended(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = int(event["encodedDataLength"])

    network.on("Network.requestWillBeSent", begun)
    network.on("Network.loadingFinished", ended)
    return lambda: {
        addresses[one]: size
        for one, size in sizes.items()
        if one in addresses and not addresses[one].startswith("data:")
    }
