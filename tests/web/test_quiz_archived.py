"""A quiz whose step or module is archived: what was done in it stays, nothing new begins."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from modules import actions as modules
from quizzes.actions import grading
from quizzes.models import Answer, Attempt, Grade
from quizzes.queries.taking import places
from tests import quizzing
from tests.quizzing import items_of, set_up, take
from tests.web.test_quizzes import step_url, words
from tests.world import World

SignIn = Callable[[Any], FlaskClient]
Page = Callable[..., Any]
PUT_AWAY = "Ce quiz est archivé"


@pytest.fixture(params=["step", "module"])
def row(request: pytest.FixtureRequest, house: World) -> Any:
    """What is archived."""
    return house.steps["quiz"] if request.param == "step" else house.module


@pytest.fixture
def quiz(session: Session, house: World) -> quizzing.Quizzing:
    """The quiz with a question of each kind."""
    return set_up(session, house)


def archive(session: Session, house: World, row: Any) -> None:
    """Put it away, now."""
    modules.archive(session, row, now=datetime.now(UTC), by=house.admin)
    session.commit()


def links(tree: Any) -> set[str]:
    """Where a page leads."""
    main = tree.find(".//main")
    return {node.get("href") or node.get("action") for tag in ("a", "form") for node in main.iter(tag)}


def test_an_attempt_under_way_is_read_and_handed_in_but_not_answered(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing, row: Any
) -> None:
    attempt = take(session, quiz, house.learner, {6: "Une ligne\nUne autre", 1: quiz.right[1]}, submit=False)
    client, url = sign_in(house.learner), f"/attempts/{attempt.public_id}"
    archive(session, house, row)
    shown = page(client, f"{url}/questions/6")
    assert PUT_AWAY in words(shown) and "Une ligne Une autre" in words(shown)
    assert shown.find(".//textarea") is None, "what cannot be saved is not asked"
    assert "Engagements" in words(page(client, f"{url}/questions/1"))
    assert "Sans réponse" in words(page(client, f"{url}/questions/4"))
    seen = places(session, attempt)[5].saved.mark
    session.commit()
    refused = client.post(f"{url}/questions/6", data={"answer": "Écrit depuis", "seen": seen})
    assert refused.status_code == 409
    assert PUT_AWAY in refused.get_data(as_text=True) and "Écrit depuis" in refused.get_data(as_text=True)
    review = page(client, f"{url}/review")
    assert PUT_AWAY in words(review) and not links(review) & {step_url(house), f"/modules/{house.module.public_id}"}
    assert client.post(f"{url}/submission").status_code == 303
    assert "1 point" in words(page(client, url))
    assert session.scalar(sa.select(sa.func.count(Answer.id))) == 2


def test_what_is_archived_begins_no_attempt_until_it_is_brought_back(
    session: Session, house: World, sign_in: SignIn, quiz: quizzing.Quizzing, row: Any
) -> None:
    client = sign_in(house.learner)
    archive(session, house, row)
    assert client.get(step_url(house)).status_code == 404
    assert client.post(step_url(house, "/attempts")).status_code == 404
    assert session.scalar(sa.select(sa.func.count(Attempt.id))) == 0
    session.commit()
    modules.bring_back(session, row)
    session.commit()
    assert client.get(step_url(house)).status_code == 200
    attempt = client.post(step_url(house, "/attempts")).location
    assert client.post(f"{attempt}/questions/6", data={"answer": "Texte", "seen": "", "page": ""}).status_code == 303


def test_marks_are_given_and_read_of_what_is_archived(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing, row: Any
) -> None:
    attempt = take(session, quiz, house.learner)
    archive(session, house, row)
    trainer, desk = sign_in(house.trainer), f"/grading/answers/{attempt.public_id}/6"
    assert "Un tableau de suivi." in words(page(trainer, desk))
    assert trainer.post(desk, data={"points": "2,5", "comment": "Bien.", "after": "0"}).status_code == 303
    grade = session.scalars(sa.select(Grade).where(Grade.by_id.is_not(None))).one()
    assert grade.points == 2.5
    grading.release(session, quiz.quiz, house.cohort, house.trainer, now=datetime.now(UTC))
    session.commit()
    shown = page(sign_in(house.learner), f"/attempts/{attempt.public_id}")
    assert PUT_AWAY in words(shown) and "7,5 points sur 8" in words(shown) and "Bien." in words(shown)
    assert not links(shown) & {step_url(house), step_url(house, "/attempts"), f"/modules/{house.module.public_id}"}
    assert len(session.scalars(items_of(attempt)).all()) == 6
