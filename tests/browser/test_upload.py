"""A file goes up through Chromium and arrives byte for byte, whatever happens on the way."""

import hashlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.line import line
from tests.browser.server import Server

MEGA = 1_000_000
PATIENCE_MS = 120_000
_sessions: dict[str, list[Any]] = {}
_lines: dict[Page, Any] = {}
STILL = "const later = setTimeout; window.setTimeout = (f, ms) => ms === 3000 && !window.begun ? 0 : later(f, ms);"


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without a worker: what arrives stays where it can be compared."""
    server = Server(tmp_path_factory.mktemp("uploads"))
    server.flask("db", "upgrade")
    server.flask("user", "add", "studio", "--admin")
    server.start(worker=False)
    yield server
    server.stop()


@pytest.fixture
def context(browser: Browser, quiet: Server) -> Iterator[BrowserContext]:
    """A browser in which the administrator has signed in with a one-time code."""
    context = _signed_in(browser, quiet)
    yield context
    context.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Ninety megabytes that nobody can guess: three requests and a rest."""
    made = tmp_path / "cours – partie 3.mov"
    made.write_bytes(os.urandom(90 * MEGA))
    return made


def test_an_upload_survives_cuts_and_a_killed_server(
    context: BrowserContext, quiet: Server, file: Path, faults: Callable[[Page], list[str]]
) -> None:
    page = _slow(context, 8 * MEGA)
    _send(page, file, "Module 5, partie 3")
    _past(page, 15)
    assert faults(page) == []
    context.set_offline(True)
    page.wait_for_timeout(1500)
    context.set_offline(False)
    _past(page, 45)
    assert quiet.web is not None
    os.killpg(quiet.web.pid, signal.SIGKILL)
    quiet.web.wait()
    quiet.start(worker=False)
    _hurry(page)
    _waits(page, "Module 5, partie 3")
    assert _arrived(quiet) == [_sum(file)]


def test_a_page_on_which_nothing_moved_counts_the_upload_that_begins_on_it(
    context: BrowserContext, quiet: Server, file: Path
) -> None:
    page = _slow(context, MEGA)
    page.add_init_script(STILL)
    page.goto("/recordings")
    page.evaluate("window.begun = true")
    _send(page, file, "Essai 1", visit=False)
    expect(page.locator("#now h1")).to_contain_text("1 envoi")
    expect(page.locator(".rows li", has_text="Essai 1")).to_be_visible()
    page.click("[data-act=cancel]")
    page.click("[data-act=drop]")
    expect(page.locator(".rows li", has_text="Essai 1")).to_contain_text("Annulé")


def test_without_a_title_no_byte_travels_and_the_sentence_stands_beside_its_field(
    context: BrowserContext, file: Path, faults: Callable[[Page], list[str]]
) -> None:
    page = context.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    _send(page, file, " ")
    title, said = page.locator("[name=title]"), page.locator("#title-error")
    expect(said).to_have_text("Erreur : Écrivez le titre.")
    expect(title).to_be_focused()
    expect(title).to_have_attribute("aria-describedby", "title-error")
    assert title.get_attribute("aria-invalid") == "true" and faults(page) == []
    page.click("form[data-upload] button:not([type=button])")
    expect(said).to_have_count(1)
    title.press("M")
    expect(said).to_have_count(0)
    assert title.get_attribute("aria-invalid") is None and "POST" not in sent
    assert page.locator("[name=file]").evaluate("input => input.files.length") == 1


def test_an_upload_goes_on_after_the_browser_was_closed(context: BrowserContext, quiet: Server, file: Path) -> None:
    page = _slow(context, 8 * MEGA)
    _send(page, file, "Module 6")
    _past(page, 50)
    page.close()
    before = len(list((quiet.data_dir / "uploads").iterdir()))
    page = context.new_page()
    announced: list[str] = []
    page.on("request", lambda request: announced.append(request.method) if "/uploads" in request.url else None)
    page.goto("/recordings")
    expect(page.locator(".rows")).to_contain_text("Module 6")
    _send(page, file, "Leçon 6 – reprise")
    _waits(page, "Leçon 6 – reprise")
    assert "POST" not in announced and announced.count("PATCH") <= 2
    assert len(list((quiet.data_dir / "uploads").iterdir())) == before
    assert _sum(file) in _arrived(quiet)


