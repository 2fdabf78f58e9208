"""What people type stays out of the logs: names, passwords, codes, texts. A line is found by its request id."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import log
from app.people.models import Person
from tests.house.doors import answer, doors
from tests.house.rooms import Rooms

OWN = {"modules.poster", "modules.download", "modules.download_recording"}
LOGIN = "quelquun.quelquepart@exemple.test"
PASSWORD = "motdepasse-4711"
TEXT = "une phrase que personne ne doit lire 4712"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """All that the application logs, down to the least line."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    log.configure("debug")
    written = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written
    root.handlers = before
    root.setLevel(level)


def told(lines: io.StringIO) -> set[str]:
    """The routes whose requests were logged."""
    return {json.loads(line).get("route", "") for line in lines.getvalue().splitlines()}


def found(lines: io.StringIO, *texts: str) -> list[str]:
    """Which of the texts stand anywhere in a line, be it as it was written or as JSON spells it."""
    written = lines.getvalue()
    return [text for text in texts if text in written or json.dumps(text)[1:-1] in written]


def test_a_refused_sign_in_leaves_neither_login_nor_password_in_the_log(
    app: Flask, rooms: Rooms, lines: io.StringIO
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answers = [
        client.post("/sign-in", data={"login": LOGIN, "password": PASSWORD}),
        client.post("/sign-in", data={"login": "learner", "password": PASSWORD}),
        client.post("/code", data={"code": PASSWORD}),
        client.get(f"/code/{PASSWORD}"),
    ]
    written = lines.getvalue()
    assert LOGIN not in written
    assert PASSWORD not in written
    ids = {json.loads(line).get("request_id") for line in written.splitlines() if line.startswith("{")}
    assert all(answer.headers["X-Request-ID"] in ids for answer in answers)


def test_what_is_written_in_a_thread_stays_out_of_the_log(
    rooms: Rooms, sign_in: Callable[[Any], FlaskClient], lines: io.StringIO
) -> None:
    learner = sign_in(rooms.house.learner)
    address = f"/threads/{rooms.thread.public_id}/posts"
    for form in ({"kind": "question", "body": TEXT, "language": "fr"}, {"kind": "no such kind", "body": TEXT}):
        assert learner.post(address, data=form).status_code in {303, 422}
    assert "/threads/<public_id>/posts" in told(lines)
    assert found(lines, TEXT, TEXT.split()[-1], rooms.house.learner.name, rooms.house.learner.public_id) == []


def test_what_is_searched_for_stays_out_of_the_log_and_so_do_the_people_found(
    rooms: Rooms, sign_in: Callable[[Any], FlaskClient], lines: io.StringIO
) -> None:
    admin, name = sign_in(rooms.house.admin), rooms.house.learner.name
    listed = admin.get("/people", query_string={"search": name})
    assert listed.status_code == 200 and name in listed.get_data(as_text=True)
    assert admin.get("/people", query_string={"search": TEXT}).status_code == 200
    assert admin.get(f"/people/{rooms.house.learner.public_id}").status_code == 200
    assert "/people" in told(lines)
    typed = (TEXT, quote(TEXT), quote_plus(TEXT), TEXT.split()[-1], quote_plus(name), quote(name))
    assert found(lines, *typed, name, rooms.house.learner.public_id) == []
    structlog.get_logger().info("control", parameters=[{"about": f"({name})"}], address=f"/people?search={quote(TEXT)}")
    assert found(lines, name, TEXT.split()[-1]) == [name, TEXT.split()[-1]]


def test_a_statement_that_fails_is_logged_without_its_values(
    rooms: Rooms, session: Session, lines: io.StringIO
) -> None:
    with pytest.raises(IntegrityError):
        try:
            session.execute(insert(Person).values(public_id=rooms.house.learner.public_id, name=TEXT, folded=TEXT))
        except IntegrityError:
            structlog.get_logger().exception("refused")
            raise
    session.rollback()
    assert "IntegrityError" in lines.getvalue()
    assert TEXT not in lines.getvalue() and rooms.house.learner.public_id not in lines.getvalue()


def test_no_answer_is_kept_where_another_could_find_it(
    app: Flask, rooms: Rooms, everybody: dict[str, dict[str, FlaskClient]]
) -> None:
    kinds, wrong = set(), {}
    for door in doors(app):
        if door.method != "GET" or door.endpoint == "pages.service_worker":  # The same for all, and no secret.
            continue
        for role in ("nobody", "admin"):
            said = answer(app, door, rooms, everybody[role])
            kept, page = said.headers.get("Cache-Control", ""), said.mimetype == "text/html"
            own = door.endpoint.startswith("media.") or door.endpoint in OWN
            kinds.add(said.mimetype)
            if not ("private" in kept or kept == "no-store") or not (page or own or "no-store" in kept):
                wrong[door.name, role] = kept
    assert {"text/html", "text/csv", "application/json", "application/problem+json"} <= kinds
    assert not wrong, wrong
