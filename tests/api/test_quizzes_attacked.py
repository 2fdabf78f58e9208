"""What an attacker sends to the quizzes' API is refused as a problem document, and nothing is stored."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quizzes.models import Answer, Attempt
from tests.quizzing import set_up, take
from tests.world import World

Speak = Callable[[Any], FlaskClient]
ONE = '{"answers": [{"position": %s, "value": %s}]}'


@pytest.fixture
def attempt(session: Session, house: World) -> Attempt:
    """The learner's attempt under way, nothing answered."""
    return take(session, set_up(session, house), house.learner, {}, submit=False)


def refused(answer: Any, *statuses: int) -> None:
    """A problem document of one of the statuses."""
    assert answer.status_code in (statuses or (422,)), answer.get_data(as_text=True)[:300]
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == answer.status_code and answer.json["title"]


NUMBERS = ("NaN", "Infinity", "-Infinity", "1e400", "1.5")
SURROGATE, NUL = '"\\ud800"', '"a\\u0000b"'


def valued(position: int, *values: str) -> list[str]:
    """Bodies that answer one question."""
    return [ONE % (position, value) for value in values]


def also(name: str, *values: str) -> list[str]:
    """Bodies whose one answer says something else beside it."""
    return [ONE.replace("%s}", f'"x", "{name}": {value}}}').replace("%s", "6") for value in values]


BODIES = [
    "", "null", "true", "0", "[]", '"x"', "{", "\x00", '{"answers": {}}', '{"answers": null}', '{"answers": "x"}',
    '{"answers": [null]}', '{"answers": [[]]}', '{"answers": [5]}', '{"__proto__": {}, "answers": []}',
    *(ONE % (position, '"x"') for position in (*NUMBERS, "null", '"6"', "true", "-6", "0", "[6]", "9" * 5_000)),
    *valued(1, '"x"', '["x"]', NUL, SURROGATE, "false"),
    *valued(2, '"x"', "[null]", '["x"]', f"[{SURROGATE}]", f"[{NUL}]", "true", "[" + '"x",' * 100_000 + '"x"]'),
    *valued(3, '"x"', '["true"]', SURROGATE, "1", "0"),
    *valued(4, '"' + "x" * 1_001 + '"'),
    *valued(5, '"' + "9" * 5_000 + '"'),
    *valued(6, *NUMBERS, "12", "{}", "[]", "[null]", "[[1]]", "true", SURROGATE, NUL, '"' + "x" * 1_000_000 + '"'),
    *valued(6, "9" * 5_000, "[" * 50_000 + "]" * 50_000),
    '{"answers": [' + '{"position": 6, "value": "x"},' * 500 + '{"position": 6, "value": "x"}]}',
    *also("come_back", '"perhaps"', "NaN", "[]"),
    *also("client_id", "5", '""', '"' + "x" * 65 + '"', SURROGATE, NUL),
    *also("seen", "5", '"' + "x" * 65 + '"', SURROGATE, NUL),
    *also("device_time", *NUMBERS[:-1], "-1e18", '"x"', '"2026-13-01T00:00:00Z"', "[]", '"9999-12-31T23:59:59Z"'),
    '{"client_id": "' + "x" * 57 + '", "answers": [{"position": 6, "value": "x"}]}',
    '{"client_id": {}, "answers": [{"position": 6, "value": "x"}]}',
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body[:60])
def test_what_is_no_answer_is_refused_whatever_it_is(
    session: Session, house: World, speak: Speak, attempt: Attempt, body: str
) -> None:
    address = f"/api/v1/attempts/{attempt.public_id}/answers"
    refused(speak(house.learner).post(address, data=body, content_type="application/json"), 400, 422)
    assert session.scalar(select(func.count(Answer.id))) == 0


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_type_than_json_is_refused(house: World, speak: Speak, attempt: Attempt, kind: str) -> None:
    address, body = f"/api/v1/attempts/{attempt.public_id}/answers", ONE % ("6", '"x"')
    refused(speak(house.learner).post(address, data=body, content_type=kind), 415)


@pytest.mark.parametrize(
    "name", ["x", "0", "1", "-1", "%00", "%ED%A0%80", "%F0%9F%98%80", "'%20or%201=1", "..%2f..", "x" * 5_000, "%0a"]
)
def test_a_name_that_no_attempt_has_is_not_found(house: World, speak: Speak, attempt: Attempt, name: str) -> None:
    client, address = speak(house.learner), f"/api/v1/attempts/{name}"
    refused(client.get(address), 404)
    refused(client.post(f"{address}/submission"), 404)
    refused(client.post(f"{address}/answers", data=ONE % ("6", '"x"'), content_type="application/json"), 404)


def test_the_attempt_of_another_learner_is_not_found_whatever_is_sent(
    session: Session, house: World, speak: Speak, attempt: Attempt
) -> None:
    client, address = speak(house.other_learner), f"/api/v1/attempts/{attempt.public_id}"
    refused(client.get(address), 404)
    refused(client.post(f"{address}/submission"), 404)
    body = ONE % ("6", '"x"')
    refused(client.post(f"{address}/answers", data=body, content_type="application/json"), 404)
    for method in ("put", "patch", "delete"):
        refused(getattr(client, method)(address), 405)
    session.refresh(attempt)
    assert attempt.submitted_at is None and session.scalar(select(func.count(Answer.id))) == 0


def test_an_id_that_another_learner_used_is_free_and_tells_nothing(
    session: Session, house: World, speak: Speak, attempt: Attempt
) -> None:
    body = {"client_id": "page.1", "answers": [{"position": 6, "value": "Le texte de la première"}]}
    address = f"/api/v1/attempts/{attempt.public_id}/answers"
    assert speak(house.learner).post(address, json=body).status_code == 200
    other = speak(house.other_learner).post(address, json=body)
    refused(other, 404)
    assert "première" not in other.get_data(as_text=True)
