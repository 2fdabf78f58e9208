"""The door and the people pages in Chromium, with axe, narrow and wide, with scripts and without."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

Visit = Callable[..., BrowserContext]
SignIn = Callable[[BrowserContext, str], Page]
Faults = Callable[[Page], list[str]]
WIDTHS = (360, 1280)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_title_page_comes_with_its_contents_and_refuses_kindly(visit: Visit, faults: Faults, width: int) -> None:
    page = visit(width=width).new_page()
    page.goto("/sign-in")
    expect(page.locator(".contents .module")).to_have_count(5)
    assert not faults(page)
    page.fill("[name=login]", "learner1")
    page.fill("[name=password]", "not this one")
    page.click("form:has([name=password]) button")
    expect(page.locator(".summary")).to_be_focused()
    expect(page.locator("[name=login]")).to_have_value("learner1")
    expect(page).to_have_title(re.compile("^Erreur"))
    assert not faults(page)
    for url in ("/sign-in/forgotten", "/code"):
        page.goto(url)
        assert not faults(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_the_account_are_sound(visit: Visit, sign_in: SignIn, faults: Faults, width: int) -> None:
    page = sign_in(visit(width=width), "learner39")
    for url in ("/account", "/account/details", "/account/password", "/account/tokens"):
        page.goto(url)
        assert not faults(page)
    page.goto("/account/details")
    page.fill("[name=name]", "")
    page.evaluate("document.querySelector('[name=name]').required = false")
    page.click("main form:has([name=name]) button")
    expect(page.locator(".summary a")).to_have_attribute("href", "#name")
    assert not faults(page)


@pytest.mark.parametrize(("width", "scripts"), [(360, False), (1280, True)])
def test_a_cohort_is_made_filled_by_list_and_its_people_come_in_by_code(
    visit: Visit, sign_in: SignIn, faults: Faults, width: int, scripts: bool
) -> None:
    page = sign_in(visit(width=width, scripts=scripts), "admin1")

    def look() -> None:
        if scripts:
            assert not faults(page)

    for url in ("/people", "/people/new", "/cohorts", "/cohorts/new"):
        page.goto(url)
        look()
    page.fill("[name=name]", f"Cohorte {width}")
    page.fill("[name=zone]", "casablanca")
    with page.expect_navigation():
        page.click("main form:has([name=zone]) button")
    cohort = page.url
    look()
    page.goto(f"{cohort}/list")
    look()
    page.fill("[name=text]", f"Nom;Matricule;Rôle\nParticipante {width};M-{width};participante\nSans accès;;\n")
    page.click("main form:has([name=text]) button")
    expect(page.locator("h1")).to_have_text("1 personne serait ajoutée")
    look()
    page.click("button[name=confirmed]")
    expect(page.locator("h1")).to_have_text("1 personne est ajoutée")
    look()
    page.goto(cohort)
    with page.expect_navigation():
        page.click("form[action$='/codes'] button")
    look()
    link = re.search(r"/code/\w{8}", page.locator("main").inner_text())
    assert link
    other = visit(width=width, scripts=scripts).new_page()
    other.goto(link.group())
    other.click("form:has([name=code]) button")
    expect(other).to_have_url(re.compile("/account/password$"))
    other.fill("[name=password]", "une phrase courte")
    other.fill("[name=again]", "une phrase courte")
    other.click("form:has([name=again]) button")
    expect(other).to_have_url(re.compile("[0-9]/$"))
    page.goto("/people?search=" + f"M-{width}")
    look()
    page.click(f"main a:has-text('Participante {width}')")
    look()


def test_signing_out_closes_the_door(visit: Visit, sign_in: SignIn, sessions: dict[str, Any]) -> None:
    page = sign_in(visit(scripts=False), "learner40")
    del sessions["learner40"]
    page.goto("/account")
    with page.expect_navigation():
        page.click("form[action='/sign-out'] button")
    page.goto("/account")
    assert "/sign-in?next=" in page.url
