"""What a recording costs: the price before the click is what travels, and a limit is not passed without asking."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.playing import TIME, until
from tests.browser.recordings import forget, ready_steps

NEAR = 0.05  # one in twenty
PAID = re.compile(r"/media/|/static/hls\.")
PLAY = "const v = document.querySelector('[data-player]'); v.muted = true; v.playbackRate = v.defaultPlaybackRate = 4;"


@pytest.fixture
def watch(visit: Any, sign_in: Any, server: Any) -> Callable[..., Page]:
    """`watch("learner7", "240p", seen)`: the page of the first recording in this format, after so much was seen."""

    def enter(login: str, form: str, seen: list[list[float]], **options: Any) -> Page:
        page = sign_in(visit(**options), login)
        ready_steps(page)
        forget(server.data_dir, login)
        step = page.url
        token = page.locator("[data-outbox]").get_attribute("data-csrf")
        page.request.post(
            page.locator("[data-watch]").get_attribute("data-report") or "",
            data={"segments": seen, "position": 0}, headers={"X-CSRFToken": token or "", "Referer": step},
        )  # fmt: skip
        page.goto(f"{step}?format={form}")
        for _ in range(210):  # The slides are made last.
            if page.locator(f"[name=format][value='{form}']:checked").count():
                break
            page.wait_for_timeout(2000)
            page.goto(f"{step}?format={form}")
        page.goto(step)
        return page

    return enter


def travelled(page: Page, paid: re.Pattern[str] = PAID) -> Callable[[], int]:
    """How many bytes of recordings, and of what plays them, have come since, headers included."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    network.on(
        "Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]})
    )
    network.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    return lambda: sum(int(size) for one, size in sizes.items() if paid.search(addresses.get(one, "")))


def settles(page: Page, size: Callable[[], float], expected: float, near: float = NEAR) -> None:
    """Until it is what was said: a busy browser tells of the last part a moment later."""
    for _ in range(200):
        if size() == pytest.approx(expected, rel=near):
            return
        page.wait_for_timeout(100)
    assert size() == pytest.approx(expected, rel=near)


def told(text: str) -> float:
    """A size as the page writes it, in bytes."""
    number, unit = re.search(r"([\d,]+)\s(ko|Mo)", text).groups()  # type: ignore[union-attr]
    return float(number.replace(",", ".")) * (1000 if unit == "ko" else 1_000_000)


def engine(page: Page) -> float:
    """What is said of the player that has not come yet."""
    line = page.locator("[data-engine]")
    return told(line.inner_text()) if line.is_visible() else 0


@pytest.mark.parametrize(
    ("form", "seen"),
    [
        ("240p", []),
        ("480p", [[0, 30.5], [47, 71]]),
        ("240p", [[0, 42]]),
        ("sound", [[0, 20], [40, 71]]),
        ("slides", []),
        ("slides", [[0, 21], [41, 71]]),
        ("slides", [[0, 52]]),
    ],
)
def test_an_unseen_passage_costs_what_the_page_says(watch, form, seen):
    page = watch("learner26", form, seen)
    count = travelled(page)
    said = told(page.locator("[data-price]").inner_text())
    passage = page.locator("[data-missing] li")
    assert passage.count() == 1 and told(passage.locator("b").inner_text()) == said
    once = engine(page)
    assert once > 90_000
    page.evaluate(PLAY)
    passage.locator("a").click()
    until(page, f"{TIME} > 1 && document.querySelector('[data-player]').paused")
    page.wait_for_timeout(1000)
    settles(page, count, said + once)
    settles(page, lambda: told(page.locator("[data-spent]").inner_text()), count())
    assert engine(page) == 0
    page.reload()
    assert engine(page) == 0


