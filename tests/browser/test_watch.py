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

from tests.browser.playing import (
    TIME,
    VIDEO,
    is_report,
    play,
    played,
    press_play,
    reaches,
    start_playing,
    until,
)
from tests.browser.recordings import forget, ready_steps


@pytest.fixture
def watch(visit, sign_in):
    """`watch("learner7")`: the page of the first recording, in a fresh browser of that learner."""

    def enter(login, **options):
        page = sign_in(visit(**options), login)
        ready_steps(page)
        return page

    return enter


def test_only_what_is_played_is_counted(watch, server):
    forget(server.data_dir, "learner18")
    page = watch("learner18")
    answer = play(page, 20, 4)
    seconds = sum(end - start for start, end in played(page))
    assert 4 <= answer["covered"] < 20 and answer["covered"] == pytest.approx(seconds, abs=1), answer
    start, end = answer["segments"][-1]
    assert start == pytest.approx(20, abs=0.5) and end == pytest.approx(page.evaluate(TIME), abs=1)
    duration = float(page.locator("[data-watch]").get_attribute("data-duration"))
    edges = [0, *(second for segment in answer["segments"] for second in segment), duration]
    missing = [end - start for start, end in zip(edges[::2], edges[1::2], strict=True) if end - start >= 1]
    expect(page.locator("[data-missing] li")).to_have_count(len(missing))


def test_a_missing_passage_is_a_link_that_seeks(watch):
    page = watch("learner19")
    play(page, 30, 2)
    link = page.locator("[data-missing] a").last
    second = float(re.search(r"#t=([\d.]+)", link.get_attribute("href"))[1])
    page.evaluate(f"{VIDEO}.addEventListener('seeking', () => (window.sought = {TIME}), {{ once: true }})")
    link.click()
    until(page, f"{TIME} > {second} && !{VIDEO}.paused")
    assert page.evaluate("window.sought") == pytest.approx(second, abs=0.1)


def test_double_speed_covers_as_much_as_it_plays(watch, server):
    forget(server.data_dir, "learner20")
    page = watch("learner20")
    page.select_option("#speed", "2")
    answer = play(page, 10, 6)
    seconds = sum(end - start for start, end in played(page))
    assert answer["covered"] >= 5.5 and answer["covered"] == pytest.approx(seconds, abs=1), answer


def test_it_goes_on_at_the_same_second_in_another_browser(watch):
    first = watch("learner34")
    answer = play(first, 15, 3)
    second = watch("learner34")
    start = float(second.locator("[data-watch]").get_attribute("data-start"))
    assert abs(start - answer["position"]) < 1
    press_play(second)
    until(second, f"{TIME} > {start}")
    assert second.evaluate(TIME) < start + 10


def test_what_was_seen_without_network_is_sent_later(watch):
    page = watch("learner35")
    play(page, 5, 2)
    page.context.set_offline(True)
    press_play(page)
    until(page, f"{TIME} > 8.5")
    page.evaluate(f"{VIDEO}.pause()")
    expect(page.locator("[data-outbox] [role=status]")).not_to_be_empty()
    with page.expect_response(reaches(8.5)) as found:
        page.context.set_offline(False)
    assert found.value.json()["covered"] > 3


LEAVING = {
    "link": lambda page: page.locator("nav.menu a").first.click(),
    "reload": lambda page: page.reload(),
    "back": lambda page: page.go_back(),
    "closed": lambda page: page.close(),
}


def test_what_plays_while_the_page_is_left_is_not_lost(watch, server):
    page = watch("learner30")
    step, browser = page.url, page.context
    for leave, second in (("link", 20), ("reload", 40), ("back", 30), ("closed", 10)):
        forget(server.data_dir, "learner30")
        page.goto(step)
        start_playing(page, second, 3)
        LEAVING[leave](page)
        for _ in range(300):  # A browser asks for the next page before it leaves this one.
            text = browser.request.get(step).text()
            start = float(re.search(r'data-start="([\d.]+)"', text)[1])
            if second + 3 <= start < second + 10:
                break
            time.sleep(0.1)
        assert second + 3 <= start < second + 10, leave
        seen = json.loads(html.unescape(re.search(r'data-seen="([^"]*)"', text)[1]))
        assert any(a <= second + 1 and b >= second + 3 for a, b in seen), (leave, seen)