def test_another_browser_knows_the_file_again_and_no_other_file_is_appended(
    browser: Browser, quiet: Server, file: Path, tmp_path: Path
) -> None:
    first = _signed_in(browser, quiet)
    page = _slow(first, 8 * MEGA)
    _send(page, file, "Module 1")
    _past(page, 40)
    first.close()
    second = _signed_in(browser, quiet)
    page = second.new_page()
    announced: list[str] = []
    page.on("request", lambda request: announced.append(request.method) if "/uploads" in request.url else None)
    page.goto("/recordings")
    other = tmp_path / "other" / file.name
    other.parent.mkdir()
    other.write_bytes(os.urandom(file.stat().st_size))
    page.set_input_files("[name=file]", other)
    page.wait_for_timeout(1500)
    expect(page.locator("[data-offer]")).to_be_hidden()
    page.set_input_files("[name=file]", file)
    expect(page.locator("[data-offer]")).to_contain_text("Module 1")
    expect(page.locator("[name=title]")).to_have_value("Module 1")
    _send(page, file, "Module 1", visit=False)
    _waits(page, "Module 1")
    second.close()
    assert "POST" not in announced
    assert _sum(file) in _arrived(quiet)


def test_a_resumed_upload_refuses_another_file_of_the_same_size(
    context: BrowserContext, quiet: Server, file: Path, tmp_path: Path
) -> None:
    page = _slow(context, 8 * MEGA)
    _send(page, file, "Module 4")
    _past(page, 40)
    page.close()
    page = context.new_page()
    page.goto("/recordings")
    row = page.locator(".rows li", has_text="Module 4")
    _silent_for_long(quiet, page, page.locator(".head .notice", has_text="Module 4"))
    row.get_by_role("link", name="Reprendre").click()
    other = tmp_path / "other" / file.name
    other.parent.mkdir()
    other.write_bytes(os.urandom(file.stat().st_size))
    _send(page, other, "Module 4", visit=False)
    expect(page.locator("[data-error]")).to_be_visible()
    _send(page, file, "Module 4", visit=False)
    _waits(page, "Module 4")
    assert _sum(file) in _arrived(quiet)


def test_a_silent_line_is_told_and_begun_anew_and_a_sleep_is_not_taken_for_silence(
    browser: Browser, quiet: Server, file: Path
) -> None:
    with line(quiet.port) as between:
        context = _signed_in(browser, quiet, f"http://127.0.0.1:{between.port}")
        page = _slow(context, 8 * MEGA)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.method) if "/uploads/" in request.url else None)
        page.clock.install()
        _send(page, file, "Module 2")
        _past(page, 20)
        said = page.locator("[data-said]")
        page.clock.fast_forward("01:00:00")
        page.wait_for_timeout(1500)
        expect(said).not_to_contain_text("Rien n’est perdu")
        assert between.fall_silent() == 1
        page.clock.fast_forward("01:00:00")
        page.wait_for_timeout(1500)
        expect(said).not_to_contain_text("Rien n’est perdu")
        expect(said).to_contain_text("ne transmet plus rien. Rien n’est perdu")
        assert asked.count("HEAD") == 0
        _hurry(page)
        for _ in range(300):
            if asked.count("HEAD"):
                break
            page.clock.fast_forward("00:03")  # However late a tick comes, it counts for no more.
            page.wait_for_timeout(100)
        _waits(page, "Module 2")
        assert asked.count("HEAD") >= 1
        context.close()
    assert _sum(file) in _arrived(quiet)


def test_a_file_that_is_too_large_is_refused_at_once(context: BrowserContext, tmp_path: Path) -> None:
    page = context.new_page()
    page.goto("/recordings")
    page.locator("[data-upload]").evaluate("form => { form.dataset.limit = '10'; }")
    small = tmp_path / "a.mp4"
    small.write_bytes(b"x" * 20)
    _send(page, small, "Module 1", visit=False)
    expect(page.locator("[data-error]")).to_be_visible()
    smaller = tmp_path / "b.mp4"
    smaller.write_bytes(b"x" * 10)
    page.set_input_files("[name=file]", smaller)
    expect(page.locator("[data-error]")).to_be_hidden()


def test_a_pause_says_what_has_arrived_as_the_list_does_and_resume_goes_on(
    context: BrowserContext, quiet: Server, file: Path
) -> None:
    page = _slow(context, 6 * MEGA)
    _send(page, file, "Module 3")
    _past(page, 30)
    heard, said = page.locator("[data-status]"), page.locator("[data-said]")
    expect(heard).to_contain_text("reste")
    page.click("[data-act=pause]")
    expect(said).to_contain_text("en pause")
    row = page.locator(".rows li", has_text="Module 3")
    for _ in range(300):  # Until the list has asked again.
        shown = page.inner_text("[data-percent]")
        if shown in row.inner_text():
            break
        page.wait_for_timeout(100)
    expect(row).to_contain_text(shown)
    assert heard.inner_text() == f"{shown} en pause" and "reste" not in said.inner_text()
    _silent_for_long(quiet, page, page.locator("#now h1", has_text="1 envoi en pause"))
    expect(row).to_contain_text(shown)
    page.evaluate("document.documentElement.dir = 'rtl'")
    line = row.locator(".small bdi").last
    assert line.evaluate("one => getComputedStyle(one).direction") == "ltr"
    row.get_by_role("link", name="Reprendre").click()
    _send(page, file, "Module 3", visit=False)
    _past(page, 40)
    page.click("[data-act=pause]")
    expect(said).to_contain_text("en pause")
    page.click("[data-act=pause]")
    _hurry(page)
    _waits(page, "Module 3")
    assert _sum(file) in _arrived(quiet)