def test_slides_that_a_store_sends_are_counted_too(watch, server):
    """It is another origin, which tells the page nothing of what it sent."""
    page = watch("learner26", "slides", [], bypass_csp=True)
    store = server.base.replace("127.0.0.1", "localhost")
    elsewhere = lambda route: route.fulfill(  # noqa: E731
        status=302, headers={"Location": store + route.request.url.removeprefix(server.base)}
    )
    page.route(f"{server.base}/media/**/slide-*.webp", elsewhere)
    count = travelled(page)
    said = told(page.locator("[data-price]").inner_text()) + engine(page)
    page.evaluate(PLAY + "void v.play().catch(() => {})")
    until(page, "document.querySelector('[data-player]').ended")
    page.wait_for_timeout(1000)
    assert page.evaluate("document.querySelector('[data-slide]').naturalWidth") > 0
    settles(page, count, said)
    settles(page, lambda: told(page.locator("[data-spent]").inner_text()), said)


def test_a_text_is_counted_as_it_travels(watch):
    page = watch("learner26", "240p", [])
    link = page.locator("[data-open-text]")
    said = int(link.get_attribute("data-open-text") or 0)
    count, used = travelled(page, re.compile(r"/transcript\?")), "JSON.parse(localStorage.budget ?? '{}').used ?? 0"
    before = page.evaluate(used)
    link.click()
    expect(page.locator("[data-transcript]")).to_be_visible()
    settles(page, count, said, near=0.25)  # With its headers, and a cookie where one is renewed.
    assert count() > 2000
    assert page.evaluate(used) - before == pytest.approx(count(), abs=700)  # The browser takes all headers for 300.


def test_what_would_pass_the_limit_of_the_month_is_asked_about_first(watch):
    page = watch("learner27", "240p", [])
    limit_to(page, "1")
    expect(page.locator("[data-spent]")).to_contain_text("sur 1 Mo ce mois-ci")
    spend(page, 850_000)
    count = travelled(page)
    page.evaluate(PLAY + "void v.play().catch(() => {})")
    dialog = page.locator("dialog[open]")
    price = told(page.locator("[data-price]").inner_text()) + engine(page)
    expect(dialog).to_contain_text("0,85 Mo sur 1 Mo sont utilisés ce mois-ci. Ceci en demande")
    assert told(dialog.inner_text().split("demande")[1]) == pytest.approx(price, rel=NEAR)
    assert count() == 0
    dialog.get_by_role("button", name="Pas maintenant").click()
    page.wait_for_timeout(1000)
    assert count() == 0 and page.evaluate("document.querySelector('[data-player]').paused")
    page.evaluate("void document.querySelector('[data-player]').play().catch(() => {})")
    dialog.get_by_role("button", name="Jusqu’à la limite").click()
    expect(dialog).to_be_hidden()
    expect(dialog).to_be_visible(timeout=60_000)  # asked again where the limit is reached
    assert 0 < count() <= 150_000
    reached = count()
    dialog.get_by_role("button", name=re.compile("Continuer")).click()
    until(page, "document.querySelector('[data-player]').ended")
    for _ in range(100):  # The browser tells of the last part a moment later.
        if count() > reached + 100_000:
            break
        page.wait_for_timeout(100)
    assert count() > reached + 100_000


def limit_to(page: Page, megabytes: str) -> None:
    """Keep this limit."""
    page.evaluate("document.querySelector('[data-budget] details').open = true")
    page.fill("#limit", megabytes)
    page.locator("[data-budget] form.inline button").click()


def test_closing_the_question_without_a_word_is_no(watch):
    page = watch("learner27", "240p", [])
    limit_to(page, "0.5")
    expect(page.locator("[data-spent]")).to_contain_text("sur 0,5 Mo ce mois-ci")
    spend(page, 400_000)
    asks = "window.asks = 0; document.querySelector('dialog').addEventListener('close', () => (window.asks += 1));"
    page.evaluate(asks + PLAY + "void v.play().catch(() => {})")
    count = travelled(page)
    dialog = page.locator("dialog")
    downloads: list[Any] = []
    page.on("download", lambda download: downloads.append(download))
    for number, press in enumerate(("", "[data-costs]", "[data-open-text]"), 1):
        if number == 3:  # a text is light
            spend(page, 500_000)
            page.evaluate(asks)
        if press:
            page.locator(press).first.click()
        expect(dialog).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        page.wait_for_timeout(1000)
        assert page.evaluate("window.asks") == {1: 1, 2: 2, 3: 1}[number]
        assert not dialog.is_visible() and count() == 0 and downloads == []
    assert page.evaluate("document.querySelector('[data-player]').paused")
    expect(page.locator("[data-transcript]")).to_have_count(0)


