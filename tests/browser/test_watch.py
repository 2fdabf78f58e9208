"""The page of a recording in Chromium: what is played is counted, nothing else."""

import html
import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.recordings import ready_steps


def is_report(answer):
    return answer.url.endswith("/watching") and answer.request.method == "POST"


TIME = "document.querySelector('[data-player]').currentTime"


def until(page: Page, true: str) -> None:
    """Wait until it is true in the page; the page's own policy forbids Playwright's way of waiting."""
    for _ in range(200):
        if page.evaluate(true):
            return
        page.wait_for_timeout(100)
    raise AssertionError(true)


def play(page: Page, start: float, seconds: float) -> dict:
    """Play from a second for so long, pause, and give the server's answer."""
    page.evaluate("const v = document.querySelector('[data-player]'); v.muted = true; void v.play()")
    until(page, "document.querySelector('[data-player]').readyState > 2")
    page.evaluate(f"{TIME} = {start}")
    until(page, f"{TIME} >= {start + seconds}")
    with page.expect_response(lambda answer: is_report(answer) and answer.ok) as found:
        page.evaluate("document.querySelector('[data-player]').pause()")
    return found.value.json()


@pytest.fixture
def watch(visit, sign_in):
    """`watch("learner7")`: the page of the first recording, in a fresh browser of that learner."""

    def enter(login, **options):
        page = sign_in(visit(**options), login)
        ready_steps(page)
        return page

    return enter


def test_only_what_is_played_is_counted(watch, server):
    page = watch("learner18")
    answer = play(page, 20, 4)
    assert 3.5 <= answer["covered"] <= 6.5, answer
    [(start, end)] = [s for s in answer["segments"] if s[1] > 19]
    assert 19.5 <= start <= 21 and 23.5 <= end <= 26
    expect(page.locator("[data-missing] li")).to_have_count(2 if answer["segments"][0][0] > 1 else 1)


def test_a_missing_passage_is_a_link_that_seeks(watch):
    page = watch("learner19")
    play(page, 30, 2)
    link = page.locator("[data-missing] a").last
    second = float(re.search(r"#t=([\d.]+)", link.get_attribute("href"))[1])
    link.click()
    until(page, f"{TIME} >= {second}")
    assert page.evaluate(TIME) < second + 5


def test_double_speed_covers_as_much_as_it_plays(watch):
    page = watch("learner20")
    page.select_option("#speed", "2")
    answer = play(page, 10, 6)
    assert 5.5 <= answer["covered"] <= 10, answer


def test_it_goes_on_at_the_same_second_in_another_browser(watch):
    first = watch("learner34")
    answer = play(first, 15, 3)
    second = watch("learner34")
    start = float(second.locator("[data-watch]").get_attribute("data-start"))
    assert abs(start - answer["position"]) < 1
    second.evaluate("document.querySelector('[data-player]').play().catch(() => {})")
    until(second, f"{TIME} > {start}")
    assert second.evaluate(TIME) < start + 10


def test_what_was_seen_without_network_is_sent_later(watch):
    page = watch("learner35")
    play(page, 5, 2)
    page.context.set_offline(True)
    page.evaluate("document.querySelector('[data-player]').play().catch(() => {})")
    page.wait_for_timeout(3000)
    page.evaluate("document.querySelector('[data-player]').pause()")
    expect(page.locator("[data-outbox] [role=status]")).not_to_be_empty()
    with page.expect_response(lambda answer: is_report(answer) and answer.ok) as found:
        page.context.set_offline(False)
    assert found.value.json()["covered"] > 3


LEAVING = {
    "link": lambda page: page.locator("nav.menu a").first.click(),
    "reload": lambda page: page.reload(),
    "back": lambda page: page.go_back(),
    "closed": lambda page: page.close(),
}