def test_several_files_go_up_one_after_another_each_named_after_itself(
    context: BrowserContext, quiet: Server, tmp_path: Path, faults: Callable[[Page], list[str]]
) -> None:
    files = [tmp_path / name for name in ("Leçon_7 a.mov", "Leçon 7 b.mov", "Leçon 7 c.mov", "Leçon 7 d.mov")]
    for file in files:
        file.write_bytes(os.urandom(6 * MEGA))
    page = _slow(context, MEGA // 2)
    page.goto("/recordings")
    page.set_input_files("[name=file]", files[:3])
    expect(page.locator("[name=title]")).to_be_hidden()
    expect(page.locator("[data-many]")).to_be_visible()
    page.click("form[data-upload] button:not([type=button])")
    row = page.locator("[data-sending]")
    expect(row).to_have_count(3)
    expect(row.nth(1).locator("[data-said]")).to_contain_text("en attente")
    expect(page.locator("[data-totals]")).to_contain_text("0 sur 3")
    assert faults(page) == []
    row.nth(0).locator("[data-act=pause]").click()
    expect(row.nth(0).locator("[data-said]")).to_contain_text("en pause")
    page.set_input_files("[name=file]", files[3])
    page.fill("[name=title]", "La dernière")
    page.click("form[data-upload] button:not([type=button])")
    expect(row).to_have_count(4)
    row.nth(2).locator("[data-act=cancel]").click()
    page.click("[data-act=drop]")
    expect(row).to_have_count(3)
    row.nth(0).locator("[data-act=pause]").click()
    _hurry(page)
    for title in ("Leçon 7 a", "Leçon 7 b", "La dernière"):
        _waits(page, title)
    page.wait_for_function("() => !document.querySelector('[data-sending]')", timeout=PATIENCE_MS)
    expect(page.locator(".rows li", has_text="Leçon 7 c")).to_have_count(0)
    assert {_sum(files[0]), _sum(files[1]), _sum(files[3])} <= set(_arrived(quiet)) and _sum(files[2]) not in _arrived(
        quiet
    )


def _signed_in(browser: Browser, quiet: Server, base: str = "") -> BrowserContext:
    context = browser.new_context(locale="fr-FR", base_url=base or quiet.base, viewport={"width": 360, "height": 800})
    context.set_default_timeout(90_000)
    if quiet.base in _sessions:
        context.add_cookies(_sessions[quiet.base])
        return context
    page = context.new_page()
    page.goto("/code")
    code = quiet.flask("user", "code", "studio").split()[-1]
    page.fill("[name=code]", code)
    page.click("form:has([name=code]) button")
    page.wait_for_url(lambda url: not url.endswith("/code"))
    page.close()
    _sessions[quiet.base] = context.cookies()
    return context


def _slow(context: BrowserContext, bytes_a_second: int) -> Page:
    """A page on a line slow enough to be cut half-way."""
    page = context.new_page()
    line: Any = context.new_cdp_session(page)
    line.send("Network.enable")
    speed = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
    line.send("Network.emulateNetworkConditions", speed)
    _lines[page] = line
    return page


def _hurry(page: Page) -> None:
    """Nothing is cut any more: the rest of it need not be slow."""
    speed = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    _lines.pop(page).send("Network.emulateNetworkConditions", speed)


def _silent_for_long(quiet: Server, page: Page, told: Locator) -> None:
    """As if nothing had come for a minute, which makes a pause of a silence; what is still on its way comes first."""
    for _ in range(60):
        for part in (quiet.data_dir / "uploads").iterdir():
            os.utime(part, (time.time() - 60,) * 2)
        page.reload()
        if told.count():
            return
        page.wait_for_timeout(500)
    expect(told).to_be_visible()


def _send(page: Page, file: Path, title: str, visit: bool = True) -> None:
    if visit:
        page.goto("/recordings")
    page.fill("[name=title]", title)
    page.set_input_files("[name=file]", file)
    page.click("form[data-upload] button:not([type=button])")


def _waits(page: Page, title: str) -> None:
    """Until the list says that the file is whole and waits for the worker."""
    expect(page.locator(".rows li", has_text=title)).to_contain_text("en attente", timeout=PATIENCE_MS)


def _past(page: Page, percent: int) -> None:
    page.wait_for_function(
        "least => parseInt(document.querySelector('[data-percent]')?.textContent) >= least", arg=percent,
        timeout=PATIENCE_MS,
    )  # fmt: skip


def _arrived(server: Server) -> list[str]:
    return [_sum(part) for part in (server.data_dir / "uploads").iterdir()]


def _sum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
