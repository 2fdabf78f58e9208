"""What all pages share, on a phone: the folded part of the menu, the way back, and figures where a page is mirrored."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.playing import TIME, VIDEO, press_play, until
from tests.browser.recordings import ready_steps
from tests.browser.server import Server

MIRROR = "document.documentElement.dir = 'rtl'"


@pytest.fixture
def several(server: Server) -> Iterator[str]:
    """The login of a trainer who learns as well, for a while: the menu has more words than fit."""
    who = "(SELECT person_id FROM login WHERE folded = 'trainer2')"
    learn = (
        "INSERT INTO membership (person_id, cohort_id, role, since)"
        f" SELECT {who}, min(id), 'learner', '2026-01-01 00:00:00.000000' FROM cohort"
    )
    with closing(sqlite3.connect(server.data_dir / "database.sqlite3", timeout=30, isolation_level=None)) as database:
        made = database.execute(learn).lastrowid
        yield "trainer2"
        database.execute("DELETE FROM membership WHERE id = ?", (made,))


def test_what_is_folded_in_the_menu_closes_by_escape_and_by_a_press_elsewhere(
    visit: Any, sign_in: Any, several: str
) -> None:
    page = sign_in(visit(width=360), several)
    more, word = page.locator("nav.menu details"), page.locator("nav.menu summary")
    word.click()
    expect(more).to_have_attribute("open", "")
    more.locator("a").first.focus()
    page.keyboard.press("Escape")
    expect(more).not_to_have_attribute("open", "")
    expect(word).to_be_focused()
    word.click()
    page.locator("h1").click()
    expect(more).not_to_have_attribute("open", "")
    word.click()
    with page.expect_navigation():
        more.locator("a").first.click()  # A press inside is no press elsewhere.
    expect(page.locator("nav.menu summary")).to_be_visible()
    assert page.url.rstrip("/") != page.evaluate("location.origin")


def test_without_scripts_it_opens_and_closes_by_its_word(visit: Any, sign_in: Any, several: str) -> None:
    page = sign_in(visit(width=360, scripts=False), several)
    for shown in (True, False):
        page.locator("nav.menu summary").click()
        expect(page.locator("nav.menu details a").first).to_be_visible(visible=shown)


LONG = "Identifier des partenaires et monter un projet de coopération décentralisée"


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_way_back_keeps_to_two_lines_and_shows_all_of_itself_to_who_stands_on_it(
    visit: Any, sign_in: Any, sound: Any, mirrored: bool
) -> None:
    page = sign_in(visit(width=360), "learner16")
    [step] = ready_steps(page)
    page.goto(f"{step}/transcript")
    page.evaluate(f"document.querySelectorAll('.crumbs a')[2].textContent = '{LONG}'")
    if mirrored:
        page.evaluate(MIRROR)
    crumbs, middle = page.locator(".crumbs ol"), page.locator(".crumbs a").nth(2)
    assert crumbs.bounding_box()["height"] < 90
    assert (
        middle.evaluate("link => link.scrollWidth > link.clientWidth && getComputedStyle(link).textOverflow")
        == "ellipsis"
    )
    assert first_letters_shown(middle)
    expect(page.locator(".crumbs li").last).to_be_in_viewport(ratio=1)
    sound(page)
    middle.focus()
    assert middle.evaluate("link => link.scrollWidth <= link.clientWidth + 1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def first_letters_shown(link: Any) -> bool:
    """Where a text is cut, it is cut at its end."""
    return bool(
        link.evaluate(
            "link => { const letters = document.createRange(); letters.setStart(link.firstChild, 0);"
            " letters.setEnd(link.firstChild, 3);"
            " const [a, b] = [letters, link].map(one => one.getBoundingClientRect());"
            " return a.left >= b.left - 1 && a.right <= b.right + 1; }"
        )
    )


FIGURES = r"""() => {
  const turned = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const found of node.data.matchAll(/(\d[\d.,]*)[ \u00a0]([a-zA-Zéû%]+)/g)) {
      const box = (from, length) => {
        const range = document.createRange();
        range.setStart(node, from);
        range.setEnd(node, from + length);
        return range.getBoundingClientRect();
      };
      const figure = box(found.index, found[1].length);
      const unit = box(found.index + found[0].length - found[2].length, found[2].length);
      if (!figure.width || Math.abs(figure.top - unit.top) > figure.height / 2) continue;
      if (figure.left > unit.left) turned.push(node.data.trim());
    }
  }
  return turned;
}"""


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_figure_turns_round_its_unit_where_a_page_is_mirrored(
    visit: Callable[..., Any], sign_in: Callable[..., Page], language: str
) -> None:
    page = sign_in(visit(width=360), "learner15")
    [step] = ready_steps(page)
    for address in ("/", "/modules", step, f"{step}?format=text", f"{step}/transcript"):
        page.goto(address)
        if page.locator("html").get_attribute("lang") != language:
            with page.expect_navigation():
                page.locator(f".langs [value={language}]").click()
        page.evaluate(MIRROR)
        assert page.evaluate(FIGURES) == [], address
    page.goto(f"{step}?format=240p")
    page.evaluate(MIRROR)
    start = float(page.locator("[data-watch]").get_attribute("data-start") or 0)
    press_play(page)
    until(page, f"{TIME} > {start + 2}")
    page.evaluate(f"{VIDEO}.pause()")  # What scripts have written meanwhile stands right too.
    assert page.evaluate(FIGURES) == []
