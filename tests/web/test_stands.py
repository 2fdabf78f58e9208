"""A quiz in lists of steps: handed in it is neither done nor left, without questions it cannot be done yet."""

import pytest
import sqlalchemy as sa

from modules import actions
from modules.queries import standing
from modules.stands import Stand
from quizzes.actions import editing, taking
from quizzes.models import Attempt
from tests.quizzing import NOON, set_up, take


@pytest.fixture
def quiz_step(session, house):
    """How the learner's quiz step stands now."""

    def ask():
        session.expire_all()
        session.info.clear()
        module = standing.module_for_viewer(session, house.module, house.learner, "en", NOON)
        return module, next(step for step in module.steps if step.kind == "quiz")

    return ask


def test_a_quiz_without_questions_is_not_left(session, house, quiz_step):
    _module, step = quiz_step()
    assert not step.stand.ready and not step.waits
    quiz = set_up(session, house)
    *others, last = quiz.questions.values()
    for question in others:
        editing.archive(session, question, house.trainer, now=NOON)
    assert quiz_step()[1].stand.ready
    editing.archive(session, last, house.trainer, now=NOON)
    assert not quiz_step()[1].stand.ready


def test_a_quiz_is_left_until_it_is_handed_in(session, house, quiz_step, sign_in):
    quiz = set_up(session, house, pass_mark=0.9)
    assert quiz_step()[1].waits and quiz_step()[1].stand == Stand()
    take(session, quiz, house.learner, submit=False)
    assert quiz_step()[1].waits
    session.rollback()
    page = sign_in(house.learner).get(f"/modules/{house.module.public_id}").text
    assert "1\u00a0quiz" in page and "rendu, en correction" not in page


def test_a_quiz_that_is_handed_in_waits_for_others(session, house, quiz_step, sign_in):
    take(session, set_up(session, house, pass_mark=0.9), house.learner)
    module, step = quiz_step()
    assert step.stand.handed_in and not step.waits and not step.done_at
    assert module.next_step is not step and not module.done
    session.rollback()
    page = sign_in(house.learner).get(f"/modules/{house.module.public_id}").text
    assert "rendu, en correction" in page and "1\u00a0quiz" not in page
    url = f"/cohorts/{house.cohort.public_id}/learners/{house.learner.public_id}"
    page = sign_in(house.trainer).get(url).text
    assert "rendu, en correction" in page and "Essai 1" in page


def test_a_quiz_that_is_not_passed_says_so_and_is_left(session, house, quiz_step):
    take(session, set_up(session, house, pass_mark=0.9), house.learner, {})
    _module, step = quiz_step()
    assert str(step.stand.word) and not step.stand.handed_in and step.waits


def test_a_quiz_without_an_attempt_left_says_so_and_is_not_left(session, house, quiz_step, sign_in):
    quizzing = set_up(session, house, pass_mark=0.9)
    take(session, quizzing, house.learner, {})
    take(session, quizzing, house.learner, {}, submit=False)
    assert quiz_step()[1].waits  # The last attempt is under way.
    session.rollback()
    taking.submit(session, session.scalars(sa.select(Attempt).where(Attempt.number == 2)).one(), now=NOON)
    session.commit()
    module, step = quiz_step()
    assert not step.waits and module.next_step is not step and not module.done
    session.rollback()
    client = sign_in(house.learner)
    for url in ("/", f"/modules/{house.module.public_id}"):
        page = client.get(url).text
        assert "plus d’essai" in page and "1\u00a0quiz" not in page
    for kind, other in house.steps.items():
        if kind != "quiz":
            actions.complete(session, other, house.learner, now=NOON, source="trainer", by=house.trainer)
    session.commit()
    home = client.get("/").text
    assert "Tout est fait" not in home and "rien à faire" in home and "plus d’essai" in home
    quizzing.quiz.max_attempts = 3
    session.commit()
    assert quiz_step()[1].waits
