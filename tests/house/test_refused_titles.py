"""A form that comes back says so first, in its title: all forms of the house, in both languages."""

from collections.abc import Iterator
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.web.forms import Form
from tests.house.doors import ROLES, Door, address, doors
from tests.house.rooms import Rooms
from tests.house.test_access_table import MAY

FIRST = {"fr": "Erreur\u00a0: ", "en": "Error: "}
TOO_LONG = "x" * 30_000  # No field takes this, whatever it asks for.
ALSO = {"quizzes.answer", "quiz_editor.try_question"}  # Pages whose form has another address, or may be sent empty.
NO_FORM = {"posts.withdraw"}  # Its page asks for a yes only.


def test_a_refused_form_says_so_in_its_title(
    app: Flask, rooms: Rooms, everybody: dict[str, dict[str, FlaskClient]]
) -> None:
    named = {name for form in _all(Form) for name in _names(form)} | {"answer", "lines"}
    data = dict.fromkeys(named, TOO_LONG)
    forms = _forms(app)
    assert len(forms) > 30
    wrong = {}
    for language, first in FIRST.items():
        for door in forms:
            client = everybody[_role(door)]["pages"]
            client.get("/help", query_string={"lang": language})
            response = client.post(address(app, door, rooms), data=data)
            title = unescape(response.text.split("<title>")[1].split("</title>")[0])
            if response.status_code != 422 or not title.startswith(first):
                wrong[door.name, language] = (response.status_code, title)
    assert not wrong


def _forms(app: Flask) -> list[Door]:
    """Doors that refuse what is sent empty, or that show a form at the address that takes it."""
    every = [door for door in doors(app) if not door.rule.rule.startswith("/api/")]
    shown = {door.endpoint for door in every if door.method == "GET"} | ALSO
    takes = [door for door in every if door.method == "POST" and door.endpoint not in NO_FORM]
    return [door for door in takes if door.endpoint in shown or 422 in MAY[door.name]]


def _role(door: Door) -> str:
    """The last one of the table who gets in, before whom it refuses."""
    return max(ROLES, key=lambda role: ((status := MAY[door.name][ROLES.index(role)]) == 422, status in (200, 303)))


def _all(form: type[Any]) -> Iterator[type[Any]]:
    yield form
    for heir in form.__subclasses__():
        yield from _all(heir)


def _names(form: type[Any]) -> Iterator[str]:
    for name in dir(form):
        if hasattr(getattr(form, name), "field_class"):
            yield name
