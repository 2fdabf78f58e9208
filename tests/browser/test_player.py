"""Beside the recording: its text, notes, keys, slides; with and without scripts, with and without a line."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.playing import TIME, VIDEO, is_report, played, reaches, until
from tests.browser.recordings import forget, ready_steps

COLUMNS = "public_id, version_id, kind, language, label, body, at"
ENGLISH = "WEBVTT\n\n00:00:00.000 --> 00:00:30.000\nFirst part\n\n00:00:30.000 --> 00:01:10.000\nSecond part\n"
CHAPTERS = "WEBVTT\n\n00:00:00.000 --> 00:00:30.000\nPartie 1\n\n00:00:30.000 --> 00:01:10.000\nPartie 2\n"


@pytest.fixture
def watch(visit: Any, sign_in: Any, server: Any) -> Callable[..., Page]:
    """`watch("learner7")`: the page of the first recording, which has two chapters and subtitles in two languages."""

    def enter(login: str, **options: Any) -> Page:
        page = sign_in(visit(**options), login)
        ready_steps(page)
        file = server.data_dir / "database.sqlite3"
        with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as database:
            add(database, "chapters", "fr", CHAPTERS)
            add(database, "captions", "en", ENGLISH)
        page.reload()
        return page

    return enter


def add(database: sqlite3.Connection, kind: str, language: str, body: str) -> None:
    """Give every version that has French subtitles something more, once."""
    there = "SELECT DISTINCT version_id FROM caption WHERE kind = ? AND language = ?"
    known = {row for (row,) in database.execute(there, (kind, language))}
    for (version,) in database.execute(there, ("captions", "fr")).fetchall():
        if version not in known:
            values = (f"{kind}{version}", version, kind, language, language, body, "2026-01-01 00:00:00.000000")
            database.execute(f"INSERT INTO caption ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def wait_for_slides(page: Page) -> None:
    """They are made last."""
    for _ in range(210):
        if page.locator("[name=format][value=slides]").count():
            return
        page.wait_for_timeout(2000)
        page.reload()
    raise AssertionError("the worker has made no slides")


def mute(page: Page) -> None:
    page.evaluate(f"{VIDEO}.muted = true")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_text_is_fetched_when_it_is_opened_follows_and_leads_back(watch, faults, width):
    page = watch("learner24", width=width)
    mute(page)
    expect(page.locator("[data-transcript]")).to_have_count(0)
    page.locator("[data-open-text]").click()
    lines = page.locator("[data-said]")
    expect(lines.first).to_be_visible()
    assert faults(page) == []
    page.locator("[data-said] a.at").last.click()
    second = float(re.search(r"#t=([\d.]+)", page.locator("[data-said] a.at").last.get_attribute("href"))[1])
    until(page, f"{TIME} > {second + 0.2}")
    assert played(page)[-1][0] == pytest.approx(second, abs=1)
    expect(page.locator("[data-at][aria-current]")).to_have_count(1)
    said = page.locator("[data-at][aria-current]").inner_text()
    page.fill("#q", said.upper().replace("É", "E"))
    expect(lines.locator("visible=true")).to_have_count(1)
    page.fill("#q", "zzz")
    expect(page.locator("[data-found]")).to_have_text("Aucun passage ne contient ces mots.")
    page.fill("#q", "")
    page.select_option("#with", "en")
    expect(page.locator(".line-said.two p[lang=en]").first).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_text_stands_with_the_player_and_is_put_back(watch, faults, width):
    page = watch("learner24", width=width)
    mute(page)
    page.locator("[data-open-text]").click()
    heading = page.get_by_role("heading", name="Transcription")
    expect(heading).to_be_focused()
    assert faults(page) == []
    player, pane = page.locator("#player"), page.locator(".pane")
    for each in (player, pane):
        expect(each).to_be_in_viewport(ratio=0.95)
    page.locator("[data-at]").last.click()
    until(page, f"{TIME} > 30")
    until(
        page, "document.querySelector('[data-at][aria-current]') === [...document.querySelectorAll('[data-at]')].at(-1)"
    )
    for each in (player, pane):  # Whoever taps a sentence stays where she reads.
        expect(each).to_be_in_viewport(ratio=0.95)
    page.get_by_role("button", name="Fermer la transcription").click()
    expect(page.locator("[data-open-text]")).to_be_focused()
    expect(page.locator("[data-transcript]")).to_have_count(0)
    page.locator("[data-open-text]").click()
    sentences = page.locator("[data-at]")
    sentences.first.focus()
    page.keyboard.press("ArrowDown")  # one, also when it was opened before
    expect(sentences.nth(1)).to_be_focused()


def test_the_text_of_a_corrected_recording_does_not_stand_over_the_film_of_before(watch):
    page = watch("learner25")
    mute(page)
    page.evaluate(f"void {VIDEO}.play().catch(() => {{}})")
    until(page, f"{TIME} > 2")
    page.evaluate(f"{TIME} = 20")
    until(page, f"{TIME} > 21")
    page.evaluate(f"{VIDEO}.pause()")
    at = page.evaluate(TIME)
    link = "const link = document.querySelector('[data-open-text]');"
    page.evaluate(link + "link.href = link.href.replace(/version=[^&]+/, 'version=before')")
    page.locator("[data-open-text]").click()
    told = page.locator(".pane")
    expect(told).to_contain_text("Cet enregistrement a été corrigé. Rechargez la page.")
    expect(told.locator("[data-said]")).to_have_count(0)
    told.get_by_role("link", name="Retour à l’enregistrement").click()
    expect(told).to_have_count(0)
    until(page, f"Math.abs(Number(document.querySelector('[data-watch]').dataset.start) - {at}) < 1")


def test_what_is_looked_for_is_found_in_all_of_the_text_each_time_and_nothing_hidden_is_confirmed(watch, server):
    page = watch("learner24")
    forget(server.data_dir, "learner24")
    page.reload()
    page.locator("[data-open-text]").click()
    lines = page.locator("[data-said]")
    expect(lines.first).to_be_visible()
    every = lines.count()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    parts = page.locator(".said")
    for part in (0, 1):
        said = parts.nth(part).locator("[data-at]").first.inner_text()
        page.fill("#q", said)
        page.locator("#q").press("Enter")
        expect(lines.locator("visible=true")).to_have_count(1)
        expect(parts.locator("visible=true")).to_have_count(1)
        expect(page.get_by_role("button", name="J’ai lu")).to_have_count(0)
    page.select_option("#with", "en")
    expect(page.locator(".line-said.two")).to_have_count(every)
    expect(lines.locator("visible=true")).to_have_count(1)
    assert all("q=" not in url for url in asked) and len([url for url in asked if "transcript" in url]) == 1
    page.fill("#q", "")
    expect(lines.locator("visible=true")).to_have_count(every)
    expect(page.get_by_role("button", name="J’ai lu")).to_have_count(2)


def test_what_is_read_beside_the_recording_keeps_its_reader_there(watch, server):
    page = watch("learner24")
    forget(server.data_dir, "learner24")
    page.reload()
    step = page.url
    page.locator("[data-open-text]").click()
    with page.expect_response(lambda answer: is_report(answer) and answer.ok):
        page.get_by_role("button", name="J’ai lu Partie 1").click()
    expect(page.locator("#part-1")).to_contain_text("Vu ou lu")
    page.route("**/watching", lambda route: route.fulfill(status=422, json={}))
    page.get_by_role("button", name="J’ai lu Partie 2").click()  # The form itself goes where the outbox cannot.
    expect(page.locator("main")).to_contain_text("Noté comme lu")
    assert page.url.split("?")[0].split("#")[0] == step.split("?")[0]


def test_sentences_are_reached_and_played_by_keyboard(watch):
    page = watch("learner24")
    mute(page)
    page.locator("[data-open-text]").click()
    first = page.locator("[data-at]").first
    expect(first).to_be_visible()
    page.locator("[data-text-form] select").last.focus()
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[data-at]')"):
            break
    expect(first).to_be_focused()
    page.keyboard.press("End")
    last = page.get_by_role("group").get_by_role("button").and_(page.locator("[data-at]")).last
    expect(last).to_be_focused()
    assert page.evaluate(TIME) == 0
    page.keyboard.press("ArrowUp")
    expect(last).not_to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(last).to_be_focused()
    page.keyboard.press("Enter")
    second = float(last.get_attribute("data-at"))
    until(page, f"{TIME} > {second + 0.2}")
    assert played(page)[-1][0] == pytest.approx(second, abs=1)
    expect(last).to_be_focused()


def test_a_search_result_leads_into_the_text_where_the_text_is_read(watch):
    for scripts in (True, False):
        page = watch("learner24", scripts=scripts, width=360)
        step = page.url.split("?")[0]
        page.goto(f"{step}?format=text")
        page.goto(f"{step}?t=65#t=65")
        line = page.locator("[data-said][aria-current]")
        expect(line).to_be_in_viewport()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.locator("[data-chapters] a").first.click()
        expect(page.locator("#part-1")).to_be_in_viewport()
        assert asked == []
        said = line.locator("[data-at]").first.inner_text()
        page.fill("#q", said)
        page.locator("#q").press("Enter")
        expect(page.locator("[data-found]")).to_have_text("Un passage")
        expect(page.locator("[data-said]").locator("visible=true")).to_have_count(1)
        assert page.url.split("?")[0].split("#")[0] == step
        assert any("q=" in url for url in asked) is not scripts, "a script finds it without asking"


def test_a_note_outside_of_the_recording_is_refused_where_it_is_written_and_not_lost(watch):
    page = watch("learner22")
    page.context.set_offline(True)
    for at in ("5:00", "0:90"):
        page.fill("#at", at)
        page.fill("[data-note] textarea", "Hors du film")
        page.locator("[data-note] button").click()
        expect(page.locator("#at-error")).to_have_text("Écrivez un moment dans l’enregistrement, comme 12:30.")
        assert page.locator("[data-note] textarea").input_value() == "Hors du film"
        expect(page.locator("[data-notes] li", has_text="Hors du film")).to_have_count(0)
    page.fill("#at", "0:09")
    page.locator("[data-note] button").click()
    expect(page.locator("#at-error")).to_have_count(0)
    expect(page.locator("[data-notes] li", has_text="Hors du film")).to_have_count(1)


def test_the_time_of_a_note_is_the_second_that_plays_unless_somebody_wrote_another(watch):
    page = watch("learner23")
    mute(page)
    page.keyboard.press("k")
    until(page, f"{TIME} > 1.2")
    page.keyboard.press("k")
    body, at = page.locator("[data-note] textarea"), page.locator("#at")
    body.focus()
    assert at.input_value() != "0:00"
    at.fill("0:42")
    body.fill("À un autre moment")
    assert at.input_value() == "0:42"
    page.locator("[data-note] button").click()
    note = page.locator("[data-notes] li", has_text="À un autre moment")
    expect(note.locator("a.at")).to_have_text("0:42")
    expect(body).to_have_value("")
    page.locator("h1").click()
    body.focus()
    assert at.input_value() != "0:42"
    at.fill("0:42")
    page.locator("[data-note] button").click()  # Without a word: the server refuses it.
    expect(page.locator("#body-error")).to_be_visible()
    mute(page)
    page.locator("h1").click()
    page.keyboard.press("k")
    until(page, f"{TIME} > 0.1 && {VIDEO}.readyState > 0")
    page.keyboard.press("k")
    body.focus()
    assert at.input_value() == "0:42"


def test_an_address_beyond_the_end_plays_from_the_beginning(watch):
    page = watch("learner24")
    mute(page)
    page.goto(f"{page.url.split('?')[0]}?t=650#t=650")
    page.evaluate(f"void {VIDEO}.play().catch(() => {{}})")
    until(page, f"{TIME} > 0.3")
    assert played(page)[0][0] < 1


def test_a_chapter_tells_what_is_seen_of_it_while_it_plays(watch):
    page = watch("learner23")
    mute(page)
    rows = page.locator("[data-chapters] li")
    rows.nth(1).locator("a").click()
    until(page, f"{TIME} > 33")
    expect(rows.nth(1)).to_have_class("now")
    expect(rows.nth(1).locator(".state")).to_contain_text(re.compile("Il manque|vu"))


def test_a_note_is_kept_without_a_line_and_sent_later(watch):
    page = watch("learner22")
    mute(page)
    page.fill("#at", "0:12")
    page.fill("[data-note] textarea", "Avec réseau")
    page.locator("[data-note] button").click()
    rows = page.locator("[data-notes] li")
    expect(rows).to_have_count(1)
    page.context.set_offline(True)
    page.fill("#at", "0:05")
    page.fill("[data-note] textarea", "Sans réseau")
    page.locator("[data-note] button").click()
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("pas encore envoyée")
    with page.expect_response(lambda answer: answer.url.endswith("/notes") and answer.ok):
        page.context.set_offline(False)
    expect(rows.first).to_contain_text("Modifier")
    page.reload()
    assert [row.split("\n")[0] for row in rows.locator("p").all_inner_texts()] == ["Sans réseau", "Avec réseau"]


def test_without_scripts_notes_and_text_are_forms_and_pages(watch, server):
    page = watch("learner21", scripts=False)
    forget(server.data_dir, "learner21")
    page.fill("#at", "0:20")
    page.fill("[data-note] textarea", "Sans scripts")
    page.locator("[data-note] button").click()
    expect(page.locator("[data-notes] li")).to_contain_text("Sans scripts")
    page.get_by_role("link", name=re.compile("Ouvrir la transcription")).click()
    expect(page.locator("[data-said]").first).to_be_visible()
    page.get_by_role("button", name="J’ai lu Partie 1").click()
    expect(page.locator("main")).to_contain_text("Noté comme lu")
    expect(page.locator("#part-1")).to_contain_text("Vu ou lu")


def test_what_is_read_without_a_line_waits_says_so_and_is_sent_later(watch, server):
    page = watch("learner21")
    forget(server.data_dir, "learner21")
    page.goto(f"{page.url}?format=text")
    missing = page.locator("[data-missing] li")
    expect(missing).to_have_count(1)
    price = page.locator("[data-formats] label:has([value='240p']) b")
    before = price.inner_text()
    page.context.set_offline(True)
    page.get_by_role("button", name="J’ai lu Partie 2").click()
    second = page.locator("#part-2")
    expect(second).to_contain_text("en attente d’envoi")
    expect(second.locator("[role=status]")).to_be_focused()
    expect(page.locator("[data-outbox] [role=status]")).not_to_be_empty()
    with page.expect_response(lambda answer: is_report(answer) and answer.ok) as found:
        page.context.set_offline(False)
    sent = found.value.request.post_data_json
    assert sent["class"] == "equivalent reading" and [round(second) for second in sent["segments"][0]] == [30, 70]
    expect(second).to_contain_text("Vu ou lu")
    expect(second.get_by_role("button")).to_have_count(0)
    expect(missing).to_have_text(re.compile("^De 0:00 à 0:30"))
    expect(price).not_to_have_text(before)
    shown = {name: page.locator(where).inner_text() for name, where in SAID.items()}
    page.reload()
    assert {name: page.locator(where).inner_text() for name, where in SAID.items()} == shown
    page.get_by_role("button", name="J’ai lu Partie 1").click()
    expect(page.locator("#part-1")).to_contain_text("Cette étape est faite")


SAID = {
    "missing": "[data-missing]",
    "rest": "[data-rest]",
    "seen": "[data-seen-time]",
    "prices": "[data-formats] fieldset",
}


def test_what_was_read_and_waits_says_so_on_the_page_of_the_text_too(watch, server, faults):
    page = watch("learner20")
    forget(server.data_dir, "learner20")
    page.goto(f"{page.url}/transcript")
    page.route("**/watching", lambda route: route.abort())
    page.get_by_role("button", name="J’ai lu Partie 1").click()
    expect(page.locator("#part-1")).to_contain_text("en attente d’envoi")
    page.reload()
    expect(page.locator("#part-1")).to_contain_text("en attente d’envoi")
    expect(page.locator("#part-1 button")).to_be_hidden()
    assert faults(page) == []
    page.unroute("**/watching")
    with page.expect_response(lambda answer: is_report(answer) and answer.ok):
        page.locator("[data-outbox] button").click()
    expect(page.locator("#part-1")).to_contain_text("Vu ou lu")


def test_keys_work_on_the_page_and_not_in_fields(watch):
    page = watch("learner20")
    mute(page)
    page.keyboard.press("k")
    until(page, f"{TIME} > 0.2")
    before = page.evaluate(TIME)
    page.keyboard.press("ArrowRight")
    until(page, f"{TIME} >= {before + 4}")
    page.keyboard.press(">")
    assert page.evaluate(f"{VIDEO}.playbackRate") == 1.25
    page.keyboard.press("<")
    page.keyboard.press("5")
    until(page, f"{TIME} > 35.2")
    assert played(page)[-1][0] == pytest.approx(35, abs=1)
    page.keyboard.press("c")
    assert page.evaluate(f"[...{VIDEO}.textTracks].map(({{ mode }}) => mode)") == ["showing", "disabled"]
    page.keyboard.press(" ")
    until(page, f"{VIDEO}.paused")
    page.locator("[data-note] textarea").focus()
    page.keyboard.type("k m? 5 >")
    assert page.locator("[data-note] textarea").input_value() == "k m? 5 >"
    assert page.evaluate(f"{VIDEO}.paused && {VIDEO}.muted && {VIDEO}.playbackRate") == 1
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_text("plus lent ou plus rapide")).to_be_visible()
    page.locator("[data-keys] input").uncheck()
    page.locator("h1").click()
    page.keyboard.press("k")
    page.wait_for_timeout(300)
    assert page.evaluate(f"{VIDEO}.paused")


def test_speed_and_subtitles_are_kept_by_the_device(watch):
    page = watch("learner20")
    mute(page)
    page.select_option("#speed", "1.25")
    page.keyboard.press("c")
    modes = f"[...{VIDEO}.textTracks].map(({{ mode }}) => mode).join()"
    page.reload()
    mute(page)
    assert page.evaluate(modes) == "disabled,disabled"  # They cost nothing before it plays.
    page.evaluate(f"void {VIDEO}.play().catch(() => {{}})")
    until(page, f"{TIME} > 0.3 && {modes} === 'showing,disabled' && {VIDEO}.playbackRate === 1.25")
    expect(page.locator("#speed")).to_have_value("1.25")
    page.locator("h1").click()
    page.keyboard.press("c")
    page.keyboard.press("c")
    page.wait_for_timeout(200)
    page.reload()
    mute(page)
    page.evaluate(f"void {VIDEO}.play().catch(() => {{}})")
    until(page, f"{TIME} > 0.3")
    assert page.evaluate(modes) == "disabled,disabled"


def test_slides_come_over_the_voice_and_count_alike(watch):
    page = watch("learner19")
    wait_for_slides(page)
    mute(page)
    page.locator("[name=format][value=slides]").check()
    page.evaluate(f"void {VIDEO}.play().catch(() => {{}})")
    until(page, f"{TIME} > 1")
    picture = page.locator("[data-slide]")
    expect(picture).to_have_attribute("src", re.compile(r"slide-1\.webp$"))
    page.evaluate(f"{TIME} = 45")
    until(page, f"{TIME} > 47")
    expect(picture).not_to_have_attribute("src", re.compile(r"slide-1\.webp$"))
    assert page.evaluate("document.querySelector('[data-slide]').naturalWidth") > 100
    with page.expect_response(reaches(47)) as found:
        page.evaluate(f"{VIDEO}.pause()")
    assert any(a <= 46 <= b for a, b in found.value.json()["segments"])


def test_without_scripts_slides_are_listed_with_their_times(watch):
    page = watch("learner18", scripts=False)
    wait_for_slides(page)
    page.goto(f"{page.url}?format=slides")
    assert "m4a" in page.locator("video").get_attribute("src")
    assert page.locator(".stills li").count() >= 2
