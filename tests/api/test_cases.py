"""/api/v1: cases, threads and posts."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app.people.models import Cohort
from modules.cases import actions
from modules.cases.models import Case, Thread
from modules.models import Assignment

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
CLOSED_SENTENCE = "Cette discussion est close\u00a0: elle ne reçoit plus de messages."
POST = {"kind": "question", "stage": "conception", "language": "fr", "body": "Qui a **décidé** ?\r\n<script>1</script>"}


@pytest.fixture
def thread(session: Any, house: Any) -> Thread:
    """A discussion of the learner's cohort."""
    case = actions.create_case(session, house.cycle.id, country="ML", title="Mali", by=house.admin, now=NOW)
    made = actions.open_thread(session, case, house.cohort.id, title="Dates", stage=None, by=house.trainer, now=NOW)
    session.commit()
    return made


def test_a_post_is_written_read_and_changed(session: Any, house: Any, thread: Thread, speak: Any) -> None:
    learner, url = speak(house.learner), f"/api/v1/threads/{thread.public_id}/posts"
    answer = learner.post(url, json={**POST, "client_id": "a"})
    assert answer.status_code == 200, answer.json
    made = answer.json
    assert made["body"] == POST["body"].replace("\r\n", "\n")
    assert "<strong>décidé</strong>" in made["html"]
    assert "<script" not in made["html"]
    assert (made["kind"], made["stage"], made["language"], made["author"]) == (
        "question",
        "conception",
        "fr",
        "learner",
    )
    assert learner.post(url, json={**POST, "client_id": "a"}).json["id"] == made["id"]
    case = session.get_one(Case, thread.case_id)
    other = actions.open_thread(session, case, house.cohort.id, title="Autre", stage=None, by=house.trainer, now=NOW)
    session.commit()
    elsewhere = learner.post(f"/api/v1/threads/{other.public_id}/posts", json={**POST, "client_id": "a"})
    assert elsewhere.status_code == 422 and elsewhere.json["errors"][0]["field"] == "client_id"
    listed = learner.get(url).json
    assert [one["id"] for one in listed["posts"]] == [made["id"]]
    changed = learner.patch(f"/api/v1/posts/{made['id']}", json={"body": "Après", "version": 1}).json
    assert (changed["body"], changed["version"]) == ("Après", 2)
    assert learner.patch(f"/api/v1/posts/{made['id']}", json={"body": "Tard", "version": 1}).status_code == 409
    assert speak(house.trainer).patch(f"/api/v1/posts/{made['id']}", json={"body": "Non"}).status_code == 403
    assert speak(house.trainer).get(f"/api/v1/posts/{made['id']}").json["unread"] is True


def test_cases_of_many_cohorts_are_listed_in_as_many_statements_as_of_one(
    house: Any, thread: Thread, speak: Any, session: Any, statements: Any
) -> None:
    admin = speak(house.admin)
    admin.post(f"/api/v1/threads/{thread.public_id}/posts", json=POST)

    def listed() -> list[Any]:
        return [(one["cohort"], one["threads"], one["posts"]) for one in admin.get("/api/v1/cases").json["cases"]]

    assert listed() == [(house.cohort.public_id, 1, 1)]
    of_one = statements(listed)
    given = session.scalars(sa.select(Assignment)).one()
    for number in range(4):
        cohort = Cohort(name=f"Suite {number}", zone="Africa/Bamako", created_at=NOW)
        session.add(cohort)
        session.flush()
        row = Assignment(module_id=given.module_id, cohort_id=cohort.id, rule_version_id=given.rule_version_id, at=NOW)
        session.add(row)
    session.commit()
    assert sorted(posts for _, _, posts in listed()) == [0, 0, 0, 0, 1]
    assert (house.cohort.public_id, 1, 1) in listed()
    assert statements(listed) == of_one
    assert speak(house.other_learner).get("/api/v1/cases").json["cases"] == []


