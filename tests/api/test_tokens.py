"""Bearer tokens at the API, and the commands that make them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.actions import accounts
from app.people.codes import new_token
from app.people.models import Administrator, ApiToken, Login, Person, SignIn, SignInCode
from tests.conftest import SECRET
from tests.world import signed_in


def kept(session, statement):
    with Session(session.get_bind()) as reader:
        found = reader.scalars(statement).all()
        reader.expunge_all()
    return found


@pytest.fixture
def token_of(session):
    """`token_of(person)` makes a token."""

    def make(person):
        token = new_token()
        accounts.make_token(session, person, token, "tests", datetime.now(UTC))
        session.commit()
        return {"Authorization": f"Bearer {token}"}

    return make


@pytest.fixture
def run(app):
    """`run("user", "list")` runs a command."""
    return lambda *arguments, **options: app.test_cli_runner().invoke(args=["user", *arguments], **options)


def test_me_says_who_and_where(house, client, token_of):
    answer = client.get("/api/v1/me", headers=token_of(house.trainer))
    assert answer.json == {
        "id": house.trainer.public_id,
        "name": "trainer",
        "language": "fr",
        "zone": None,
        "administrator": False,
        "cohorts": [{"cohort": house.cohort.public_id, "name": "Cohort 1", "roles": ["trainer"]}],
    }
    assert client.get("/api/v1/me", headers=token_of(house.admin)).json["administrator"] is True


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer ", "Bearer nothing", "Basic YTpi", "Bearer alga_\u00e9"])
def test_without_a_good_token_the_answer_is_a_problem(house, client, header):
    answer = client.get("/api/v1/me", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_a_token_of_a_demonstration_account_opens_only_where_it_is_served(house, session, app, client, token_of):
    asks = token_of(house.learner)
    session.execute(sa.update(Person).where(Person.id == house.learner.id).values(demonstration_at=datetime.now(UTC)))
    session.commit()
    assert client.get("/api/v1/me", headers=asks).status_code == 200
    served = app.config["HOUSE"]
    app.config["HOUSE"] = type(served)(secret_key=SECRET, data_dir=served.data_dir)
    try:
        assert client.get("/api/v1/me", headers=asks).status_code == 401
    finally:
        app.config["HOUSE"] = served


def test_a_token_opens_no_page(house, client, token_of):
    assert client.get("/account", headers=token_of(house.admin)).status_code == 303


def test_a_token_counts_before_any_cookie(house, client, token_of, sign_in):
    assert sign_in(house.learner).get("/api/v1/me", headers=token_of(house.admin)).json["name"] == house.admin.name
    client.set_cookie("remember_token", "x")
    assert client.get("/api/v1/me", headers=token_of(house.admin)).status_code == 200
    refused = sign_in(house.learner).get("/api/v1/me", headers={"Authorization": "Bearer wrong"})
    assert refused.status_code == 401


def test_json_nested_beyond_reason_is_malformed(house, client, token_of):
    body = "[" * 100_000
    answer = client.post(
        "/api/v1/attempts/222222222222/answers", data=body, headers=token_of(house.admin), mimetype="application/json"
    )
    assert answer.status_code in {400, 422} and answer.mimetype == "application/problem+json"


def test_the_last_use_of_a_token_is_noted_once_an_hour(house, session, client, token_of):
    asks = token_of(house.learner)
    client.get("/api/v1/me", headers=asks)
    (first,) = kept(session, sa.select(ApiToken.last_used_at))
    assert first is not None
    client.get("/api/v1/me", headers=asks)
    assert kept(session, sa.select(ApiToken.last_used_at)) == [first]
    session.execute(sa.update(ApiToken).values(last_used_at=first - timedelta(hours=2)))
    session.commit()
    client.get("/api/v1/me", headers=asks)
    assert kept(session, sa.select(ApiToken.last_used_at)) > [first]


def test_the_command_prints_only_the_token(house, session, client, run):
    session.add(Login(person_id=house.learner.id, kind="email", shown="p1@exemple.org", folded="p1@exemple.org"))
    session.commit()
    for login in ("learner", "P1@exemple.org"):
        done = run("token", login)
        assert done.exit_code == 0
        assert re.fullmatch(r"alga_[\w-]{43}\n", done.stdout)
        asks = {"Authorization": f"Bearer {done.stdout.strip()}"}
        assert client.get("/api/v1/me", headers=asks).json["name"] == "learner"


def test_the_command_for_somebody_unknown_fails_and_prints_no_token(house, run):
    done = run("token", "nobody")
    assert done.exit_code == 1 and done.stdout == ""


def test_the_first_administrator_comes_by_a_command_and_a_code(session, app, run):
    done = run("add", "--admin", "--name", "Administrator 1", "admin@exemple.org")
    assert done.exit_code == 0, done.output
    assert len(kept(session, sa.select(Administrator.id))) == 1
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert client.post("/code", data={"code": done.stdout}).location == "/account/password"
    assert client.get("/people").status_code == 200
    assert run("add", "admin@exemple.org").exit_code == 1
    assert run("add", "not an @ address").exit_code == 1


def test_codes_passwords_and_the_list_come_by_command(house, session, run):
    code = run("code", "learner")
    assert code.exit_code == 0 and re.fullmatch(r"\w{4}-\w{4}\n", code.stdout)
    assert len(kept(session, sa.select(SignInCode.id))) == 1
    signed_in(session, house.learner)
    session.commit()
    short = run("password", "learner", input="court\ncourt\n")
    assert short.exit_code == 1
    good = run("password", "learner", input="une phrase courte\nune phrase courte\n")
    assert good.exit_code == 0, good.output
    assert None not in kept(session, sa.select(SignIn.ended_at).where(SignIn.person_id == house.learner.id))
    assert f"{house.admin.public_id}\tadmin\tadmin (admin)" in run("list").stdout.split("\n")
