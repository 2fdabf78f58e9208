"""Words are the same beside a recording as on the page of the search."""

from pathlib import Path

from playwright.sync_api import Browser

from app.search.words import folded
from tests.sought import HITS, NUMBERS, SAME, TEXT

SCRIPT = (Path(__file__).parents[2] / "app" / "static" / "words.js").read_text().replace("export ", "")


def test_the_page_compares_words_as_the_search_does(browser: Browser) -> None:
    page = browser.new_page()
    page.add_script_tag(content=SCRIPT)
    for pair in SAME:
        for text in pair:
            assert page.evaluate("(text) => words(text).join(' ')", text) == folded(text), text
    asked = [*((typed, TEXT, hits) for typed, hits in HITS), *NUMBERS]
    for typed, text, hits in asked:
        found = page.evaluate("([typed, text]) => lookingFor(typed)(text)", [typed, text])
        assert found is bool(hits), typed
    assert page.evaluate("lookingFor(' \"\" *** ؟ ')") is None
    page.close()
