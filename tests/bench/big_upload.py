"""The long trial, `./run soak`: an hour and more than a gigabyte goes up through Chromium with the line cut twice and
the server restarted once, arrives byte for byte, is converted and plays."""

import hashlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from media.processes import program
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.server import Server

GIGA = 1_000_000_000
MINUTES = 61
READY_SECONDS = 3 * 3600
PATIENCE_MS = 900_000


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with its worker and an administrator."""
    server = Server(tmp_path_factory.mktemp("big"))
    server.flask("db", "upgrade")
    server.flask("user", "add", "studio", "--admin")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More than a gigabyte, an hour long: one minute at a constant bit rate, repeated by copy."""
    folder = tmp_path_factory.mktemp("film")
    minute, whole = folder / "minute.mp4", folder / "cours.mp4"
    quiet = [program("ffmpeg"), "-nostdin", "-v", "error", "-y"]
    rate = ["-b:v", "2400k", "-minrate", "2400k", "-maxrate", "2400k", "-bufsize", "2400k"]
    subprocess.run(
        [*quiet, "-f", "lavfi", "-i", "testsrc=s=1280x720:r=25:d=60", "-f", "lavfi", "-i", "sine=330:d=60",
         "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", *rate,
         "-x264-params", "nal-hrd=cbr:force-cfr=1", "-c:a", "aac", str(minute)],
        check=True,
    )  # fmt: skip
    looped = ["-stream_loop", str(MINUTES - 1), "-i", str(minute), "-c", "copy", str(whole)]
    subprocess.run([*quiet, *looped], check=True)
    assert whole.stat().st_size > GIGA
    return whole


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.media
def test_an_hour_goes_up_through_cuts_and_a_restart_and_plays(browser: Browser, server: Server, film: Path) -> None:
    context = browser.new_context(locale="fr-FR", base_url=server.base)
    page = context.new_page()
    page.goto("/code")
    page.fill("[name=code]", server.flask("user", "code", "studio").split()[-1])
    page.click("form:has([name=code]) button")
    page.wait_for_url(lambda url: not url.endswith("/code"))
    begun = time.monotonic()
    page.goto("/recordings")
    page.fill("[name=title]", "Module 5")
    page.set_input_files("[name=file]", film)
    page.click("form[data-upload] button:not([type=button])")
    for percent in (15, 40):
        _past(page, percent)
        context.set_offline(True)
        page.wait_for_timeout(3000)
        context.set_offline(False)
    _past(page, 60)
    server.stop()
    server.start()
    row = page.locator(".rows li", has_text="Module 5")
    expect(row).not_to_contain_text("en pause", timeout=PATIENCE_MS)
    page.wait_for_function("() => !document.querySelector('[data-sending]')", timeout=PATIENCE_MS)
    print(f"sent {film.stat().st_size / GIGA:.2f} GB in {time.monotonic() - begun:.0f} s, two cuts, one restart")
    begun = time.monotonic()
    while not row.locator(".tag.good").count():
        assert time.monotonic() - begun < READY_SECONDS
        page.wait_for_timeout(5000)
        page.goto("/recordings")
    print(f"converted {MINUTES} min in {time.monotonic() - begun:.0f} s")
    (kept,) = (server.data_dir / "media").glob("*/*/original")
    assert _sum(kept) == _sum(film)
    page.goto("/recordings")
    page.click(".rows a >> nth=0")
    page.locator("video").evaluate("video => { video.muted = true; return video.play(); }")
    page.wait_for_function("() => document.querySelector('video').currentTime > 1", timeout=60_000)
    assert page.locator("video").evaluate("video => video.duration") > 60 * MINUTES - 2
    context.close()


def _past(page: Page, percent: int) -> None:
    page.wait_for_function(
        "least => parseInt(document.querySelector('[data-percent]')?.textContent) >= least",
        arg=percent, timeout=PATIENCE_MS,
    )  # fmt: skip


def _sum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
