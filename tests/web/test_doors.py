"""The doors: one transaction per request, readers do not write, every refusal has its answer."""

import re
from dataclasses import replace

import pytest
from flask import Blueprint, Flask

from app import i18n
from app.db import db
from app.errors import Conflict, Invalid, TooMany
from app.factory import create_app
from app.people.models import Institution
from app.web import access
from app.web.error_texts import text_for, text_without_page
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


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_problem_document_speaks_of_no_page_and_a_page_of_no_header(app, language):
    page_words = re.compile(r"\b(page|formulaire|form|go back|revenez|rechargez|load)\b", re.IGNORECASE)
    with app.test_request_context(), i18n.speaking(language):
        for status in (400, 401, 403, 404, 405, 409, 413, 415, 418, 422, 423, 429, 500, 503, 507):
            for text in text_without_page(status):
                assert not page_words.search(str(text)), (status, str(text))
            assert not re.search(r"Allow|\btoken\b|\bjeton\b", " ".join(map(str, text_for(status)))), status
        assert any(page_words.search(str(text)) for text in text_for(404))


def test_nothing_found_is_said_without_a_page_by_the_api_and_with_one_by_the_site(house, sign_in, app):
    learner = sign_in(house.learner)
    for address, title in (
        ("/api/v1/nowhere", "Il n’y a rien à cette adresse."),
        (f"/api/v1/steps/{house.module.public_id}/watching", "Il n’y a rien à cette adresse."),
    ):
        said = learner.get(address).json
        assert (said["status"], said["title"]) == (404, title)
        assert "page" not in said["detail"]
    assert "Cette page n’existe pas" in learner.get("/nowhere").text


def test_an_application_with_an_unguarded_blueprint_does_not_start():
    app = Flask("unguarded")
    app.register_blueprint(Blueprint("naked", __name__))
    with pytest.raises(RuntimeError, match="naked"):
        access.check_guards(app)
