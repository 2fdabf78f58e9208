"""A recording that plays in Chromium: press, wait for a second, pause; and what a player that stands still says."""

import json
import warnings
from typing import Any

from playwright.sync_api import Page, Response

VIDEO = "document.querySelector('[data-player]')"
TIME = f"{VIDEO}.currentTime"
PATIENCE = 900  # looks, ten a second: a busy machine plays slowly
STUCK = 150

STATE = """() => {
  const video = document.querySelector('video, audio');
  if (!video) return { page: location.pathname, text: document.body.innerText.slice(0, 300) };
  const passages = (all) => [...Array(all.length).keys()].map((place) => [all.start(place), all.end(place)]);
  const { currentTime, duration, paused, ended, seeking, readyState, networkState, error, currentSrc } = video;
  return {
    currentTime, duration, paused, ended, seeking, readyState, networkState, error: error?.message, currentSrc,
    buffered: passages(video.buffered), played: passages(video.played), visible: document.visibilityState,
    price: document.querySelector('[data-price]')?.textContent,
    asked: document.querySelector('dialog[open]')?.innerText,
  };
}"""
PLAYED = """() => {
  const { played } = document.querySelector('[data-player]');
  return [...Array(played.length).keys()].map((place) => [played.start(place), played.end(place)]);
}"""


def state(page: Page) -> str:
    """All that a player says of itself, for whoever reads why a test failed."""
    return json.dumps(page.evaluate(STATE), ensure_ascii=False)


def until(page: Page, true: str) -> None:
    """Wait until it is true in the page; the page's own policy forbids Playwright's way of waiting."""
    for _ in range(PATIENCE):
        if page.evaluate(true):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{true}: {state(page)}")


def press_play(page: Page) -> None:
    """As a finger does, without a sound."""
    page.evaluate(f"() => {{ const video = {VIDEO}; video.muted = true; video.play().catch(() => {{}}); }}")


def start_playing(page: Page, start: float, seconds: float) -> None:
    """Play from a second for so long, and go on. Who stands still for long is told of, and pressed once more."""
    press_play(page)
    until(page, f"{VIDEO}.readyState > 2")
    page.evaluate(f"{TIME} = {start}")
    for look in range(PATIENCE):
        if page.evaluate(f"{TIME} >= {start + seconds}"):
            return
        if look == STUCK and page.evaluate(f"{VIDEO}.paused"):
            warnings.warn(f"the player stood still: {state(page)}", stacklevel=2)
            press_play(page)
        page.wait_for_timeout(100)
    raise AssertionError(f"not at {start + seconds} s: {state(page)}")


def is_report(answer: Response) -> bool:
    """Whether it answers what a page tells of what was seen."""
    return answer.url.endswith("/watching") and answer.request.method == "POST"


def reaches(second: float) -> Any:
    """A report taken, sent at this second of the recording or later: reports of before may still be on their way."""
    return lambda answer: is_report(answer) and answer.ok and _position(answer) >= second - 0.05


def _position(answer: Response) -> float:
    return float((answer.request.post_data_json or {}).get("position", -1))


def play(page: Page, start: float, seconds: float) -> dict[str, Any]:
    """Play from a second for so long, pause, and give the server's answer."""
    start_playing(page, start, seconds)
    with page.expect_response(reaches(start + seconds)) as found:
        page.evaluate(f"{VIDEO}.pause()")
    answer: dict[str, Any] = found.value.json()
    return answer


def played(page: Page) -> list[tuple[float, float]]:
    """The passages that this page has played; a player that begins elsewhere may stand at 0 for a moment."""
    return [(start, end) for start, end in page.evaluate(PLAYED) if end - start > 0.1]