WAYS_OUT = {
    "mouse": lambda page: page.locator("nav.menu a").first.click(),
    "keyboard": lambda page: (page.locator("nav.menu a").first.focus(), page.keyboard.press("Enter")),
    "form": lambda page: page.evaluate(
        "const f = document.createElement('form'); f.action = '/'; document.body.append(f); f.requestSubmit()"
    ),
}


def test_the_page_that_comes_next_knows_the_last_second(watch, server):
    page = watch("learner32")
    step = page.url
    for way, second in (("mouse", 6), ("keyboard", 14), ("form", 22)):
        forget(server.data_dir, "learner32")
        page.goto(step)
        start_playing(page, second, 2)
        WAYS_OUT[way](page)
        page.wait_for_url(re.compile(r"/\??$"))
        button = page.locator("main a.button").first
        said = button.inner_text()
        page.goto(str(button.get_attribute("href")))
        start = float(page.locator("[data-watch]").get_attribute("data-start"))
        assert second + 2 <= start < second + 10, way
        assert said.splitlines()[0] == f"Reprendre à 0:{int(start):02}"


def seen_of(page: Page, step: str, second: float) -> bool:
    """Whether the server knows that the second was seen."""
    text = page.context.request.get(step).text()
    return any(a <= second <= b for a, b in json.loads(html.unescape(re.search(r'data-seen="([^"]*)"', text)[1])))


def test_a_line_without_answer_holds_nobody_and_loses_nothing(watch):
    page = watch("learner33")
    step = page.url
    held: list[object] = []
    page.route("**/watching", lambda route: held.append(route))
    start_playing(page, 12, 2)
    before = time.monotonic()
    page.locator("nav.menu a").first.click()
    page.wait_for_url("**/")
    assert time.monotonic() - before < 20
    assert held, "the line was asked"
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    for _ in range(400):  # It is sent when a page opens, or every fifteen seconds.
        if seen_of(page, step, 13):
            return
        time.sleep(0.1)
    raise AssertionError("what was kept has not arrived")


def test_a_click_that_leaves_nothing_is_left_to_the_browser(watch):
    page = watch("learner33")
    start_playing(page, 3, 1)
    with page.context.expect_page() as opened:
        page.locator("nav.menu a").first.click(modifiers=["ControlOrMeta"])
    opened.value.close()
    page.locator("a[href='#formats']").click()
    page.wait_for_url("**#formats")
    assert not page.evaluate(f"{VIDEO}.paused")
    with page.expect_navigation(url="**/modules"):  # Closed halfway there, Chromium may wait for ever.
        prevented = page.evaluate(PREVENTED)
    assert prevented == {"ours": True, "target": False, "download": False, "elsewhere": False, "middle": False}


# The listener of the page comes first; this one tells what it did, and keeps the browser here.
PREVENTED = """() => {
  const found = {};
  addEventListener("click", (event) => { found[event.target.id] = event.defaultPrevented; event.preventDefault(); });
  const make = (id, attributes) => {
    const link = Object.assign(document.createElement("a"), { id, href: "#formats", ...attributes });
    document.body.append(link);
    return link;
  };
  make("target", { href: "/", target: "_blank" }).click();
  make("download", { href: "/", download: "x" }).click();
  make("elsewhere", { href: "https://example.org/" }).click();
  make("middle", { href: "/" }).dispatchEvent(new MouseEvent("click", { button: 1, bubbles: true, cancelable: true }));
  make("ours", { href: "/modules" }).click();
  return found;
}"""


def test_the_strip_moves_while_it_plays_without_asking_more(watch):
    page = watch("learner38")
    with page.expect_response(reaches(30)):  # The report of the jump.
        start_playing(page, 30, 0)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/watching") else None)
    link = page.locator("[data-missing] a").last
    link.focus()
    page.evaluate(DRAWN)
    until(page, "window.drawn.length >= 3")
    seconds, drawn = page.evaluate("[(performance.now() - window.since) / 1000, window.drawn]")
    assert len(drawn) <= seconds + 2 and len(set(drawn)) == len(drawn), (seconds, drawn)
    assert len(asked) <= 1 + seconds / 15, asked  # every fifteen seconds, as before
    assert link.evaluate("link => link === document.activeElement")


DRAWN = """() => {
  window.drawn = [];
  window.since = performance.now();
  const strip = document.querySelector("[data-strip] svg");
  new MutationObserver(() => window.drawn.push(strip.querySelector("path").getAttribute("d")))
    .observe(strip, { childList: true });
}"""


