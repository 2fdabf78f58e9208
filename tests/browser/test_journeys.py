"""What the three roles do, in Chromium against the real server: the whole path of a recording, a quiz and a thread."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.building import give_it_a_module, hang_it_on_a_step, make_a_cohort, open_step, send_recording
from tests.browser.playing import reaches
from tests.browser.recordings import film, ready_steps
from tests.browser.server import Server

Visit = Callable[..., BrowserContext]
SignIn = Callable[..., Page]
SECONDS = 8
PASSWORD = "une phrase assez longue"


def test_a_recording_goes_up_and_a_cohort_learns_from_it(
    server: Server, visit: Visit, sign_in: SignIn, tmp_path: Path
) -> None:
    admin = sign_in(visit(), "admin1")
    send_recording(admin, film(tmp_path, SECONDS), "Film du parcours")
    hang_it_on_a_step(admin, "Film du parcours", "Étape du parcours")
    cohort = make_a_cohort(admin, "Cohorte du parcours", ["learner39", "trainer2"])
    give_it_a_module(admin, cohort)
    code = _invite_somebody_without_mail(admin, cohort)

    newcomer = visit(360).new_page()
    _enter_with_code(newcomer, code)
    expect(newcomer.locator("h1")).to_contain_text("Il vous reste")

    learner = sign_in(visit(), "learner39")
    step = open_step(learner, "Étape du parcours")
    _watch(learner, until=4)
    elsewhere = sign_in(visit(360), "learner39")
    elsewhere.goto(step)
    expect(elsewhere.locator("[data-watch]")).to_have_attribute("data-start", re.compile(r"^[3-7]"))
    expect(elsewhere.locator("[data-missing] li")).to_have_count(1)
    _watch_the_rest(elsewhere)
    expect(elsewhere.locator("[data-done]")).to_be_visible()


def test_jumping_to_the_end_does_not_complete_a_step(visit: Visit, sign_in: SignIn, server: Server) -> None:
    page = sign_in(visit(), "learner38")
    page.goto(ready_steps(page)[0])
    video = page.locator("video")
    video.evaluate("v => new Promise(done => { v.muted = true; v.onplaying = done; v.play().catch(() => {}); })")
    with page.expect_response(lambda answer: answer.url.endswith("/watching")):
        video.evaluate("v => new Promise(done => { v.onseeked = done; v.currentTime = v.duration - 1; })")
    page.reload()
    expect(page.locator("[data-done]")).to_be_hidden()
    expect(page.locator("[data-missing] li").first).to_be_visible()


def test_a_quiz_is_answered_graded_and_its_grades_are_released(visit: Visit, sign_in: SignIn) -> None:
    learner = sign_in(visit(360), "learner15")
    _to_first_quiz(learner)
    _begin(learner)
    _answer_everything(learner)
    expect(learner.locator("main")).to_contain_text("attend", ignore_case=True)

    trainer = sign_in(visit(), "trainer1")
    trainer.goto("/grading")
    before = int(re.findall(r"\d+", trainer.locator("h1").inner_text())[0])
    trainer.locator("main a[href*='/grading/answers/']").first.click()
    trainer.fill("[name=points]", "2")
    trainer.fill("[name=comment]", "Texte d’exemple. Un commentaire du parcours.")
    with trainer.expect_navigation():
        trainer.locator("form:has([name=points]) button").first.click()
    trainer.goto("/grading")
    assert int(re.findall(r"\d+", trainer.locator("h1").inner_text())[0]) == before - 1
    trainer.goto("/grading?state=ready")
    trainer.locator("main a[href*='/grading/releases/']").first.click()
    trainer.wait_for_url("**/grading/releases/**")
    with trainer.expect_navigation():
        _press(trainer, "Publier")
    trainer.goto("/grading?state=ready")
    expect(trainer.locator("main a[href*='/grading/releases/']")).to_have_count(0)


def test_a_thread_is_written_answered_and_moderated(visit: Visit, sign_in: SignIn) -> None:
    learner = sign_in(visit(360), "learner16")
    learner.goto(_first_thread(learner))
    learner.fill("[name=body]", "Texte d’exemple du parcours, **en gras**.")
    learner.select_option("[name=kind]", "question")
    learner.locator("form:has([name=body]) button").first.click()
    mine = learner.locator("article", has_text="du parcours").last
    expect(mine.locator("strong", has_text="en gras")).to_be_visible()

    trainer = sign_in(visit(), "trainer1")
    trainer.goto(learner.url.split("#")[0])
    said = trainer.locator("article", has_text="du parcours").last
    said.locator("a[href*='/hiding']").click()
    trainer.fill("[name=reason]", "Texte d’exemple d’un motif.")
    with trainer.expect_navigation():
        trainer.locator("form:has([name=reason]) button").first.click()

    other = sign_in(visit(), "learner17")
    other.goto(learner.url.split("#")[0])
    expect(other.get_by_text("Texte d’exemple du parcours")).to_have_count(0)
    learner.reload()
    expect(learner.get_by_text("Texte d’exemple d’un motif.").first).to_be_visible()


def test_without_scripts_one_reads_posts_answers_and_watches(visit: Visit, sign_in: SignIn) -> None:
    page = sign_in(visit(360, scripts=False), "learner14")
    expect(page.locator("h1")).to_contain_text("Il vous reste")
    page.goto(_first_thread(page))
    page.fill("[name=body]", "Texte d’exemple sans script.")
    page.select_option("[name=kind]", "experience")
    page.locator("form:has([name=body]) button").first.click()
    expect(page.get_by_text("Texte d’exemple sans script.").first).to_be_visible()
    _to_first_quiz(page)
    _begin(page)
    _answer_everything(page)
    page.goto(ready_steps(page)[0])
    source = page.locator("video source, video[src]").first.get_attribute("src")
    answer = page.request.get(source or "", headers={"Range": "bytes=0-1023"})
    assert answer.status == 206
    assert answer.headers["content-type"] == "video/mp4"
    assert len(answer.body()) == 1024


def _invite_somebody_without_mail(page: Page, cohort: str) -> str:
    page.goto(f"{cohort}/people/list")
    page.fill("[name=text]", "Nom;Identifiant\nParticipant·e 41;learner41\n")
    with page.expect_navigation():
        page.locator("form:has([name=text]) button").first.click()
    with page.expect_navigation():
        page.locator("main form button.button").first.click()
    page.goto(f"{cohort}/people")
    page.get_by_role("link", name="Participant·e 41").first.click()
    page.locator("form[action$='/code'] button").click()
    page.wait_for_url("**/code")
    found = re.search(r"/code/([\w-]+)", page.content())
    assert found, "the page shows no link with the code"
    return found[0]


def _enter_with_code(page: Page, link: str) -> None:
    page.goto(link)
    page.locator("main form button.button").first.click()
    page.wait_for_url(lambda url: "/code" not in url)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    with page.expect_navigation():
        page.locator("main form button.button").first.click()
    page.goto("/")


def _watch(page: Page, until: float) -> None:
    """And pause there, however busy the machine is."""
    with page.expect_response(reaches(until), timeout=90_000):
        page.locator("video").evaluate(
            "(v, until) => { v.muted = true; void v.play().catch(() => {});"
            " v.addEventListener('timeupdate', () => v.currentTime >= until && v.pause()); }",
            until,
        )


def _watch_the_rest(page: Page) -> None:
    video = page.locator("video")
    video.evaluate("v => { v.muted = true; void v.play().catch(() => {}); }")
    page.wait_for_function("() => document.querySelector('video').ended", timeout=90_000)


def _to_first_quiz(page: Page) -> None:
    page.goto("/modules")
    page.get_by_role("link", name="Mise en œuvre").first.click()
    with page.expect_navigation():
        page.locator("ol.steps a", has_text="mise en œuvre").first.click()


def _answer_everything(page: Page) -> None:
    """Answer question after question with whatever control it has, then hand in."""
    for _ in range(12):
        form = page.locator("main form:has(button)").first
        _answer(form)
        with page.expect_navigation():
            page.locator("main form button.button:not(.second):not(.plain)").first.click()
        if page.locator("form[action$='/submission'] button").count():
            with page.expect_navigation():
                page.locator("form[action$='/submission'] button").first.click()
        if not page.locator("main form [name]:not([type=hidden])").count():
            return
    pytest.fail(f"the quiz did not end: {page.url}")


def _answer(form: Locator) -> None:
    if form.locator("[type=radio]").count():
        form.locator("[type=radio]").first.check()
    elif form.locator("textarea").count():
        form.locator("textarea").first.fill("Texte d’exemple de réponse.")
    elif form.locator("[type=text], [type=number]").count():
        form.locator("[type=text], [type=number]").first.fill("5")
    elif form.locator("[type=checkbox]").count():
        form.locator("[type=checkbox]").first.check()


def _first_thread(page: Page) -> str:
    page.goto("/")
    link = page.locator("a[href*='/threads/']").first.get_attribute("href")
    return (link or "").removesuffix("/unread")


def _begin(page: Page) -> None:
    _press(page, "Commencer le quiz")
    page.wait_for_url("**/questions/*")


def _press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).first.click()
