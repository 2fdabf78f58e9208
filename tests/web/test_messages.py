"""Messages wait for the next page, and for nobody who does not come back for them."""

from collections.abc import Callable
from typing import Any

from flask import Flask, flash, get_flashed_messages
from flask.testing import FlaskClient

from tests.world import World

MOST_BYTES = 4093  # of a cookie, its name and its attributes included (RFC 6265, 6.1)


def test_only_the_last_messages_wait(the_app: Flask) -> None:
    with the_app.test_request_context():
        for number in range(8):
            flash(str(number), "good")
        assert get_flashed_messages() == ["3", "4", "5", "6", "7"]


def test_a_line_on_which_no_page_comes_signs_nobody_out(
    house: World, sign_in: Callable[[Any], FlaskClient], page: Callable[..., Any]
) -> None:
    client = sign_in(house.learner)
    for _ in range(60):
        answer = client.post("/account/details", data={"name": "Nom d’exemple", "language": "fr"})
        assert answer.status_code == 303 and all(len(one) < MOST_BYTES for one in answer.headers.getlist("Set-Cookie"))
    told = page(client, "/account").findall(".//div[@role='status']")
    assert len([one for one in told if "notice" in one.get("class", "")]) == 5
