"""Two people write one quiz, and one person presses twice: nobody's text is lost, nothing is made twice."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.people.models import Person
from modules.models import Step
from quizzes.actions import editing
from quizzes.models import Question, QuestionVersion, Quiz, QuizItem
from quizzes.rules.kinds import Kind
from tests import quizzing
from tests.actions.test_quizzes import together
from tests.quizzing import NOON, set_up
from tests.web.test_manage_modules import shown_after
from tests.world import World

SignIn = Callable[[Any], FlaskClient]
Page = Callable[..., Any]


@pytest.fixture
def quiz(session: Session, house: World) -> quizzing.Quizzing:
    """The quiz with a question of each kind."""
    return set_up(session, house)


def url(house: World, rest: str = "/edit") -> str:
    """An address of the quiz in the editor."""
    return f"/quizzes/{house.steps['quiz'].public_id}{rest}"


def opened(page: Page, client: FlaskClient, address: str, **typed: str) -> dict[str, str]:
    """What the form at the address sends when somebody has opened it and typed this over it."""
    form = next(one for one in page(client, address).iter("form") if one.find(".//input[@name='began']") is not None)
    ticks = {"checkbox", "radio"}
    sent = {
        node.get("name"): node.get("value") or ""
        for node in form.iter("input")
        if node.get("type") not in ticks or node.get("checked") is not None
    }
    sent |= {node.get("name"): "".join(node.itertext()).removeprefix("\n") for node in form.iter("textarea")}
    for node in form.iter("select"):
        sent[node.get("name")] = next(each.get("value") for each in node if each.get("selected") is not None)
    return sent | typed


def versions(session: Session, question: Question) -> list[str]:
    """The texts of a question, the first one first."""
    mine = select(QuestionVersion.text).where(QuestionVersion.question_id == question.id)
    found = list(session.scalars(mine.order_by(QuestionVersion.number)))
    session.commit()
    return found


@pytest.mark.parametrize("kind", list(Kind))
def test_the_second_of_two_at_one_question_is_told_and_loses_nothing(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing, kind: Kind
) -> None:
    address = url(house, f"/questions/{quiz.questions[kind].public_id}")
    one, two = sign_in(house.trainer), sign_in(house.admin)
    first = opened(page, one, address, text="De la première ?")
    second = opened(page, two, address, text="Du second ?", points="2")
    assert one.post(address, data=first).status_code == 303
    refused = two.post(address, data=second)
    assert refused.status_code == 409
    assert "a modifié cela" in refused.get_data(as_text=True)
    saved, own = shown_after(refused)
    assert saved == ["De la première ?", "3" if kind is Kind.OPEN else "1"]
    assert own["text"].strip() == "Du second ?" and own["points"] == "2"
    assert len(versions(session, quiz.questions[kind])) == 2
    assert two.post(address, data=second | {"began": own["began"], "text": "Des deux ?"}).status_code == 303
    assert versions(session, quiz.questions[kind])[1:] == ["De la première ?", "Des deux ?"]


def test_who_edits_a_question_that_the_other_archives_is_told_and_loses_nothing(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing
) -> None:
    question = quiz.questions[Kind.OPEN]
    address = url(house, f"/questions/{question.public_id}")
    one, two = sign_in(house.trainer), sign_in(house.admin)

    def saved(text: str) -> str:
        edited = two.post(address, data=opened(page, two, address, text=text), follow_redirects=True)
        assert versions(session, question)[-1] == text
        return edited.text

    assert "archivée entre-temps" not in saved("Toujours posée ?")
    second = opened(page, two, address, text="Du second ?")
    assert one.post(f"{address}/archive").status_code == 303
    told = two.post(address, data=second, follow_redirects=True).text
    assert "archivée entre-temps" in told and "Du second ?" in told
    assert versions(session, question)[-1] == "Du second ?"
    assert one.post(f"{address}/archive", data={"undo": "1"}).status_code == 303
    assert "archivée entre-temps" not in saved("De nouveau posée ?")


def test_options_that_the_other_wrote_are_shown_by_their_number(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing
) -> None:
    address = url(house, f"/questions/{quiz.questions[Kind.SINGLE].public_id}")
    one, two = sign_in(house.trainer), sign_in(house.admin)
    second = opened(page, two, address, feedback="Parce que.")
    first = opened(page, one, address) | {f"options-{row}-text": f"Réponse {row}" for row in range(8)}
    assert one.post(address, data=first).status_code == 303
    refused = two.post(address, data=second)
    text = refused.get_data(as_text=True)
    saved, own = shown_after(refused)
    assert refused.status_code == 409 and "Option 8, " in text
    assert set(saved) >= {f"Réponse {row}" for row in range(8)}
    assert own["options-0-text"] == "Engagements" and own["feedback"].strip() == "Parce que."


def test_the_second_of_two_at_the_terms_is_told_and_loses_nothing(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing
) -> None:
    one, two = sign_in(house.trainer), sign_in(house.admin)
    first = opened(page, one, url(house), pass_mark="70")
    first.pop("show_expected")
    second = opened(page, two, url(house), pass_mark="80", intro="Du second")
    assert one.post(url(house), data=first).status_code == 303
    refused = two.post(url(house), data=second)
    assert refused.status_code == 409
    saved, own = shown_after(refused)
    assert saved == ["", "70", "non"] and own["pass_mark"] == "80" and own["intro"].strip() == "Du second"
    assert session.scalar(select(Quiz.pass_mark)) == 0.7
    session.commit()
    assert two.post(url(house), data=second | {"began": own["began"]}).status_code == 303
    assert session.scalar(select(Quiz.pass_mark)) == 0.8


def test_pressing_twice_makes_one_thing_and_is_no_quarrel(
    session: Session, house: World, sign_in: SignIn, page: Page, quiz: quizzing.Quizzing
) -> None:
    client = sign_in(house.trainer)
    address = url(house, f"/questions/{quiz.questions[Kind.MULTIPLE].public_id}")
    edited = opened(page, client, address, text="Autrement ?", points="1.5") | {"options-3-text": "Une de plus"}
    new = opened(page, client, url(house, "/questions/new/single"), text="Encore une ?")
    new |= {"options-0-text": "Oui", "options-0-right": "y", "options-1-text": "Non"}
    terms = opened(page, client, url(house), intro="Une *introduction*")
    for where, sent in ((address, edited), (url(house, "/questions/new/single"), new), (url(house), terms)):
        assert [client.post(where, data=sent).status_code for _press in range(2)] == [303, 303]
    assert len(versions(session, quiz.questions[Kind.MULTIPLE])) == 2
    assert session.scalar(select(func.count(Question.id))) == len(Kind) + 1


def test_a_race_of_editors_keeps_one_and_tells_the_others(
    app: Flask, session: Session, house: World, quiz: quizzing.Quizzing
) -> None:
    question = quiz.questions[Kind.TRUEFALSE]
    began = editing.print_of_question(editing.hold_question(session, question))
    terms_began = editing.print_of_terms(quiz.quiz, "fr")
    session.commit()
    outcomes: list[str] = []
    texts = [f"Énoncé {number}" for number in range(4)]
    waiting = list(texts)

    def write(own: Session) -> None:
        text = waiting.pop()
        draft = editing.Draft(Kind.TRUEFALSE, "fr", text, 1, {"right": True})
        by, terms = own.get_one(Person, house.trainer.id), editing.Terms("fr", text, 0.5, 2, None, True)
        for act in (
            lambda: editing.edit_question(own, own.get_one(Question, question.id), draft, by, began=began, now=NOON),
            lambda: editing.set_terms(
                own, own.get_one(Step, house.steps["quiz"].id), terms, by, began=terms_began, now=NOON
            ),
        ):
            try:
                act()
                outcomes.append("kept")
            except editing.Meanwhile:
                outcomes.append("told")

    together(app, 4, write)
    assert sorted(outcomes) == ["kept"] * 2 + ["told"] * 6
    assert len(versions(session, question)) == 2


def test_a_race_for_the_first_question_of_a_quiz_makes_one_quiz(app: Flask, session: Session, house: World) -> None:
    step = house.steps["quiz"].id
    numbers = [0, 1, 2, 2]

    def write(own: Session) -> None:
        draft = editing.Draft(Kind.OPEN, "fr", f"Question {numbers.pop()} ?", 1, {"expected": ""})
        editing.add_question(own, own.get_one(Step, step), draft, own.get_one(Person, house.trainer.id), now=NOON)

    together(app, 4, write)
    assert session.scalar(select(func.count(Quiz.id))) == 1
    assert session.scalar(select(func.count(Question.id))) == 3


def test_a_race_of_movers_and_writers_gives_each_question_a_place_of_its_own(
    app: Flask, session: Session, house: World, quiz: quizzing.Quizzing
) -> None:
    turns = [(kind, 1) for kind in (Kind.SINGLE, Kind.MULTIPLE)] + [(kind, -1) for kind in (Kind.NUMBER, Kind.OPEN)]
    texts = [f"Énoncé {number}" for number in range(2)]
    waiting: list[Any] = [*turns, *texts]

    def act(own: Session) -> None:
        turn, step, by = waiting.pop(), own.get_one(Step, house.steps["quiz"].id), own.get_one(Person, trainer)
        if isinstance(turn, str):
            editing.add_question(own, step, editing.Draft(Kind.OPEN, "fr", turn, 1, {}), by, now=NOON)
        else:
            editing.move(own, step, own.get_one(Question, questions[turn[0]]), turn[1])

    trainer, questions = house.trainer.id, {kind: question.id for kind, question in quiz.questions.items()}
    session.commit()
    together(app, len(waiting), act)
    places = session.scalars(select(QuizItem.position).order_by(QuizItem.position)).all()
    assert places == list(range(1, len(Kind) + len(texts) + 1))
