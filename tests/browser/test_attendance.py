"""The list of a day in person in Chromium, in a hall without network."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

Visit = Callable[..., BrowserContext]
SignIn = Callable[[BrowserContext, str], Page]
Sound = Callable[[Page], None]


def open_day(page: Page) -> None:
    page.goto("/cohorts")
    page.locator("main a[href^='/cohorts/']").first.click()
    page.locator("main a[href*='/days/']").first.click()


def test_who_is_there_is_noted_without_network_and_arrives_later(visit: Visit, sign_in: SignIn, sound: Sound) -> None:
    context = visit(width=360)
    page = sign_in(context, "trainer2")
    open_day(page)
    rows = page.locator("li", has=page.locator("form[data-attendance]"))
    first = rows.count() - 3  # Nobody has noted the last ones yet.
    rows.nth(first).get_by_role("button").click()
    expect(rows.nth(first).locator(".tag")).to_be_visible()
    page.wait_for_load_state("networkidle")  # The page that comes after a note needs its script before the cut.
    context.set_offline(True)
    for number in (first + 1, first + 2):
        rows.nth(number).get_by_role("button").click()
        expect(rows.nth(number).locator("[role=status]")).to_contain_text("en attente d’envoi")
    expect(page.locator(".outbox [role=status]")).to_contain_text("2 envois")
    sound(page)
    context.set_offline(False)
    for number in range(first, first + 3):
        expect(rows.nth(number).locator(".tag")).to_be_visible(timeout=20_000)
    expect(page.locator(".outbox")).to_be_hidden()
    rows.nth(first + 2).get_by_role("button").click()
    expect(rows.nth(first + 2).locator(".tag")).to_have_count(0)