def test_what_was_seen_of_a_module_that_is_put_away_for_a_while_is_kept(watch, server):
    page = watch("learner29")
    start_playing(page, 20, 3)
    with put_away(server.data_dir), page.expect_response(is_report) as found:
        page.evaluate(f"{VIDEO}.pause()")
    assert found.value.status == 404
    expect(page.locator("[data-outbox]")).to_contain_text("reste un mois sur cet appareil")
    page.add_init_script("const now = Date.now; Date.now = () => now() + 16 * 60 * 1000")
    with page.expect_response(lambda answer: is_report(answer) and answer.ok) as found:
        page.reload()
    assert found.value.json()["covered"] > 2


@contextmanager
def put_away(data_dir: Path) -> Iterator[None]:
    """All modules are archived for a while."""
    with closing(sqlite3.connect(data_dir / "database.sqlite3", timeout=30, isolation_level=None)) as database:
        database.execute("UPDATE module SET archived_at = '2026-01-01 00:00:00.000000'")
        try:
            yield
        finally:
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
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/media/" in request.url else None)
    page.locator("[name=format][value=sound]").check()
    expect(page.locator("[data-price]")).to_contain_text("Audio seul")
    asked.clear()  # A part of the film may have been on its way.
    press_play(page)
    until(page, f"{TIME} > 12")
    assert asked and all("sound" in url for url in asked), asked
    page.reload()
    expect(page.locator("[name=format][value=sound]")).to_be_checked()


def test_the_stream_is_fetched_by_its_player_only_on_play(watch):
    page = watch("learner40")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("[name=format][value=auto]").check()
    page.wait_for_timeout(500)
    assert not any("hls" in url for url in asked)
    press_play(page)
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


def test_who_presses_play_before_the_script_is_there_is_not_stopped_by_it(watch):
    page = watch("learner39", service_workers="block")
    page.route("**/static/player*.js", lambda route: (page.wait_for_timeout(1500), route.continue_()))
    page.goto(page.url, wait_until="commit")
    page.locator("[data-player]").evaluate("video => { video.muted = true; video.play().catch(() => {}); }")
    until(page, f"{TIME} > 3 && {VIDEO}.currentSrc.startsWith('blob:')")
    assert not page.evaluate(f"{VIDEO}.paused")


HEARD = """
window.acts = {};
navigator.mediaSession.setActionHandler = (name, act) => { window.acts[name] = act; };
navigator.mediaSession.setPositionState = (state) => { window.told = state; };
"""


def test_the_lock_screen_of_a_phone_knows_what_plays_and_its_keys_work(watch):
    page = watch("learner33")
    page.add_init_script(HEARD)
    page.goto(page.url)
    data = page.locator("[data-watch]")
    title, module = data.get_attribute("data-title"), data.get_attribute("data-module")
    assert page.evaluate("navigator.mediaSession.metadata.title") == title
    assert page.evaluate("navigator.mediaSession.metadata.album") == module
    [picture] = page.evaluate("navigator.mediaSession.metadata.artwork.map(({ src }) => src)")
    assert page.request.get(picture).headers["content-type"].startswith("image/svg+xml")
    page.evaluate(f"{VIDEO}.muted = true")
    page.evaluate("window.acts.play()")
    until(page, f"{TIME} > 0.5")
    page.select_option("#speed", "1.5")
    page.evaluate("window.acts.seekto({ seekTime: 30 })")
    until(page, f"{TIME} > 30.5 && window.told.position > 30")
    assert played(page)[-1][0] == pytest.approx(30, abs=0.5)
    page.evaluate("window.acts.pause()")
    assert page.evaluate(f"{VIDEO}.paused")
    at = page.evaluate(TIME)
    told = page.evaluate("window.told")
    duration = float(data.get_attribute("data-duration"))
    assert abs(told["duration"] - duration) < 1 and told["playbackRate"] == 1.5 and abs(told["position"] - at) < 2
    for act, offset, expected in (("seekforward", 0, 10), ("seekbackward", 5, -5), ("seekbackward", 500, -at - 5)):
        page.evaluate(f"window.acts.{act}({{ seekOffset: {offset} }})")
        at += expected
        assert page.evaluate(TIME) == pytest.approx(max(at, 0), abs=0.1)
    page.evaluate("window.acts.seekforward({ seekOffset: 5000 })")
    assert page.evaluate(TIME) == pytest.approx(duration, abs=0.1)