def test_an_author_corrects_all_of_a_post_and_withdraws_it(house: Any, thread: Thread, speak: Any) -> None:
    learner, trainer = speak(house.learner), speak(house.trainer)
    made = learner.post(f"/api/v1/threads/{thread.public_id}/posts", json=POST).json
    url = f"/api/v1/posts/{made['id']}"
    change = {"body": "Après", "kind": "strength", "stage": "", "language": "en", "consent": "unquoted"}
    assert learner.patch(url, json={**change, "consent": "maybe"}).status_code == 422
    changed = learner.patch(url, json=change).json
    assert {name: changed[name] for name in change} == {**change, "stage": None}
    assert learner.patch(url, json={"body": "Encore"}).json["consent"] == "unquoted"
    assert trainer.delete(url).status_code == 403
    assert speak(house.other_learner).delete(url).status_code == 404
    for _ in range(2):
        assert learner.delete(url).json["withdrawn"] is True
    assert trainer.get(url).json["body"] == trainer.get(url).json["html"] == ""
    late = learner.patch(url, json=change)
    assert late.status_code == 409 and "Vous avez retiré" in late.json["detail"]
    answer = trainer.post(f"/api/v1/threads/{thread.public_id}/posts", json={**POST, "parent": made["id"]})
    assert answer.status_code == 409


def test_the_cases_and_their_discussions_are_listed(house: Any, thread: Thread, speak: Any, session: Any) -> None:
    learner = speak(house.learner)
    case = session.get_one(Case, thread.case_id)
    session.commit()
    (row,) = learner.get("/api/v1/cases").json["cases"]
    assert (row["id"], row["template"], row["threads"], row["filled"]) == (case.public_id, True, 1, 0)
    detail = learner.get(f"/api/v1/cases/{case.public_id}").json
    assert detail["readable"] is True
    assert len(detail["sheet"]) == row["rubrics"]
    listed = learner.get(f"/api/v1/cases/{case.public_id}/threads").json
    assert [one["title"] for one in listed["threads"]] == ["Dates"]


def test_another_cohort_finds_nothing(house: Any, thread: Thread, speak: Any, session: Any) -> None:
    session.add(
        Assignment(cohort_id=house.other_cohort.id, module_id=house.module.id, rule_version_id=house.rules.id, at=NOW)
    )
    case = session.get_one(Case, thread.case_id)
    session.commit()
    made = speak(house.learner).post(f"/api/v1/threads/{thread.public_id}/posts", json=POST).json
    other = speak(house.other_learner)
    assert other.get(f"/api/v1/threads/{thread.public_id}/posts").status_code == 404
    assert other.post(f"/api/v1/threads/{thread.public_id}/posts", json=POST).status_code == 404
    assert other.get(f"/api/v1/posts/{made['id']}").status_code == 404
    assert other.get(f"/api/v1/cases/{case.public_id}/threads").json["threads"] == []
    refused = other.get(f"/api/v1/cases/{case.public_id}?cohort={house.cohort.public_id}")
    assert refused.status_code == 404
    assert refused.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": ""},
        {"body": "a\x00"},
        {"body": "\ud800"},
        {"body": "a" * 20_001},
        {"body": 7},
        {"kind": "poem"},
        {"kind": ""},
        {"kind": None},
        {"stage": "moon"},
        {"language": "?"},
        {"consent": "maybe"},
        {"client_id": "a\x00"},
        {"more": 1},
    ],
)
def test_a_wrong_post_is_refused_by_field(house: Any, thread: Thread, speak: Any, wrong: dict[str, Any]) -> None:
    answer = speak(house.learner).post(f"/api/v1/threads/{thread.public_id}/posts", json={**POST, **wrong})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == list(wrong)


def test_a_closed_discussion_refuses_what_comes_late_with_a_sentence(
    house: Any, thread: Thread, speak: Any, session: Any
) -> None:
    actions.close(session, session.get_one(Thread, thread.id), closed=True, by=house.trainer, now=NOW)
    session.commit()
    for person in (house.learner, house.trainer):
        late = speak(person).post(f"/api/v1/threads/{thread.public_id}/posts", json={**POST, "client_id": "late"})
        assert (late.status_code, late.json["detail"]) == (409, CLOSED_SENTENCE)


def test_the_api_is_for_people_who_signed_in(client: Any, thread: Thread) -> None:
    for url in ("/api/v1/cases", f"/api/v1/threads/{thread.public_id}/posts"):
        assert client.get(url).status_code == 401


def test_every_operation_is_described(client: Any) -> None:
    paths = client.get("/api/v1/openapi.json").json["paths"]
    assert set(paths["/api/v1/threads/{public_id}/posts"]) >= {"get", "post"}
    assert "patch" in paths["/api/v1/posts/{public_id}"]
    assert "409" in paths["/api/v1/threads/{public_id}/posts"]["post"]["responses"]
