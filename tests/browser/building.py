"""What an administrator builds through the pages before learners come."""

import re
from pathlib import Path
from time import monotonic

from playwright.sync_api import Locator, Page, expect

PATIENCE_S = 600


def send_recording(page: Page, file: Path, title: str) -> None:
    """Send a film from the page of the recordings, and wait until it is ready."""
    page.goto("/recordings")
    page.fill("[name=title]", title)
    page.set_input_files("[name=file]", str(file))
    with page.expect_navigation():  # The page opens anew when all of it has arrived.
        page.locator("form[data-upload] button.button:not(.second):not(.risk)").click()
    row = page.locator("li.upload", has_text=title)
    end = monotonic() + PATIENCE_S
    while not row.locator(".tag.good").count():
        assert monotonic() < end, f"not ready in time: {row.first.inner_text() if row.count() else 'no such row'}"
        page.wait_for_timeout(2000)
        page.goto("/recordings")


def hang_it_on_a_step(page: Page, recording: str, title: str) -> None:
    """A step of the first module that shows it."""
    page.goto("/manage/modules")
    page.get_by_role("link", name="1. Module introductif").click()
    page.locator("a[href$='/steps/new/recording']").click()
    page.fill("[name=title_fr]", title)
    choose(page.locator("[name=recording]"), recording)
    save(page)
    expect(page.get_by_role("link", name=title).first).to_be_visible()


def make_a_cohort(page: Page, name: str, logins: list[str]) -> str:
    """With these people in it; its address."""
    page.goto("/cohorts/new")
    page.fill("[name=name]", name)
    page.fill("[name=zone]", "bamako")
    save(page)
    people = page.url
    for login in logins:
        page.goto(people)
        page.fill("[name=login]", login)
        page.select_option("[name=role]", "trainer" if login.startswith("trainer") else "learner")
        page.locator("form:has([name=login]) button").click()
    return re.sub(r"/people.*", "", people)


def give_it_a_module(page: Page, cohort: str) -> None:
    """The first one."""
    page.goto(f"{cohort}/modules")
    choose(page.locator("form:has(select) select").first, "Module introductif")
    page.locator("form:has(select) button").first.click()
    expect(page.get_by_role("link", name=re.compile("Module introductif")).first).to_be_visible()


def open_step(page: Page, title: str) -> str:
    """As a learner comes there; its address."""
    page.goto("/modules")
    page.get_by_role("link", name="Module introductif").first.click()
    page.get_by_role("link", name=title, exact=True).first.click()
    page.wait_for_url("**/steps/*")
    return page.url


def choose(select: Locator, words: str) -> None:
    """The option whose text holds these words."""
    value = select.locator("option", has_text=words).first.get_attribute("value")
    select.select_option(value)


def save(page: Page) -> None:
    """Press the button of the form."""
    page.get_by_role("button", name="Enregistrer").first.click()