def test_a_limit_of_nothing_asks_about_everything_and_an_empty_one_about_nothing(watch):
    page = watch("learner27", "240p", [])
    dialog = page.locator("dialog")
    limit_to(page, "0")
    expect(page.locator("[data-spent]")).to_contain_text("sur 0 ko ce mois-ci")
    page.reload()
    assert page.locator("#limit").input_value() == "0"
    page.evaluate(PLAY + "void v.play().catch(() => {})")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Jusqu’à la limite")).to_be_hidden()
    dialog.get_by_role("button", name="Pas maintenant").click()
    limit_to(page, "")
    expect(page.locator("[data-spent]")).not_to_contain_text("sur 0")
    page.evaluate("void document.querySelector('[data-player]').play().catch(() => {})")
    until(page, f"{TIME} > 0.5")
    expect(dialog).to_be_hidden()


def test_neither_slides_nor_subtitles_come_before_the_question_is_answered(watch):
    page = watch("learner27", "slides", [])
    limit_to(page, "0")
    page.reload()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    came = lambda what: [url for url in asked if re.search(what, url)]  # noqa: E731
    dialog, slides, texts = page.locator("dialog"), r"/slides[^/]*\.(js|vtt)|slide-\d+\.webp", r"\.vtt|/captions"
    page.evaluate(PLAY + "void v.play().catch(() => {})")
    expect(dialog).to_be_visible()
    page.wait_for_timeout(1000)
    assert came(slides) == []
    dialog.get_by_role("button", name="Pas maintenant").click()
    modes = "[...document.querySelector('[data-player]').textTracks].map(({ mode }) => mode)"
    page.locator("h1").click()
    page.keyboard.press("c")
    expect(dialog).to_be_visible()
    assert came(texts) == []
    dialog.get_by_role("button", name="Pas maintenant").click()
    expect(dialog).to_be_hidden()
    assert "showing" not in page.evaluate(modes) and came(texts) == []
    for _again in range(2):  # As the browser's own menu does.
        page.evaluate("document.querySelector('[data-player]').textTracks[0].mode = 'showing'")
        expect(dialog).to_be_visible()
        dialog.get_by_role("button", name="Pas maintenant").click()
        expect(dialog).to_be_hidden()
        assert "showing" not in page.evaluate(modes) and came(texts) == []
    page.keyboard.press("c")
    dialog.get_by_role("button", name=re.compile("Continuer")).click()
    until(page, f"{modes}.includes('showing')")
    page.evaluate("void document.querySelector('[data-player]').play().catch(() => {})")
    dialog.get_by_role("button", name=re.compile("Continuer")).click()
    until(page, "document.querySelector('[data-slide]').naturalWidth > 0")
    assert came(slides) and came(texts)


def spend(page: Page, spent: int) -> None:
    """So much was used this month already; the page is opened anew."""
    change = "localStorage.budget = JSON.stringify({...JSON.parse(localStorage.budget), used: %d})"
    page.evaluate(change % spent)
    page.reload()


def test_without_scripts_the_page_says_that_no_limit_can_be_kept(visit, sign_in):
    page = sign_in(visit(scripts=False), "learner28")
    ready_steps(page)
    assert "une limite mensuelle ne peut pas être tenue" in page.content()
    expect(page.locator("[data-budget]")).to_be_hidden()
