"""Subtitles are edited beside the recording in Chromium: by keyboard and with the player, and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.playing import until
from tests.browser.recordings import ready_steps

FILM = "document.querySelector('[data-film]')"


@pytest.fixture
def editor(visit, sign_in):
    """`editor()`: the lines of the subtitles of the first recording, in a fresh browser of an administrator."""

    def enter(**options) -> Page:
        page = sign_in(visit(**options), "admin1")
        ready_steps(page)
        page.goto("/recordings")
        page.get_by_role("link", name=re.compile("Module introductif")).first.click()
        with page.expect_navigation():
            page.locator("#subtitles").get_by_role("link", name="Modifier").click()
        return page

    return enter


def test_a_line_is_played_timed_split_deleted_and_saved_by_keyboard(editor):
    page = editor()
    lines = page.locator("textarea")
    before = lines.count()
    page.evaluate(f"{FILM}.muted = true")
    page.locator("#text-1").focus()
    page.keyboard.press("Control+Enter")
    until(page, f"{FILM}.currentTime >= 10")
    page.evaluate(f"{FILM}.pause()")
    page.keyboard.press("Alt+e")
    assert 10 <= float(page.input_value("#end-1").split(":")[-1]) < 30
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#text-0")).to_be_focused()
    page.fill("#end-1", "0:30")
    page.locator("#text-2").evaluate("box => { box.focus(); box.setSelectionRange(3, 3); }")
    page.get_by_role("button", name=re.compile("Couper en deux ligne 3")).click()
    expect(lines).to_have_count(before + 1)
    expect(page.locator("#text-2")).to_have_value("La")
    page.check("[name=gone-2]")
    page.uncheck("[name=gone-2]")
    page.check("[name=gone-3]")
    page.get_by_role("button", name="Enregistrer ces sous-titres").last.click()
    expect(page.locator(".notice.good")).to_contain_text("enregistrés")
    expect(lines).to_have_count(before)
    page.goto("/recordings")
    page.get_by_role("link", name=re.compile("Module introductif")).first.click()
    away = page.locator("#subtitles details")
    away.locator("summary").click()
    away.get_by_role("button", name="Rétablir").first.click()
    expect(page.locator("#subtitles")).to_contain_text("Français")


def test_what_is_typed_is_not_left_without_a_question(editor):
    page = editor()
    page.locator("#text-0").click()
    page.keyboard.type("Autre chose")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]


def test_without_scripts_the_same_form_splits_and_saves(editor):
    page = editor(scripts=False)
    before = page.locator("textarea").count()
    page.get_by_role("button", name=re.compile("Joindre à la suivante ligne 1")).click()
    expect(page.locator("textarea")).to_have_count(before - 1)
    expect(page.locator("main > .notice.warn").first).to_contain_text("Pas encore enregistré")
    link = page.get_by_role("link", name=re.compile("Écouter ligne")).first.get_attribute("href")
    assert "#t=00:00:00.000," in link
