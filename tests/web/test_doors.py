"""The doors: one transaction per request, readers do not write, every refusal has its answer."""

from dataclasses import replace

import pytest
from flask import Blueprint, Flask

from app.db import db
from app.errors import Conflict, Invalid, TooMany
from app.factory import create_app
from app.people.models import Institution
from app.web import access
from app.web.session import after_answer, session


@pytest.fixture(scope="module")
def doors(tmp_path_factory, the_app):
    """A bare application with one door for each thing that can happen."""
    bp = Blueprint("doors", __name__)
    bp.before_request(access.open_to_all)

    def write(name):
        session().add(Institution(name=name))

    @bp.post("/kept")
    def kept():
        write("kept")
        return "", 204

    @bp.post("/refused")
    def refused():
        write("refused")
        return "", 422

    @bp.post("/broken")
    def broken():
        write("broken")
        raise ZeroDivisionError

    @bp.get("/writes-while-reading")
    def writes_while_reading():
        write("sly")
        session().flush()
        return ""

    @bp.get("/marks")
    def marks():
        after_answer(lambda own: own.add(Institution(name="mark")))
        return "read"

    errors = {"conflict": Conflict(), "invalid": Invalid(fields={"name": "Write it."}), "many": TooMany(retry_after=7)}

    @bp.get("/api/v1/says/<what>")
    @bp.get("/says/<what>")
    def says(what):
        raise errors[what]

    config = replace(the_app.config["HOUSE"], data_dir=tmp_path_factory.mktemp("doors"))
    app = create_app(config, testing=True)  # The counter of writes is one per process; here it stays off.
    app.testing = False
    app.config["WTF_CSRF_ENABLED"] = False
    app.register_blueprint(bp)
    return app


def names(app):
    with app.app_context():
        return {name for (name,) in db.session.query(Institution.name)}


def test_the_door_commits_below_400_and_rolls_back_otherwise(app, doors):
    client = doors.test_client()
    client.post("/kept")
    client.post("/refused")
    assert client.post("/broken").status_code == 500
    assert names(doors) == {"kept"}


def test_a_get_that_changes_a_row_is_a_fault(app, doors):
    assert doors.test_client().get("/writes-while-reading").status_code == 500
    assert names(doors) == set()


def test_marks_are_written_after_the_answer_of_a_get(app, doors):
    assert doors.test_client().get("/marks").data == b"read"
    assert names(doors) == {"mark"}


@pytest.mark.parametrize(("what", "status"), [("conflict", 409), ("invalid", 422), ("many", 429)])
def test_a_refusal_under_api_is_a_problem_document(app, doors, what, status):
    response = doors.test_client().get(f"/api/v1/says/{what}")
    assert response.status_code == response.json["status"] == status
    assert response.mimetype == "application/problem+json"
    if what == "invalid":
        assert response.json["errors"] == [{"field": "name", "sentence": "Write it."}]
    if what == "many":
        assert response.headers["Retry-After"] == "7"


def test_an_application_with_an_unguarded_blueprint_does_not_start():
    app = Flask("unguarded")
    app.register_blueprint(Blueprint("naked", __name__))
    with pytest.raises(RuntimeError, match="naked"):
        access.check_guards(app)
