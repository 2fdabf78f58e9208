"""Chromium against the real server: started once with the demonstration in it, shared by every journey."""

import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.server import Server

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
WIDTHS = (360, 1280)
PASSWORD = "demonstration"
PATIENCE_S = 600
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],  # Describing what is sound takes most of the time.
}
AXE = Axe().axe_script
LOOK = """async (rules) => (await axe.run(document, rules)).violations.map(
  ({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" ")}`)"""
HERE = Path(__file__).parent
expect.set_options(timeout=60_000)  # A busy machine is slow, and no fault of the page.


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium the journeys say so and skip; under CI=true they must run."""
    for item in items:
        if HERE not in item.path.parents:
            continue
        item.add_marker("browser")
        if CHROMIUM is None and not os.environ.get("CI"):
            item.add_marker(pytest.mark.skip(reason="needs Chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, silent and without calls home."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server with the demonstration, and its first recording ready to be watched."""
    base, data_dir = tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("server")
    together = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    shutil.copytree(_demonstration(together), data_dir, dirs_exist_ok=True)
    server = Server(data_dir)
    server.start()
    yield server
    server.stop()


def _demonstration(folder: Path) -> Path:
    """Made by the test process that needs it first; the others wait for it and begin with the same."""
    made = folder / "demonstration"
    with (folder / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            server = Server(folder / "demonstration.part")
            server.flask("db", "upgrade")
            server.flask("demo", "load")
            _one_film(server.data_dir)
            server.start_worker()
            try:
                _wait_for_film(server)
            finally:
                server.stop()
            server.data_dir.rename(made)
    return made


def _wait_for_film(server: Server) -> None:
    """With its slides, which are made last."""
    ready = (
        "SELECT count(*) FROM recording_version JOIN rendition ON version_id = recording_version.id"
        " WHERE state = 'ready' AND rendition.kind = 'slides'"
    )
    for _ in range(PATIENCE_S):
        with closing(sqlite3.connect(server.data_dir / "database.sqlite3", timeout=30)) as database:
            if database.execute(ready).fetchone()[0]:
                return
        time.sleep(1)
    raise RuntimeError(f"the worker has not made the recording: {server.log('worker')[-3000:]}")


def _one_film(data_dir: Path) -> None:
    """Let the others wait for ever: five keep both cores of a small machine busy for minutes, one is watched here."""
    with sqlite3.connect(data_dir / "queue.sqlite") as queue:
        queue.execute("DELETE FROM task WHERE id > (SELECT min(id) FROM task)")
    with sqlite3.connect(data_dir / "database.sqlite3") as database:
        first = "(SELECT min(id) FROM recording_version)"
        never = "2999-01-01 00:00:00.000000"
        database.execute(f"UPDATE recording_version SET next_try_at = '{never}' WHERE id > {first}")


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Callable[..., BrowserContext]]:
    """`visit(width=360, scripts=True)`: a fresh visitor's browser; French, as the first visitors are."""
    opened: list[BrowserContext] = []

    def enter(width: int = 1280, scripts: bool = True, **options: Any) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
            locale="fr-FR",
            base_url=server.base,
            **options,
        )
        context.set_default_timeout(90_000)
        opened.append(context)
        return context

    yield enter
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def sessions() -> dict[str, list[Any]]:
    """The cookies of whoever has come in through the form once."""
    return {}


@pytest.fixture
def sign_in(sessions: dict[str, list[Any]]) -> Callable[[BrowserContext, str], Page]:
    """`sign_in(context, "learner1")`: through the form, and the next time as the same device would come back."""

    def enter(context: BrowserContext, login: str, password: str = PASSWORD) -> Page:
        page = context.new_page()
        if login in sessions:
            context.add_cookies(sessions[login])
            page.goto("/")
            return page
        page.goto("/sign-in")
        page.fill("[name=login]", login)
        page.fill("[name=password]", password)
        page.click("form:has([name=password]) button")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        sessions[login] = context.cookies()
        return page

    return enter


@pytest.fixture
def faults() -> Callable[[Page], list[str]]:
    """`faults(page)`: what axe finds, and a page that scrolls sideways."""

    def check(page: Page) -> list[str]:
        page.wait_for_load_state()  # A press may have led here a moment ago.
        if not page.evaluate("'axe' in window"):  # A page is looked at in more than one width.
            page.evaluate(AXE)
        found = [f"{page.url}: {fault}" for fault in page.evaluate(LOOK, RULES)]
        wide, shown = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        return [*found, f"{page.url} is {wide} px wide in a window of {shown} px"] if wide > shown else found

    return check


@pytest.fixture
def sound(faults: Callable[[Page], list[str]]) -> Callable[[Page], None]:
    """`sound(page)`: the same as an assertion."""

    def check(page: Page) -> None:
        found = faults(page)
        assert not found, "\n".join(found)

    return check