@pytest.mark.parametrize(("leave", "second"), [("link", 20), ("reload", 40), ("back", 30), ("closed", 10)])
def test_what_plays_while_the_page_is_left_is_not_lost(watch, leave, second):
    page = watch("learner30")
    step, browser = page.url, page.context
    page.evaluate("const v = document.querySelector('[data-player]'); v.muted = true; void v.play()")
    until(page, "document.querySelector('[data-player]').readyState > 2")
    page.evaluate(f"{TIME} = {second}")
    until(page, f"{TIME} >= {second + 4}")
    LEAVING[leave](page)
    for _ in range(100):  # A browser asks for the next page before it leaves this one.
        text = browser.request.get(step).text()
        start = float(re.search(r'data-start="([\d.]+)"', text)[1])
        if start >= second + 4:
            break
        time.sleep(0.1)
    assert second + 4 <= start < second + 10
    seen = json.loads(html.unescape(re.search(r'data-seen="([^"]*)"', text)[1]))
    assert any(a <= second + 1 and b >= second + 4 for a, b in seen), seen


def test_what_was_seen_of_a_module_that_is_put_away_for_a_while_is_kept(watch, server):
    page = watch("learner29")
    page.evaluate("const v = document.querySelector('[data-player]'); v.muted = true; void v.play()")
    until(page, f"{TIME} >= 3")
    with put_away(server.data_dir), page.expect_response(is_report) as found:
        page.evaluate("document.querySelector('[data-player]').pause()")
    assert found.value.status == 404
    expect(page.locator("[data-outbox]")).to_be_hidden()
    page.add_init_script("const now = Date.now; Date.now = () => now() + 16 * 60 * 1000")
    with page.expect_response(lambda answer: is_report(answer) and answer.ok) as found:
        page.reload()
    assert found.value.json()["covered"] > 2


@contextmanager
def put_away(data_dir: Path) -> Iterator[None]:
    """All modules are archived for a while."""
    with closing(sqlite3.connect(data_dir / "database.sqlite3", timeout=30, isolation_level=None)) as database:
        database.execute("UPDATE module SET archived_at = '2026-01-01 00:00:00.000000'")
        yield
        database.execute("UPDATE module SET archived_at = NULL")


def test_two_tabs_lose_nothing(watch):
    one = watch("learner36")
    other = one.context.new_page()
    other.goto(one.url)
    play(one, 5, 2)
    play(other, 30, 2)
    one.reload()
    seen = one.evaluate("JSON.parse(document.querySelector('[data-watch]').dataset.seen)")
    assert any(a <= 6 and b >= 7 for a, b in seen) and any(a <= 31 and b >= 32 for a, b in seen), seen


def test_the_format_changes_without_losing_the_second(watch):
    page = watch("learner37")
    play(page, 12, 2)
    page.locator("[name=format][value=sound]").check()
    expect(page.locator("[data-price]")).to_contain_text("Audio seul")
    until(page, "document.querySelector('[data-player]').currentSrc.includes('sound')")
    page.evaluate("document.querySelector('[data-player]').play().catch(() => {})")
    until(page, f"{TIME} > 12")
    page.reload()
    expect(page.locator("[name=format][value=sound]")).to_be_checked()


def test_the_stream_is_fetched_by_its_player_only_on_play(watch):
    page = watch("learner40")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("[name=format][value=auto]").check()
    page.wait_for_timeout(500)
    assert not any("hls" in url for url in asked)
    page.evaluate("const v = document.querySelector('[data-player]'); v.muted = true; void v.play()")
    until(page, f"{TIME} > 1")
    assert any("m3u8" in url for url in asked)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_sound(watch, faults, width):
    assert faults(watch("learner29", width=width)) == []


def test_without_scripts_it_plays_and_says_that_nothing_is_measured(watch):
    page = watch("learner30", scripts=False)
    assert "rien n’est mesuré" in page.content()
    assert page.locator("video").get_attribute("src")
    page.locator("[data-missing] a").first.click()
    assert "t=" in page.url


def test_every_sentence_follows_what_is_seen(watch):
    page = watch("learner31")
    play(page, 30, 6)
    page.wait_for_timeout(300)
    before = {name: page.locator(where).inner_text() for name, where in LIVE.items()}
    passages = page.locator("[data-missing] li").all_inner_texts()
    page.reload()
    assert {name: page.locator(where).inner_text() for name, where in LIVE.items()} == before
    assert page.locator("[data-missing] li").all_inner_texts() == passages


LIVE = {
    "seen": "[data-seen-time]",
    "missing": "[data-missing] h2",
    "rule": "[data-rule]",
    "rest": "[data-rest]",
    "line": "[data-price]",
    "prices": "[data-formats] fieldset",
}
