"""Attempts by machine."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.people.codes import hash_token, new_token
from app.people.models import ApiToken, Membership
from modules import actions as modules
from quizzes.actions import grading
from quizzes.models import Answer, Attempt
from tests import quizzing
from tests.quizzing import set_up, take
from tests.world import World

SignIn = Callable[[Any], FlaskClient]
SECRETS = (
    quizzing.SECRET_FORM, quizzing.SECRET_VALUE, quizzing.SECRET_EXPECTED, quizzing.SECRET_FEEDBACK,
    '"right"', '"accepted"', '"spec"', '"tolerance"', '"feedback"',
)  # fmt: skip


@pytest.fixture
def quiz(session: Session, house: World) -> quizzing.Quizzing:
    """The quiz with a question of each kind."""
    return set_up(session, house)


@pytest.fixture
def attempt(session: Session, house: World, quiz: quizzing.Quizzing) -> Attempt:
    """The learner's attempt under way, nothing answered."""
    return take(session, quiz, house.learner, {}, submit=False)


@pytest.fixture
def sign_in(app: Flask, session: Session) -> SignIn:
    """A client with a bearer token of the person: the API asks a session for the header of the page's forms."""

    def enter(person: Any) -> FlaskClient:
        secret = new_token()
        session.add(ApiToken(person_id=person.id, hash=hash_token(secret), name="test", made_at=quizzing.NOON))
        session.commit()
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return client

    return enter


def url(attempt: Attempt, rest: str = "") -> str:
    """An address of the attempt."""
    return f"/api/v1/attempts/{attempt.public_id}{rest}"


def test_an_attempt_shows_its_questions_and_no_key(house: World, sign_in: SignIn, attempt: Attempt) -> None:
    response = sign_in(house.learner).get(url(attempt))
    assert response.status_code == 200
    asked = response.get_json()["questions"]
    assert [one["kind"] for one in asked] == ["single", "multiple", "truefalse", "short", "number", "open"]
    assert len(asked[0]["options"]) == 2 and asked[0]["answer"] is None
    assert not [secret for secret in SECRETS if secret in response.get_data(as_text=True)]


def test_answers_get_receipts_and_a_repeat_stores_nothing(
    session: Session, house: World, sign_in: SignIn, attempt: Attempt, quiz: quizzing.Quizzing
) -> None:
    client = sign_in(house.learner)
    body = {"client_id": "page.1", "answers": [{"position": 6, "value": "Texte"}, {"position": 3, "value": True}]}
    first = client.post(url(attempt, "/answers"), json=body)
    assert first.status_code == 200
    assert [(r["standing"], r["stands"], r["client_id"]) for r in first.get_json()["answers"]] == [
        ("counts", True, "page.1.0"), ("counts", True, "page.1.1"),
    ]  # fmt: skip
    assert client.post(url(attempt, "/answers"), json=body).get_json() == first.get_json()
    assert client.get(url(attempt)).get_json()["questions"][5]["answer"]["value"] == "Texte"
    assert session.scalar(select(func.count(Answer.id))) == 2


def test_only_the_owner_reaches_an_attempt(
    house: World, sign_in: SignIn, client: FlaskClient, attempt: Attempt
) -> None:
    body = {"answers": [{"position": 6, "value": "Texte"}]}
    for person in (house.other_learner, house.trainer, house.admin):
        other = sign_in(person)
        assert other.get(url(attempt)).status_code == 404
        assert other.post(url(attempt, "/answers"), json=body).status_code == 404
        assert other.post(url(attempt, "/submission")).status_code == 404
    assert client.get(url(attempt)).status_code == 401


def test_an_archived_cohort_opens_no_attempt_under_way_until_it_is_restored(
    session: Session, house: World, sign_in: SignIn, attempt: Attempt
) -> None:
    client = sign_in(house.learner)
    body = {"answers": [{"position": 6, "value": "Texte"}]}
    house.cohort.archived_at = datetime.now(UTC)
    session.commit()
    assert client.get(url(attempt)).status_code == 404
    assert client.post(url(attempt, "/answers"), json=body).status_code == 404
    assert client.post(url(attempt, "/submission")).status_code == 404
    house.cohort.archived_at = None
    session.commit()
    assert client.post(url(attempt, "/answers"), json=body).status_code == 200


