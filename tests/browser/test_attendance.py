"""The list of a day in person in Chromium, in a hall without network."""

from collections.abc import Callable
from datetime import UTC, datetime

from playwright.sync_api import BrowserContext, Locator, Page, expect

Visit = Callable[..., BrowserContext]
SignIn = Callable[[BrowserContext, str], Page]
Sound = Callable[[Page], None]


def open_day(page: Page) -> Locator:
    """Its lines, of which nobody has noted the last ones yet."""
    page.goto("/cohorts")
    page.locator("main a[href^='/cohorts/']").first.click()
    page.locator("main a[href*='/days/']").first.click()
    page.wait_for_url("**/days/**")
    return page.locator("[data-person]")


def tick(line: Locator, word: str) -> None:
    line.get_by_text(word).click()


def test_who_is_there_is_noted_without_network_and_arrives_later(visit: Visit, sign_in: SignIn, sound: Sound) -> None:
    context = visit(width=360)
    page = sign_in(context, "trainer2")
    lines = open_day(page)
    first = lines.count() - 3
    tick(lines.nth(first), "Présent·e")
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page.locator("[role=status]", has_text="La liste est enregistrée")).to_be_visible()
    expect(lines.nth(first).get_by_label("Présent·e")).to_be_checked()
    page.wait_for_load_state()  # The page that comes after a list needs its script before the cut.
    context.set_offline(True)
    tick(lines.nth(first + 1), "Absent·e")
    tick(lines.nth(first + 2), "Présent·e")
    page.get_by_role("button", name="Enregistrer").last.click()
    for number in (first + 1, first + 2):
        expect(lines.nth(number).locator("[role=status]")).to_contain_text("en attente d’envoi")
    expect(page.locator(".outbox [role=status]")).to_contain_text("2 envois")
    sound(page)
    context.set_offline(False)
    expect(page.locator(".outbox")).to_be_hidden(timeout=90_000)
    expect(lines.nth(first + 2).locator("[role=status]")).to_have_count(0, timeout=90_000)
    expect(lines.nth(first + 1).get_by_label("Absent·e")).to_be_checked()
    expect(lines.nth(first + 2).get_by_label("Présent·e")).to_be_checked()


def move(page: Page, step: str, day: str) -> None:
    """Give the day in person another date."""
    page.goto(f"/manage/steps/{step}/dates")
    page.locator("main a[href^='/manage/sittings/']").first.click()
    page.locator("[name=day]").fill(day)
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url("**/dates")


def test_what_is_noted_without_network_on_a_day_to_come_is_asked_about_and_not_lost(
    visit: Visit, sign_in: SignIn, sound: Sound
) -> None:
    context = visit(width=360)
    page = sign_in(context, "trainer2")
    lines = open_day(page)
    line = lines.nth(lines.count() - 4)
    url, there = page.url, line.get_by_label("Présent·e")
    expect(line.get_by_label("Non noté")).to_be_checked()
    move(page, url.split("/")[-1], "2099-05-16")
    page.goto(url)
    context.set_offline(True)
    tick(line, "Présent·e")
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(line.locator("[role=status]")).to_contain_text("en attente d’envoi")
    context.set_offline(False)
    expect(line.locator("[role=status]")).to_contain_text("n’a pas encore eu lieu", timeout=90_000)
    page.reload()
    expect(line.locator("[role=status]")).to_contain_text("n’a pas encore eu lieu")
    expect(there).to_be_checked()
    page.get_by_role("button", name="Enregistrer").last.click()
    page.get_by_label("Je confirme").check()
    sound(page)
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page.locator("[role=status]", has_text="La liste est enregistrée").first).to_be_visible()
    expect(there).to_be_checked()
    expect(page.locator(".outbox")).to_be_hidden()
    expect(line.locator("[role=status]")).to_have_count(0)
    move(page, url.split("/")[-1], "2023-05-16")


def test_a_list_opens_again_without_network_and_the_code_on_the_wall_notes_who_types_it(
    visit: Visit, sign_in: SignIn, sound: Sound
) -> None:
    context = visit(width=360)
    page = sign_in(context, "trainer1")
    page.evaluate("navigator.serviceWorker.ready")
    lines = open_day(page)
    url = page.url
    page.goto(url)  # Kept once the worker is there.
    page.wait_for_load_state("networkidle")
    person = lines.nth(4).get_attribute("data-person")
    page.wait_for_function(
        "async (url) => Boolean(await (await caches.open('rolls')).match(url))", arg=url, polling=200
    )
    context.set_offline(True)
    page.goto(url)
    line = page.locator(f"[data-person='{person}']")
    tick(line, "Présent·e")
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(line.locator("[role=status]")).to_contain_text("en attente d’envoi")
    page.goto(url)
    expect(line.get_by_label("Présent·e")).to_be_checked()
    expect(line.locator("[role=status]")).to_contain_text("en attente d’envoi")
    context.set_offline(False)
    expect(page.locator(".outbox")).to_be_hidden(timeout=20_000)
    page.goto(url)
    expect(line.get_by_label("Présent·e")).to_be_checked()

    move(page, url.split("/")[-1], datetime.now(UTC).date().isoformat())
    page.goto(f"{url}/wall")
    sound(page)
    code = page.locator(".wall .code").inner_text()
    other = sign_in(visit(width=360), "learner19")
    other.goto("/here")
    sound(other)
    other.get_by_label("Code", exact=True).fill(code.lower())
    other.get_by_role("button", name="Je suis là").click()
    expect(other.locator("[role=status]", has_text="Votre présence est notée")).to_be_visible()
    move(page, url.split("/")[-1], "2023-05-16")


def test_the_list_works_without_scripts(visit: Visit, sign_in: SignIn) -> None:
    page = sign_in(visit(width=360, scripts=False), "trainer1")
    lines = open_day(page)
    tick(lines.last, "Absent·e")
    page.get_by_role("button", name="Les autres sont").first.click()
    expect(page.locator("[role=status]", has_text="La liste est enregistrée")).to_be_visible()
    expect(lines.last.get_by_label("Absent·e")).to_be_checked()
    expect(page.get_by_label("Présent·e").and_(page.locator(":checked"))).to_have_count(lines.count() - 1)
