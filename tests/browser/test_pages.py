"""Every page that each role reaches by links is sound for axe and fits the window, on a phone and on a wide screen."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import WIDTHS
from tests.browser.recordings import ready_steps

ID = re.compile(r"(?<=/)[23456789bcdfghjkmnpqrstvwxz]{12}(?=/|$)")
MOST_PAGES = 200
FILES = re.compile(r"\.(csv|xlsx|md|svg|mp4|m4a|vtt|srt|txt|ics|pdf|zip|jwt|json|pem)$|/media/|/file$|/recording/\w+$")


@pytest.mark.parametrize("login", ["nobody", "learner1", "trainer1", "admin1"])
def test_every_page_within_reach_is_sound(
    visit: Callable[..., BrowserContext],
    sign_in: Callable[..., Page],
    faults: Callable[[Page], list[str]],
    login: str,
) -> None:
    context = visit()
    if login == "nobody":
        page = context.new_page()
        page.goto("/sign-in")
    else:
        page = sign_in(context, login)
        if login == "learner1":
            ready_steps(page)
            page.goto("/")
    seen: dict[str, str] = {}
    found: list[str] = []
    waiting = [page.url]
    while waiting:
        address = waiting.pop(0)
        if _kind(address) in seen:
            continue
        assert len(seen) < MOST_PAGES, f"more kinds of pages than expected, the last one {address}"
        seen[_kind(address)] = address
        answer = page.goto(address)
        assert answer is not None
        if answer.status != 200:
            found.append(f"{address} answered {answer.status}")
            continue
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found += [f"{width} px: {fault}" for fault in faults(page)]
        waiting += _links(page)
    assert not found, "\n".join(found)
    assert len(seen) > 4, seen


def _links(page: Page) -> list[str]:
    """Links to pages of this server, one per kind of page: ids and queries do not make a new kind."""
    here = urlsplit(page.url).netloc
    links: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    parts = [(link, urlsplit(link)) for link in links]
    # A change of language leads back to the same page.
    return [link for link, to in parts if to.netloc == here and "lang=" not in to.query and not FILES.search(to.path)]


def _kind(address: str) -> str:
    parts = urlsplit(address)
    names = "&".join(sorted(re.findall(r"(?:^|&)([^=&]+)=", parts.query)))
    return ID.sub("*", parts.path) + ("?" + names if names else "")
