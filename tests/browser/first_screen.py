"""Make the picture of README's first screen: `.venv/bin/python -m tests.browser.first_screen`.

A real server with the demonstration, a learner half-way through the cycle; saved with a palette, for a light README.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from app.config import ROOT
from tests.browser.conftest import ARGUMENTS, CHROMIUM, PASSWORD
from tests.browser.recordings import ready_steps
from tests.browser.server import Server

TARGET = ROOT / "docs" / "first-screen.png"
SIZE = (1280, 800)
COLOURS = 48


def main() -> None:
    """Start, wait for the recording, look, save, stop."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "data")
        server.flask("db", "upgrade")
        server.flask("demo", "load")
        server.start()
        try:
            picture = _look(server)
        finally:
            server.stop()
    TARGET.parent.mkdir(exist_ok=True)
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        TARGET, optimize=True
    )
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1000:.0f} kB")


def _look(server: Server) -> bytes:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        width, height = SIZE
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="fr-FR", base_url=server.base, color_scheme="light"
        )
        page = context.new_page()
        page.goto("/sign-in")
        page.fill("[name=login]", "learner1")
        page.fill("[name=password]", PASSWORD)
        page.click("form:has([name=password]) button")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        ready_steps(page, "Mise en œuvre")  # The last that the worker makes.
        page.goto("/")
        picture = page.screenshot()
        browser.close()
        return picture


if __name__ == "__main__":
    main()
