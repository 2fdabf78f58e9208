"""A quiz in Chromium: with scripts each change is saved at once, without them by each press. The desk."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.server import Server

Visit = Callable[..., BrowserContext]
SignIn = Callable[[BrowserContext, str], Page]
Sound = Callable[[Page], None]
OPEN_TEXT = "Le cycle porte sur la coopération décentralisée. Réponse d’essai."


def begin(page: Page) -> str:
    """Open a quiz that can be started, start it; the address of the attempt."""
    page.goto("/modules")
    modules = page.eval_on_selector_all("main a[href^='/modules/']", "links => links.map(a => a.getAttribute('href'))")
    for module in dict.fromkeys(modules):
        page.goto(module)
        steps = page.eval_on_selector_all("main a[href^='/steps/']", "links => links.map(a => a.getAttribute('href'))")
        for step in dict.fromkeys(steps):
            page.goto(step)
            button = page.locator("form[action$='/attempts'] button")
            if button.count():
                button.click()
                page.wait_for_url("**/questions/*")
                return re.sub(r"/questions/\d+$", "", page.url)
    raise AssertionError("no quiz to start")


def find_open(page: Page) -> str:
    """Go to the first open question, wherever it stands: other tests add questions to the same quiz."""
    addresses = page.eval_on_selector_all("nav.questions a", "links => links.map(a => a.getAttribute('href'))")
    for address in addresses:
        page.goto(address)
        if page.locator("textarea[name=answer]").count():
            return str(address)
    raise AssertionError("no open question")


def answer(page: Page) -> None:
    """Answer the question on the page somehow."""
    if page.locator("textarea[name=answer]").count():
        page.fill("textarea[name=answer]", OPEN_TEXT)
    elif page.locator("input[name=answer][type=radio], input[name=answer][type=checkbox]").count():
        page.locator("input[name=answer]").first.check()
    else:
        page.fill("input[name=answer]", "4")


@pytest.mark.parametrize(("width", "scripts", "who"), [(360, False, "learner31"), (1280, True, "learner32")])
def test_a_quiz_is_taken_from_start_to_result(
    visit: Visit, sign_in: SignIn, sound: Sound, width: int, scripts: bool, who: str
) -> None:
    page = sign_in(visit(width=width, scripts=scripts), who)
    attempt = begin(page)
    while "/questions/" in page.url:
        if scripts:
            sound(page)
        answer(page)
        with page.expect_navigation():
            page.click("form[action*='/questions/'] button")
    expect(page.locator("h1")).to_have_text("Toutes les questions ont une réponse")
    with page.expect_navigation(url="**/attempts/*"):
        page.click("form[action$='/submission'] button")
    assert page.url == attempt
    expect(page.locator("h1")).to_contain_text("attendent la correction")
    if scripts:
        sound(page)


def test_an_answer_survives_the_network_and_the_browser(visit: Visit, sign_in: SignIn, server: Server) -> None:
    context = visit(width=360)
    page = sign_in(context, "learner33")
    attempt = begin(page)
    question = find_open(page)
    receipt = page.locator("[data-receipt]")
    page.fill("textarea[name=answer]", "Avant la coupure")
    expect(receipt).to_contain_text("Réponse reçue par le serveur")
    context.set_offline(True)
    page.fill("textarea[name=answer]", "Pendant la coupure")
    page.locator("textarea").blur()
    expect(receipt).to_contain_text("gardé sur cet appareil")
    context.set_offline(False)
    expect(page.locator(".outbox")).to_be_hidden(timeout=90_000)
    expect(receipt).to_contain_text("Réponse reçue par le serveur")
    state = context.storage_state()
    context.close()  # As a power cut would.
    again = visit(width=1280, storage_state=state).new_page()
    again.goto(question)
    expect(again.locator("textarea[name=answer]")).to_have_value("Pendant la coupure")
    assert attempt.startswith(server.base)


def test_what_is_being_typed_survives_back(visit: Visit, sign_in: SignIn) -> None:
    page = sign_in(visit(width=360), "learner36")
    begin(page)
    question = find_open(page)
    page.locator("textarea[name=answer]").press_sequentially("Sans repos")
    page.go_back()
    written = page.locator("textarea[name=answer]")
    for _ in range(50):  # What a page sends while it is left may arrive after the next one was asked for.
        page.goto(question)
        if written.input_value() == "Sans repos":
            break
        page.wait_for_timeout(200)
    expect(written).to_have_value("Sans repos")


def test_who_types_without_a_rest_is_saved_meanwhile(visit: Visit, sign_in: SignIn) -> None:
    page = sign_in(visit(width=360), "learner36")
    begin(page)
    find_open(page)
    heard = []
    page.on("response", lambda answer: heard.append(answer.status) if answer.request.method == "POST" else None)
    typed = page.locator("textarea[name=answer]")
    for _ in range(50):  # Five seconds of it, and patience.
        typed.press_sequentially("mot " * 5, delay=50)
        if heard:
            break
    assert set(heard) == {200}


def test_a_number_that_is_none_is_refused_at_once_and_two_devices_tell_of_each_other(
    visit: Visit, sign_in: SignIn
) -> None:
    context = visit(width=360)
    page = sign_in(context, "learner34")
    begin(page)
    question = find_open(page)
    other = context.new_page()
    other.goto(question)
    page.fill("textarea[name=answer]", "Sur le téléphone")
    receipt = page.locator("[data-receipt]")
    expect(receipt).to_contain_text("Réponse reçue par le serveur")
    other.fill("textarea[name=answer]", "Au bureau")
    expect(other.locator("[data-receipt]")).to_contain_text("remplace une réponse")
    expect(other.locator("[data-receipt]")).to_contain_text("Sur le téléphone")
    for address in page.eval_on_selector_all("nav.questions a", "links => links.map(a => a.href)"):
        page.goto(address)
        if page.locator("form[data-kind=number]").count():
            break
    page.fill("input[name=answer]", "abc")
    expect(receipt).to_contain_text("Écrivez un nombre")
    assert page.locator("form[data-quiz]").get_attribute("data-answered") == ""
    here = page.locator("nav.questions [aria-current]")
    expect(here).not_to_contain_text("répondu", use_inner_text=True)
    page.fill("input[name=answer]", "4")
    expect(receipt).to_contain_text("Réponse reçue par le serveur")
    expect(here).to_contain_text("répondu", use_inner_text=True)
    assert {"done", "now"} <= set(here.get_attribute("class").split())


def test_a_wrong_number_is_corrected_on_the_page_that_refuses_it(visit: Visit, sign_in: SignIn) -> None:
    page = sign_in(visit(width=360), "learner37")
    begin(page)
    for address in page.eval_on_selector_all("nav.questions a", "links => links.map(a => a.href)"):
        page.goto(address)
        if page.locator("form[data-kind=number]").count():
            break
    number = page.url
    page.route("**/answers", lambda route: route.abort(), times=1)  # The form overtakes the save of the script.
    page.fill("input[name=answer]", "abc")
    with page.expect_response("**/answers") as overtaken:
        page.press("input[name=answer]", "Enter")
        expect(page.locator(".summary")).to_contain_text("Écrivez un nombre")
    assert overtaken.value.ok
    expect(page.locator("#answer-error")).to_contain_text("Écrivez un nombre")
    expect(page.locator("[data-receipt]")).to_be_hidden()
    expect(page).to_have_title(re.compile("^Erreur"))
    page.fill("input[name=answer]", "3")  # Saved by the script: the page says one thing, not two.
    expect(page.locator("[data-receipt]")).to_contain_text("Réponse reçue par le serveur")
    expect(page.locator(".summary, #answer-error, .field.wrong, [aria-invalid]")).to_have_count(0)
    expect(page).to_have_title(re.compile("^Question"))
    page.fill("input[name=answer]", "trois")
    expect(page.locator("#answer-error")).to_be_in_viewport()
    expect(page.locator(".field.wrong [aria-invalid=true][aria-describedby='answer-hint answer-error']")).to_have_count(
        1
    )
    with page.expect_response(lambda answer: answer.url == number and answer.request.method == "POST") as corrected:
        page.fill("input[name=answer]", "4")
        page.press("input[name=answer]", "Enter")
    assert corrected.value.status == 303
    page.wait_for_load_state()
    page.goto(number)
    expect(page.locator("input[name=answer]")).to_have_value("4")
    expect(page.locator("[data-receipt]")).to_contain_text("Réponse reçue par le serveur")


def test_a_mark_and_a_choice_taken_back_are_saved_at_once(visit: Visit, sign_in: SignIn) -> None:
    page = sign_in(visit(width=360), "learner35")
    begin(page)
    for address in page.eval_on_selector_all("nav.questions a", "links => links.map(a => a.href)"):
        page.goto(address)
        if page.locator("form[data-kind=truefalse]").count():
            break
    receipt, saved = page.locator("[data-receipt]"), page.locator("[data-saved]")
    flag, clear = page.locator("[data-flag]"), page.get_by_role("button", name="Effacer ma réponse")
    expect(flag).to_be_hidden()
    expect(clear).to_be_hidden()
    page.check("[name=come_back]")
    expect(receipt).to_contain_text(re.compile(r"Marque .*reçue par le serveur à\s\d"))
    expect(flag).to_be_visible()
    expect(saved).to_have_text("0")
    page.check("[name=answer][value=false]")
    expect(receipt).to_contain_text("Réponse reçue par le serveur")
    expect(saved).to_have_text("1")
    said_by_the_script = receipt.inner_text()
    page.reload()
    expect(receipt, "the same time, written the same way").to_have_text(said_by_the_script, use_inner_text=True)
    page.uncheck("[name=come_back]")
    expect(flag).to_be_hidden()
    clear.press("Enter")
    expect(receipt).to_contain_text("la question est sans réponse")
    expect(saved).to_have_text("0")
    expect(clear).to_be_hidden()
    page.reload()
    expect(page.locator("[name=answer]:checked")).to_have_count(0)


def test_what_the_server_refuses_stays_on_the_device_until_it_is_answered_again(visit: Visit, sign_in: SignIn) -> None:
    page = sign_in(visit(width=360), "learner36")
    begin(page)
    question = find_open(page)
    problem = {"status": 409, "content_type": "application/problem+json", "body": '{"detail": "Essai plein."}'}
    page.route("**/answers", lambda route: route.fulfill(**problem))
    page.fill("textarea[name=answer]", "Longuement réfléchi")
    kept = page.locator("[data-recall]")
    expect(kept).to_contain_text("Essai plein.")
    for address in (question, re.sub(r"questions/\d+$", "review", question)):
        page.goto(address)
        expect(kept).to_contain_text("Longuement réfléchi")
    page.unroute("**/answers")
    page.goto(question)
    page.fill("textarea[name=answer]", "Réfléchi encore")
    expect(page.locator("[data-receipt]")).to_contain_text("Réponse reçue par le serveur")
    expect(kept).to_be_hidden()
    expect(page.locator(".outbox")).to_be_hidden()


def test_a_trainer_grades_and_releases(visit: Visit, sign_in: SignIn, sound: Sound) -> None:
    for width in (360, 1280):
        page = sign_in(visit(width=width), "trainer1")
        page.goto("/grading")
        sound(page)
        page.locator("main td a.button").first.click()
        page.wait_for_url("**/grading/answers/**")
        sound(page)
        page.fill("[name=points]", "beaucoup")
        page.fill("[name=comment]", "Précisez qui fait quoi.")
        page.click("button[name=stay]")
        expect(page.locator("[name=comment]")).to_have_value("Précisez qui fait quoi.")
        sound(page)
        page.fill("[name=points]", "2,5")
        page.click("button[name=stay]")
        expect(page.locator(".notice.good")).to_be_visible()
    page.goto("/grading")
    page.locator("a.button[href*='/grading/releases/']").first.click()
    page.wait_for_url("**/grading/releases/**")
    sound(page)
    page.locator("form:has([name=listed]) button").click()
    page.wait_for_url(re.compile(r"/grading$"))
    expect(page.locator(".notice.good")).to_contain_text("publiée")


def test_a_trainer_writes_a_question(visit: Visit, sign_in: SignIn, sound: Sound) -> None:
    for width in (360, 1280):
        page = sign_in(visit(width=width), "trainer1")
        page.goto("/modules")
        module = page.locator("main a[href^='/modules/']").first.get_attribute("href") or ""
        page.goto(module)
        steps = page.eval_on_selector_all("main a[href^='/steps/']", "links => links.map(a => a.getAttribute('href'))")
        for step in dict.fromkeys(steps):
            page.goto(step)
            if page.locator("a[href$='/edit']").count():
                break
        page.locator("a[href^='/quizzes/'][href$='/edit']").first.click()
        page.wait_for_url("**/edit")
        sound(page)
        page.locator("a[href$='/questions/new/truefalse']").click()
        page.fill("[name=text]", f"Le cycle est hybride ({width}).")
        page.check("[name=right][value=true]")
        sound(page)
        page.locator("main form:has([name=text]) button").first.click()
        page.wait_for_url("**/edit")
        expect(page.locator("main")).to_contain_text(f"Le cycle est hybride ({width}).")
