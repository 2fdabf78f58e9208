"""A film made for a test, and where the demonstration's films are."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page

from media.processes import program

PATIENCE_MS = 420_000
GROWING = "Les autres tailles sont en cours de fabrication."


def film(folder: Path, seconds: int) -> Path:
    """A short film with a tone, as a camera would make it."""
    file = folder / "film.mp4"
    command = [program("ffmpeg"), "-nostdin", "-v", "error", "-y"]
    command += ["-f", "lavfi", "-i", f"testsrc2=size=640x360:rate=25:duration={seconds}"]
    command += ["-f", "lavfi", "-i", f"sine=frequency=330:duration={seconds}"]
    command += ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", str(file)]
    subprocess.run(command, check=True, timeout=300)
    return file


_known: dict[str, str] = {}


def ready_steps(page: Page, module: str = "Module introductif") -> list[str]:
    """Addresses of the demonstration's recording steps in a module; waits until the worker has made all their sizes."""
    here = f"{page.url.partition('//')[2].partition('/')[0]} {module}"
    if here in _known:
        page.goto(_known[here])
        return [page.url]
    waited = 0
    page.goto("/modules")
    page.get_by_role("link", name=module).first.click()
    page.get_by_role("link", name="Enregistrement de démonstration").first.click()
    page.wait_for_url("**/steps/*")
    while not page.locator("video").count() or page.get_by_text(GROWING).count():
        assert waited < PATIENCE_MS, "the worker has not made the recording"
        page.wait_for_timeout(2000)
        waited += 2000
        page.reload()
    _known[here] = page.url
    return [page.url]


def forget(data_dir: Path, login: str) -> None:
    """The learner has seen nothing."""
    with closing(sqlite3.connect(data_dir / "database.sqlite3", timeout=30, isolation_level=None)) as database:
        person = "(SELECT person_id FROM login WHERE folded = ?)"
        database.execute(f"DELETE FROM coverage WHERE person_id = {person}", (login,))