WAITS = """() => {
  const video = document.querySelector('[data-player]');
  let since = 0;
  let there = false; // What is waited for before is the jump.
  window.waited = { stalls: 0, seconds: 0 };
  video.addEventListener('timeupdate', () => (there ||= !video.paused && !video.seeking && video.currentTime > 45));
  video.addEventListener('waiting', () => { if (there && !video.seeking && !since) since = performance.now(); });
  video.addEventListener('playing', () => {
    if (since) { window.waited.stalls += 1; window.waited.seconds += (performance.now() - since) / 1000; }
    since = 0;
  });
}"""
SLOW = 4_000  # bytes a second: less than the smallest size asks for


def test_a_line_that_is_too_slow_is_told_with_what_was_seen_and_a_jump_is_not(watch, server):
    page = watch("learner28")
    step, before = page.url, stalled(server.data_dir, "learner28")
    page.goto(f"{step}?format=240p&t=0")  # What it opens at elsewhere would be fetched beforehand.
    start_playing(page, 0, 1)
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "uploadThroughput": -1}
    network.send("Network.emulateNetworkConditions", {**slow, "downloadThroughput": SLOW})
    asked = time.monotonic()
    page.evaluate(WAITS)
    page.evaluate(f"{TIME} = 45")
    until(page, f"{TIME} > 45.2")
    assert time.monotonic() - asked > 2  # The jump had to wait for its segment.
    until(page, f"{VIDEO}.readyState < 3")
    page.wait_for_timeout(1500)
    network.send("Network.emulateNetworkConditions", {**slow, "downloadThroughput": -1})
    until(page, "window.waited.stalls > 0")
    page.evaluate(f"{VIDEO}.pause()")
    waited = page.evaluate("window.waited")
    for _ in range(300):  # Until the last report has arrived.
        told = stalled(server.data_dir, "learner28")
        if told[0] - before[0] >= waited["stalls"]:
            break
        time.sleep(0.1)
    count, seconds = (now - then for now, then in zip(told, before, strict=True))
    assert waited["stalls"] == count >= 1
    assert seconds == pytest.approx(waited["seconds"], abs=0.3) and seconds > 1


def stalled(data_dir: Path, login: str) -> tuple[int, float]:
    """How often, and how long, the server has been told that a learner's line was too slow."""
    statement = (
        "SELECT coalesce(sum(stalls), 0), coalesce(sum(stalled_seconds), 0) FROM watching"
        " WHERE person_id = (SELECT person_id FROM login WHERE folded = ?)"
    )
    with closing(sqlite3.connect(data_dir / "database.sqlite3", timeout=30)) as database:
        return tuple(database.execute(statement, (login,)).fetchone())


@pytest.mark.parametrize(("way", "served"), [("auto", 3), ("240p", 0)])
def test_after_a_long_pause_it_goes_on_at_the_same_second_by_fresh_addresses(watch, way, served):
    """The addresses have ended before the first press, or while it plays: its head and two parts have come by then."""
    page = watch("learner31")
    page.locator(f"[name=format][value='{way}']").check()
    page.goto(f"{page.url}?t=20")
    parts, refused, renewed = [], [], []

    def answer(route):
        parts.append(".mp4" in route.request.url)
        if renewed or sum(parts) <= served and served:
            return route.continue_()
        refused.append(route.request.url)
        return route.fulfill(status=404)

    page.route("**/media/**", answer)
    here = page.url.partition("?")[0]
    page.on("request", lambda request: renewed.append(here) if request.url == here and refused else None)
    press_play(page)
    until(page, f"{TIME} > 20.5")
    until(page, f"{TIME} > 33")
    assert refused and renewed and played(page)[0][0] < 45


def test_what_a_decoder_refuses_is_fetched_anew_and_the_lesson_goes_on_where_it_stood(watch):
    page = watch("learner31")
    page.locator("[name=format][value='240p']").check()
    page.goto(f"{page.url.partition('?')[0]}?t=20")
    spoilt: list[str] = []

    def answer(route):
        came = route.fetch()
        head, mark, film = came.body().partition(b"mdat")
        if mark and film and not spoilt:
            spoilt.append(route.request.url)
            return route.fulfill(response=came, body=head + mark + b"\xff" * len(film))
        return route.fulfill(response=came)

    page.route("**/media/**/*.mp4", answer)
    press_play(page)
    until(page, f"{TIME} > 20.5")
    assert spoilt and played(page)[0][0] == pytest.approx(20, abs=0.5)
