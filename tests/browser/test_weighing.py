"""The rule of prices in the page is the rule of prices in the server."""

import base64
from collections.abc import Sequence

import pytest
from playwright.sync_api import Browser

from app.config import ROOT
from modules import rules

SOUND = [[6.0 * place, 20_000 + 11 * place % 700] for place in range(600)]
PICTURES = [[0, 17_000, 1801.5], [1801.5, 18_000, 3000], [3000, 9_000, 3600]]
WHOLE = sum(size for _, size, *_ in [*SOUND, *PICTURES]) + 1300
WEIGH = "([script, format, passages]) => import(script).then(({ weigh }) => weigh(format, passages, 3600))"


@pytest.mark.parametrize("beside", [[], PICTURES], ids=["sound", "slides"])
@pytest.mark.parametrize(
    "missing", [[(0, 3600)], [(1770, 1830)], [(3590, 3600)], [(5.9, 6.1), (2990, 3001)], [(0, 40), (3000, 3600)]]
)
def test_what_the_page_was_told_weighs_what_the_server_weighs(
    browser: Browser, beside: list[list[float]], missing: Sequence[rules.Range]
) -> None:
    script = base64.b64encode((ROOT / "app" / "static" / "weights.js").read_bytes()).decode()
    weights = [*SOUND, *beside]
    told = {"bytes": WHOLE, "listed": len(SOUND), "segments": rules.coarse(weights, missing), "pictures": beside}
    page = browser.new_page()
    try:
        price = page.evaluate(WEIGH, [f"data:text/javascript;base64,{script}", told, [list(each) for each in missing]])
        bare = page.evaluate(WEIGH, [f"data:text/javascript;base64,{script}", {"bytes": WHOLE}, [[0, 600], [900, 903]]])
    finally:
        page.close()
    assert price == rules.weigh(rules.track(weights), WHOLE, missing, 3600)
    assert bare == rules.weigh(None, WHOLE, [(0, 600), (900, 903)], 3600)
