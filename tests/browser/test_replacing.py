"""A corrected file goes up through Chromium: the administrator sees what was cut and for whom, says yes, and takes it
back."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from playwright.sync_api import BrowserContext, Locator, Page, expect

from media.processes import program
from tests import lecture, spoken
from tests.browser.building import (
    PATIENCE_S,
    give_it_a_module,
    hang_it_on_a_step,
    make_a_cohort,
    open_step,
    send_recording,
)
from tests.browser.server import Server

Visit = Callable[..., BrowserContext]
SignIn = Callable[..., Page]
SLIDES, CUT = 4, 8  # Four slides of six seconds, and how many seconds are cut at their beginning.
LENGTH = SLIDES * 6


def test_a_beginning_is_cut_and_who_had_seen_all_has_seen_all(
    server: Server, visit: Visit, sign_in: SignIn, sound: Callable[[Page], None], tmp_path: Path
) -> None:
    admin = sign_in(visit(), "admin1")
    whole = _film(tmp_path)
    send_recording(admin, whole, "Film à corriger")
    hang_it_on_a_step(admin, "Film à corriger", "Étape à corriger")
    give_it_a_module(admin, make_a_cohort(admin, "Cohorte de la correction", ["learner37"]))
    learner = sign_in(visit(360), "learner37")
    step = open_step(learner, "Étape à corriger")
    _watch_all(learner)

    admin.goto("/recordings")
    admin.get_by_role("link", name="Film à corriger").first.click()
    recording = admin.url
    admin.set_input_files("#add [name=file]", str(_trimmed(whole)))
    with admin.expect_navigation():  # The page opens anew when all of it has arrived.
        admin.get_by_role("button", name="Envoyer le fichier").click()
    _until_it_is_compared(admin, recording)
    sound(admin)
    taken = _row(admin, "Retiré")
    expect(taken).to_contain_text(re.compile(rf"0:00–0:0[{CUT - 1}-{CUT}]"))
    expect(admin.locator("#state")).to_contain_text("Rien n’est redemandé")
    effect = admin.locator("#learners tbody tr", has_text="Cohorte de la correction")
    assert [text.strip() for text in effect.locator("td").all_inner_texts()][1:4] == ["1", "0", "0"]
    learner.reload()
    expect(learner.locator("[data-watch]")).to_have_attribute("data-duration", re.compile(rf"^{LENGTH}|^{LENGTH - 1}"))

    admin.get_by_role("button", name="Utiliser le nouveau fichier").click()
    expect(admin.get_by_text("Le nouveau fichier est en service.")).to_be_visible()
    _sees_all(learner, step, LENGTH - CUT)

    admin.get_by_role("button", name=re.compile("^Rétablir")).first.click()
    _sees_all(learner, step, LENGTH)
    learner.goto("/modules")
    expect(learner.locator("main")).not_to_contain_text("ont changé")


def _film(folder: Path) -> Path:
    voice = spoken.write(folder / "voice.wav", spoken.speech(LENGTH, 5))
    encoder = (*lecture.STUDIO, "-c:a", "aac")
    slides = [lecture.slide(number, size=(640, 360)) for number in range(SLIDES)]
    return lecture.film(folder / "film.mp4", slides, "-i", str(voice), encoder=encoder, seconds=LENGTH // SLIDES)


def _trimmed(film: Path) -> Path:
    cut = film.with_name("corrected.mp4")
    options = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-c:a", "aac"]
    subprocess.run([program("ffmpeg"), "-v", "error", "-y", "-ss", str(CUT), "-i", film, *options, cut], check=True)
    return cut


def _watch_all(page: Page) -> None:
    video = page.locator("video")
    video.evaluate("v => { v.muted = true; v.playbackRate = 2; void v.play().catch(() => {}); }")
    page.wait_for_function("() => document.querySelector('video').ended", timeout=180_000)
    expect(page.locator("[data-done]")).to_be_visible()
    expect(page.locator("[data-missing] li")).to_have_count(0)


def _until_it_is_compared(page: Page, recording: str) -> None:
    end = monotonic() + PATIENCE_S
    while True:
        page.goto(f"{recording}/replacement")
        if page.get_by_role("button", name="Utiliser le nouveau fichier").count():
            return
        assert monotonic() < end, page.locator("main").inner_text()
        page.wait_for_timeout(2000)


def _row(page: Page, word: str) -> Locator:
    return page.locator("#state tbody tr", has_text=word)


def _sees_all(page: Page, step: str, length: int) -> None:
    page.goto(step)
    expect(page.locator("[data-watch]")).to_have_attribute("data-duration", re.compile(rf"^{length - 1}|^{length}"))
    expect(page.locator("[data-done]")).to_be_visible()
    expect(page.locator("[data-missing] li")).to_have_count(0)
