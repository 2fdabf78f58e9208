"""One learner, two devices without a line: whichever comes back first, no second is lost."""

import pytest
from playwright.sync_api import expect

from tests.browser.playing import TIME, VIDEO, play, press_play, reaches, until
from tests.browser.recordings import forget, ready_steps


def test_what_two_devices_saw_without_a_line_is_all_there_whichever_comes_back_first(visit, sign_in, server):
    login = "learner36"
    one, other = sign_in(visit(), login), sign_in(visit(), login)
    forget(server.data_dir, login)
    for page in (one, other):
        ready_steps(page)
    play(one, 5, 1)
    play(other, 25, 1)
    for page, until_second in ((one, 9), (other, 29)):
        page.context.set_offline(True)
        press_play(page)
        until(page, f"{TIME} > {until_second}")
        page.evaluate(f"{VIDEO}.pause()")
        expect(page.locator("[data-outbox] [role=status]")).to_contain_text("Moins d’une minute regardée")
    for page, second in ((other, 29), (one, 9)):  # The one that watched last is the first to come back.
        with page.expect_response(reaches(second)) as found:
            page.context.set_offline(False)
        assert found.value.request.post_data_json["class"] == "offline device"
        assert "x-sent-at" in found.value.request.headers
        expect(page.locator("[data-outbox]")).to_be_hidden()
    one.reload()
    segments = one.evaluate("fetch(document.querySelector('[data-watch]').dataset.report).then((all) => all.json())")
    parts = [part for part in segments["segments"] if part[1] - part[0] > 1]
    assert [part[0] for part in parts] == pytest.approx([5, 25], abs=0.5), segments
    assert [part[1] for part in parts] == pytest.approx([9, 29], abs=1), segments
