"""The components in Chromium: no fault and no sideways scroll; the outbox and the offline page."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.browser.components import create_components_app

ADD = "(entry) => import('/static/outbox.js').then((outbox) => outbox.add('POST', '/hear', entry))"
FLUSH = "() => import('/static/outbox.js').then((outbox) => outbox.flush()).then((answers) => answers.size)"
LINE = "[data-outbox]"


@pytest.fixture(scope="module", params=[False, True], ids=["french", "right to left"])
def shown(request: pytest.FixtureRequest) -> Iterator[tuple[Flask, str]]:
    """The page of all components, served: (application, address)."""
    app = create_components_app(rtl=request.param)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield app, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def french(shown: tuple[Flask, str]) -> tuple[Flask, str]:
    """Behaviour does not depend on direction: seen once."""
    shown[0].extensions.update(heard=[], status=200)
    return shown


@pytest.fixture
def page(browser: Browser, shown: tuple[Flask, str]) -> Iterator[Page]:
    """A fresh browser on the page."""
    context = browser.new_context(locale="ar" if "languages" in shown[0].extensions and _rtl(shown[0]) else "fr")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width, zoom", [(320, 100), (360, 200), (768, 100), (1280, 100)])
def test_components_have_no_fault(
    page: Page, shown: tuple[Flask, str], faults: Callable[[Page], list[str]], width: int, zoom: int, scheme: str
):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(shown[1])
    page.evaluate(f"document.documentElement.style.fontSize = '{zoom}%'")
    assert page.evaluate("document.dir") == ("rtl" if _rtl(shown[0]) else "ltr")
    assert faults(page) == []


def test_targets_are_large_enough_for_a_finger(page: Page, shown: tuple[Flask, str]):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(shown[1])
    small = page.evaluate(
        "[...document.querySelectorAll('.button:not(.small), .menu a, .langs button, .alone, .option, .filters a,"
        " .pages a, .questions a, input:not([type=radio]):not([type=checkbox]), select, textarea')]"
        ".filter((e) => e.offsetParent && e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML)"
    )
    assert small == []


def test_what_was_done_without_network_leaves_later_in_order_and_once(page: Page, french: tuple[Flask, str]):
    app, address = french
    page.goto(address)
    page.wait_for_function("document.querySelector('[data-outbox]')")
    page.context.set_offline(True)
    assert page.evaluate(ADD, {"n": 1, "client_id": "a"}) == {"sent": False}
    assert page.evaluate(ADD, {"n": 2, "client_id": "b"}) == {"sent": False}
    page.locator(LINE).wait_for(state="visible")
    assert "2" in page.locator(f"{LINE} [role=status]").inner_text()
    page.context.set_offline(False)
    page.locator(LINE).wait_for(state="hidden")
    assert app.extensions["heard"] == [
        ("person1", {"n": 1, "client_id": "a"}),
        ("person1", {"n": 2, "client_id": "b"}),
    ]


@pytest.mark.parametrize("status", [400, 401])
def test_what_an_ended_session_keeps_back_asks_to_sign_in_and_come_back(
    page: Page, french: tuple[Flask, str], status: int
):
    app, address = french
    page.goto(f"{address}?page=2")
    app.extensions["status"] = status
    page.evaluate(ADD, {"n": 4, "client_id": "d"})
    door = page.locator(f"{LINE} [data-sign-in]")
    door.wait_for(state="visible")
    assert door.get_attribute("href") == "/sign-in?next=/%3Fpage%3D2"
    app.extensions["status"] = 200
    page.goto(address)
    page.wait_for_function("document.querySelector('[data-outbox]').hidden")
    page.evaluate(FLUSH)
    assert [entry["n"] for _person, entry in app.extensions["heard"]] == [4]


def test_an_expired_session_keeps_entries_for_the_same_person_only(page: Page, french: tuple[Flask, str]):
    app, address = french
    page.goto(address)
    app.extensions["status"] = 401
    page.evaluate(ADD, {"n": 3, "client_id": "c"})
    page.locator(LINE).wait_for(state="visible")
    app.extensions["status"] = 200
    page.context.add_cookies([{"name": "person", "value": "person2", "url": address}])
    page.goto(address)
    assert page.evaluate(FLUSH) == 0
    expect(page.locator(LINE)).to_be_hidden()
    assert app.extensions["heard"] == []
    page.context.add_cookies([{"name": "person", "value": "person1", "url": address}])
    page.goto(address)
    page.wait_for_function("document.querySelector('[data-outbox]').hidden")
    page.evaluate(FLUSH)
    assert app.extensions["heard"] == [("person1", {"n": 3, "client_id": "c"})]


def test_what_the_server_refuses_is_told_and_does_not_block_the_rest(page: Page, french: tuple[Flask, str]):
    app, address = french
    page.goto(address)
    app.extensions["status"] = 422
    answer = page.evaluate(ADD, {"n": 4})
    assert (answer["sent"], answer["status"]) == (False, 422)
    expect(page.locator(f"{LINE} [data-refused]")).to_be_visible()
    app.extensions["status"] = 200
    assert page.evaluate(ADD, {"n": 5})["sent"] is True


@pytest.mark.parametrize(("status", "kept"), [(404, 1), (409, 1), (429, 1), (403, 0), (422, 0)])
def test_only_what_cannot_be_found_is_kept_for_later(page: Page, french: tuple[Flask, str], status: int, kept: int):
    app, address = french
    page.goto(address)
    app.extensions["status"] = status
    page.evaluate(
        "() => import('/static/outbox.js').then((o) => o.add('POST', '/hear', { n: 6 }, 'batch', { keep: true }))"
    )
    assert page.evaluate("() => import('/static/outbox.js').then((o) => o.entries()).then((all) => all.length)") == kept
    assert page.evaluate("() => import('/static/outbox.js').then((o) => o.pending())") == 0, "nothing else waits for it"
    said = page.locator(f"{LINE} [role=status]").text_content()
    assert (page.title() in said) == bool(kept), "which recording waits, and why"
    app.extensions["status"] = 200


def test_without_network_a_page_says_so(page: Page, french: tuple[Flask, str]):
    page.goto(french[1])
    page.evaluate("() => navigator.serviceWorker.ready.then((worker) => worker.active.state)")
    page.wait_for_function("navigator.serviceWorker.controller")
    page.context.set_offline(True)
    page.goto(f"{french[1]}help")
    assert page.locator("ul").count() >= 2
    assert page.url.endswith("/help") and page.locator(".lead").count() == 1
    assert page.locator("[data-outbox], .menu").count() == 0, "nothing of the person who was here when it was kept"
    assert page.evaluate("getComputedStyle(document.querySelector('.part')).display") == "grid"


def test_a_browser_that_keeps_nothing_lets_people_leave(page: Page, french: tuple[Flask, str]):
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { get() { throw new Error('refused'); } });")
    page.goto(french[1])
    page.wait_for_function("document.querySelector('[data-outbox]')")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('form'), { action: '/x/sign-out', id: 'leave' }))"
    )
    with page.expect_navigation(url="**/x/sign-out*"):  # Closed halfway there, Chromium may wait for ever.
        page.evaluate("document.getElementById('leave').requestSubmit()")


def _rtl(app: Flask) -> bool:
    return "ar" in app.extensions["languages"]
