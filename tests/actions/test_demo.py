"""What the demonstration holds: the issue's numbers, names by role and number, nothing invented."""

import re
from collections import Counter
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo import load
from app.errors import DomainError
from app.people.models import Administrator, Cohort, Membership, Person
from app.people.rules import Role
from modules.cases.models import Case, CaseText, PostText
from modules.models import Module, Step
from quizzes.models import Question, QuestionVersion, Quiz, QuizItem

MARKED = re.compile(r"(Texte d’exemple|Sample text|Texto de exemplo|نص للتوضيح)")


@pytest.fixture
def loaded(app: Flask, session: Session) -> Session:
    load.load(session, app.config["HOUSE"], datetime.now(UTC))
    session.flush()
    return session


def test_people_are_named_by_their_role_and_number(loaded: Session) -> None:
    names = Counter(re.sub(r" \d+$", "", name) for name in loaded.scalars(select(Person.name)))
    assert names == {"Administrateur·rice": 1, "Formateur·rice": 2, "Participant·e": 40}
    roles = Counter(loaded.scalars(select(Membership.role)))
    assert (roles[Role.LEARNER], roles[Role.TRAINER]) == (40, 2)
    assert len(loaded.scalars(select(Administrator)).all()) == 1
    assert len(loaded.scalars(select(Cohort)).all()) == 2
    assert all(loaded.scalars(select(Person.demonstration_at)))


def test_the_cycle_is_the_one_of_the_seed(loaded: Session) -> None:
    numbers = loaded.scalars(select(Module.number).order_by(Module.position)).all()
    assert sorted(number or "" for number in numbers) == ["", "1", "3", "5", "6"]
    kinds = Counter(loaded.scalars(select(Step.kind)))
    assert kinds["quiz"] == 5 and kinds["recording"] == 5 and kinds["cases"] == 1


def test_every_quiz_asks_in_five_ways(loaded: Session) -> None:
    asked: dict[int, set[str]] = {}
    for quiz, kind in loaded.execute(
        select(Quiz.id, QuestionVersion.kind)
        .join(QuizItem, QuizItem.quiz_id == Quiz.id)
        .join(Question, Question.id == QuizItem.question_id)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
    ):
        asked.setdefault(quiz, set()).add(kind)
    assert len(asked) == 5
    assert all(len(kinds & {"single", "multiple"}) for kinds in asked.values())
    assert all(kinds >= {"truefalse", "short", "number", "open"} for kinds in asked.values())


def test_the_six_cases_are_empty_and_sample_posts_say_what_they_are(loaded: Session) -> None:
    assert len(loaded.scalars(select(Case)).all()) == 6
    assert not [text for text in loaded.scalars(select(CaseText)) if text.body]
    texts = loaded.scalars(select(PostText.body)).all()
    assert texts and all(MARKED.match(text) for text in texts)


def test_it_is_loaded_into_an_empty_database_only(loaded: Session, app: Flask) -> None:
    with pytest.raises(DomainError):
        load.load(loaded, app.config["HOUSE"], datetime.now(UTC))