def test_who_no_longer_takes_part_answers_no_more_but_keeps_what_was_handed_in(
    session: Session, house: World, sign_in: SignIn, attempt: Attempt
) -> None:
    client = sign_in(house.learner)
    membership = session.scalars(select(Membership).where(Membership.person_id == house.learner.id)).one()
    membership.ended_at = datetime.now(UTC)
    session.commit()
    body = {"answers": [{"position": 6, "value": "Texte"}]}
    assert client.post(url(attempt, "/answers"), json=body).status_code == 404
    assert client.post(url(attempt, "/submission")).status_code == 404
    attempt.submitted_at = datetime.now(UTC)
    session.commit()
    assert client.get(url(attempt)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"answers": []},
        {"answers": [{"position": 99, "value": "x"}]},
        {"answers": [{"position": 1, "value": "no such key"}]},
        {"answers": [{"position": 6, "value": "x" * 1_000_000}]},
        {"answers": [{"position": 6, "value": "a\u0000b"}]},
        {"answers": [{"position": 6, "value": {"a": 1}}]},
        {"answers": [{"position": 6, "value": "x", "device_time": "2026-01-01T00:00:00"}]},
        {"answers": [{"position": 6, "value": "x", "device_time": "0001-01-01T00:00:00+14:00"}]},
        {"answers": [{"position": 6, "value": "x", "device_time": "9999-12-31T23:59:59-14:00"}]},
        {"answers": [{"position": 6, "value": "x", "client_id": "a\0b"}]},
        {"client_id": "a\0b", "answers": [{"position": 6, "value": "x"}]},
        {"client_id": "a\ud800", "answers": [{"position": 6, "value": "x"}]},
        {"answers": [{"position": 10**30, "value": "x"}]},
        {"answers": [{"position": 6, "value": "x", "points": 3}]},
        {"answers": [{"position": 6, "value": "x", "client_id": ""}]},
    ],
)
def test_what_cannot_be_an_answer_is_a_problem_document(
    session: Session, house: World, sign_in: SignIn, attempt: Attempt, body: dict[str, Any]
) -> None:
    response = sign_in(house.learner).post(url(attempt, "/answers"), json=body)
    assert response.status_code == 422
    assert response.mimetype == "application/problem+json"
    assert session.scalar(select(func.count(Answer.id))) == 0


def test_a_client_id_stands_for_one_answer_only(house: World, sign_in: SignIn, attempt: Attempt) -> None:
    client = sign_in(house.learner)
    for position, status in ((6, 200), (4, 422)):
        body = {"answers": [{"position": position, "value": "x", "client_id": "same"}]}
        assert client.post(url(attempt, "/answers"), json=body).status_code == status


def test_handing_in_five_times_is_handing_in_once(house: World, sign_in: SignIn, attempt: Attempt) -> None:
    client = sign_in(house.learner)
    answers = [client.post(url(attempt, "/submission")).get_json() for _ in range(5)]
    assert len({one["submitted_at"] for one in answers}) == 1
    assert answers[0]["result"] == {"earned": 0, "lost": 8, "waiting": 0, "total": 8, "verdict": "failed"}


def test_a_grade_that_is_not_released_cannot_be_seen(
    session: Session, house: World, sign_in: SignIn, quiz: quizzing.Quizzing
) -> None:
    attempt = take(session, quiz, house.learner)
    item = grading_item(session, attempt)
    grading.grade(session, item, house.trainer, points=2.25, comment="Commentaire", after=0, now=quizzing.NOON)
    session.commit()
    client = sign_in(house.learner)
    before = client.get(url(attempt))
    assert before.get_json()["result"]["waiting"] == 3
    assert "2.25" not in before.get_data(as_text=True) and "Commentaire" not in before.get_data(as_text=True)
    grading.release(session, quiz.quiz, house.cohort, house.trainer, now=quizzing.NOON)
    session.commit()
    assert client.get(url(attempt)).get_json()["result"]["earned"] == 7.25


def grading_item(session: Session, attempt: Attempt) -> Any:
    """The open question."""
    return next(item for item in session.scalars(quizzing.items_of(attempt)) if item.position == 6)


def test_the_operations_are_described(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]
    answers = paths["/api/v1/attempts/{public_id}/answers"]["post"]["responses"]
    assert {"200", "401", "404", "409", "422"} <= set(answers)
    assert "/api/v1/attempts/{public_id}/submission" in paths


def test_a_refused_value_is_explained_in_the_language_of_who_asks(
    house: World, sign_in: SignIn, attempt: Attempt
) -> None:
    body = {"answers": [{"position": "x", "value": "y", "points": 3, "come_back": 1}]}
    response = sign_in(house.learner).post(url(attempt, "/answers"), json=body)
    told = {one["field"]: one["sentence"] for one in response.get_json()["errors"]}
    assert told["answers.0.position"] == "Un nombre entier est attendu ici, sans guillemets."
    assert told["answers.0.come_back"] == "Il faut ici true ou false, sans guillemets."
    assert told["answers.0.points"] == "Aucun champ ne porte ce nom."


