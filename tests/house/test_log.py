"""Logs say what happened, and to which request; never a secret, an address or a text."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from flask import Flask

from app import log

SECRET = "swordfish-4711"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is written to the log, whoever writes."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    log.configure("info")
    written = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written
    root.handlers, _ = before, root.setLevel(level)


@pytest.fixture
def web() -> Flask:
    """Two routes behind the middleware."""
    app = Flask("trial")
    app.wsgi_app = log.RequestLog(app.wsgi_app)  # type: ignore[method-assign]
    app.add_url_rule("/code/<code>", "code", lambda code: "signed in")
    app.add_url_rule("/healthz", "healthz", lambda: "ok")
    return app


def test_a_request_is_one_line_with_its_route_and_without_its_address(lines, web):
    answer = web.test_client().get(f"/code/{SECRET}?name=learner", headers={"X-Request-ID": "abcdef-123"})
    assert answer.headers["X-Request-ID"] == "abcdef-123"
    line = json.loads(lines.getvalue())
    assert (line["route"], line["status"], line["request_id"]) == ("/code/<code>", "200", "abcdef-123")
    assert SECRET not in lines.getvalue() and "name" not in line


def test_an_id_that_could_be_anything_is_replaced(lines, web):
    answer = web.test_client().get("/code/1", headers={"X-Request-ID": "a name, an address"})
    assert "name" not in answer.headers["X-Request-ID"] and len(answer.headers["X-Request-ID"]) == 16


def test_questions_after_its_health_are_not_logged(lines, web):
    web.test_client().get("/healthz")
    assert lines.getvalue() == ""


def test_values_under_secret_names_are_masked(lines):
    structlog.get_logger("trial").warning("refused", password=SECRET, Token=SECRET, person=7)
    assert SECRET not in lines.getvalue() and json.loads(lines.getvalue())["person"] == 7


def test_lines_of_libraries_have_the_same_form(lines):
    logging.getLogger("some.library").warning("it %s", "broke")
    assert json.loads(lines.getvalue())["event"] == "it broke"