def test_what_a_page_replaces_without_having_seen_it_is_told(house: World, sign_in: SignIn, attempt: Attempt) -> None:
    client = sign_in(house.learner)

    def save(page: str, number: int, value: str, seen: str | None) -> dict[str, Any]:
        body = {"client_id": f"{page}.{number}", "answers": [{"position": 5, "value": value, "seen": seen}]}
        answer = client.post(url(attempt, "/answers"), json=body)
        assert answer.status_code == 200, answer.json
        return answer.json["answers"][0]

    first = save("phone", 1, "On the phone", "")
    assert first["replaced"] is None
    assert save("phone", 2, "On the phone, more", "")["replaced"] is None, "its own save, on the way meanwhile"
    told = save("office", 1, "At the office", first["mark"])
    assert told["stands"] and told["replaced"]["value"] == "On the phone, more"
    assert save("phone", 3, "Seen", told["mark"])["replaced"] is None
    assert save("machine", 1, "Tells nothing", None)["replaced"] is None
    for value, replaced in (("Without a name", "Tells nothing"), ("Again without one", "Without a name")):
        sent = {"answers": [{"position": 5, "value": value, "seen": ""}]}
        answer = client.post(url(attempt, "/answers"), json=sent).json["answers"][0]
        assert answer["replaced"]["value"] == replaced, "two without a name may be two pages"


def test_a_number_that_is_none_is_kept_and_said_to_be_none(house: World, sign_in: SignIn, attempt: Attempt) -> None:
    client = sign_in(house.learner)
    place = next(one for one in client.get(url(attempt)).json["questions"] if one["kind"] == "number")
    for value, readable in (("abc", False), ("3,5", True), ("", True)):
        sent = {"answers": [{"position": place["position"], "value": value}]}
        answer = client.post(url(attempt, "/answers"), json=sent)
        assert answer.json["answers"][0]["readable"] is readable


def test_what_was_wrong_is_corrected_at_once_by_who_sent_it(house: World, sign_in: SignIn, attempt: Attempt) -> None:
    client = sign_in(house.learner)

    def send(page: str, number: int, value: Any) -> Any:
        body = {"client_id": f"{page}.{number}", "answers": [{"position": 5, "value": value, "seen": ""}]}
        return client.post(url(attempt, "/answers"), json=body)

    assert send("phone", 1, "1" * 2_000).status_code == 422
    unreadable = send("phone", 1, "abc").json["answers"][0]  # What was refused has not used up its name.
    assert (unreadable["readable"], unreadable["replaced"]) == (False, None)
    corrected = send("phone", 2, "4").json["answers"][0]
    assert (corrected["stands"], corrected["readable"], corrected["replaced"]) == (True, True, None)
    told = send("office", 1, "5").json["answers"][0]
    assert told["replaced"]["value"] == "4", "another page has neither seen nor sent it"


def test_an_invented_device_time_opens_no_archived_quiz(
    session: Session, house: World, sign_in: SignIn, attempt: Attempt
) -> None:
    client, minute = sign_in(house.learner), timedelta(minutes=1)
    attempt.started_at = datetime.now(UTC) - 10 * minute
    archived_at = datetime.now(UTC) - minute
    modules.archive(session, house.steps["quiz"], now=archived_at, by=house.admin)
    session.commit()

    def send(device_time: datetime) -> int:
        said = {"position": 6, "value": "Écrit", "device_time": device_time.isoformat()}
        return client.post(url(attempt, "/answers"), json={"answers": [said]}).status_code

    before_it_began = attempt.started_at - minute
    session.commit()
    assert (send(before_it_began), send(archived_at - minute)) == (409, 200)
    house.steps["quiz"].archived_at = archived_at - timedelta(days=14)
    attempt.started_at = archived_at - timedelta(days=15)
    session.commit()
    assert send(archived_at - timedelta(days=14, minutes=1)) == 409, "two weeks are over"
    assert session.scalar(select(func.count(Answer.id))) == 1


@pytest.mark.parametrize("archived", ["step", "module"])
def test_an_archived_quiz_is_read_and_handed_in_but_not_answered(
    session: Session, house: World, sign_in: SignIn, attempt: Attempt, archived: str
) -> None:
    client, row = sign_in(house.learner), house.steps["quiz"] if archived == "step" else house.module
    before = {"answers": [{"position": 6, "value": "Avant"}], "client_id": "page.1"}
    assert client.post(url(attempt, "/answers"), json=before).status_code == 200
    modules.archive(session, row, now=datetime.now(UTC), by=house.admin)
    session.commit()
    assert client.get(url(attempt)).json["questions"][5]["answer"]["value"] == "Avant"
    refused = client.post(url(attempt, "/answers"), json={"answers": [{"position": 6, "value": "Depuis"}]})
    assert (refused.status_code, refused.mimetype) == (409, "application/problem+json")
    assert "archivé" in refused.json["detail"]
    assert client.post(url(attempt, "/answers"), json=before).status_code == 200, "known before it was archived"
    assert client.post(url(attempt, "/submission")).json["submitted_at"]
    assert session.scalar(select(func.count(Answer.id))) == 1
