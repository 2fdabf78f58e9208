"""Where an attempt ends: how much it holds, and what still arrives once it is handed in or its step is archived."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from modules import actions as modules
from quizzes.actions import answering, taking
from quizzes.models import Answer, Attempt
from quizzes.rules import closing as rules
from tests.actions.test_quizzes import answer, statements, together
from tests.quizzing import NOON, set_up, take
from tests.world import World

SOON = NOON + timedelta(minutes=1)
LATER = NOON + timedelta(hours=1)


def kept(session: Session) -> int:
    """How many answers there are."""
    return session.scalar(sa.select(sa.func.count(Answer.id))) or 0


@pytest.fixture
def attempt(session: Session, house: World) -> Attempt:
    """An attempt under way, nothing answered."""
    return take(session, set_up(session, house), house.learner, {}, submit=False)


def test_a_full_attempt_takes_no_more_saves_but_knows_those_it_has(session: Session, attempt: Attempt) -> None:
    first = answer(6, "Le premier", client_id="page.1")
    [receipt] = answering.save(session, attempt, [first], now=NOON)
    attempt.saves = rules.MOST_SAVES - 1
    answering.save(session, attempt, [answer(6, "Le dernier", client_id="page.2")], now=SOON)
    with pytest.raises(answering.NoMore) as refused:
        answering.save(session, attempt, [first, answer(6, "Un de trop")], now=LATER)
    assert (refused.value.status, kept(session)) == (409, 2)
    [again] = answering.save(session, attempt, [first], now=LATER)
    assert (again.received_at, again.value) == (receipt.received_at, "Le dernier")


def test_an_attempt_counts_the_bytes_of_what_is_written(session: Session, attempt: Attempt) -> None:
    answering.save(session, attempt, [answer(6, "مال"), answer(3, True)], now=NOON)
    assert (attempt.saves, attempt.saved_bytes) == (2, len('"مال"'.encode()) + len("true"))
    attempt.saved_bytes = rules.MOST_BYTES - 10
    answering.save(session, attempt, [answer(5, "12")], now=SOON)
    with pytest.raises(answering.NoMore):
        answering.save(session, attempt, [answer(6, "x" * 100)], now=SOON)
    assert kept(session) == 3


def test_a_race_never_fills_an_attempt_beyond_its_bound(app: Any, session: Session, attempt: Attempt) -> None:
    attempt.saves = rules.MOST_SAVES - 3
    session.commit()
    outcomes: list[bool] = []

    def press(own: Session) -> None:
        try:
            answering.save(own, own.get_one(Attempt, attempt.id), [answer(6, "Texte")], now=SOON)
            outcomes.append(True)
        except answering.NoMore:
            outcomes.append(False)

    together(app, 6, press)
    session.refresh(attempt)
    assert (sorted(outcomes), kept(session)) == ([False] * 3 + [True] * 3, 3)
    assert attempt.saves == rules.MOST_SAVES


@pytest.mark.parametrize("column", ["saves", "saved_bytes"])
def test_the_database_itself_holds_the_bound(session: Session, attempt: Attempt, column: str) -> None:
    setattr(attempt, column, {"saves": rules.MOST_SAVES, "saved_bytes": rules.MOST_BYTES}[column] + 1)
    with pytest.raises(IntegrityError):
        session.flush()


def test_what_was_answered_before_handing_in_may_arrive_later_and_nothing_else(
    session: Session, attempt: Attempt
) -> None:
    taking.submit(session, attempt, now=SOON)
    before = answer(6, "Écrit sans réseau", client_id="phone.1", device_time=NOON)
    [receipt] = answering.save(session, attempt, [before], now=LATER)
    assert (receipt.standing, receipt.stands) == ("handed_in", False)
    for since in (answer(6, "Écrit après"), answer(6, "Écrit après", device_time=SOON + timedelta(seconds=1))):
        with pytest.raises(answering.NoMore):
            answering.save(session, attempt, [since], now=LATER)
    assert kept(session) == 1
    attempt.saves = rules.MOST_SAVES
    with pytest.raises(answering.NoMore):
        answering.save(session, attempt, [answer(6, "Encore", device_time=NOON)], now=LATER)


@pytest.mark.parametrize("archived", ["step", "module"])
def test_what_was_answered_before_the_step_was_archived_may_arrive_later_and_nothing_else(
    session: Session, house: World, attempt: Attempt, archived: str
) -> None:
    row = house.steps["quiz"] if archived == "step" else house.module
    modules.archive(session, row, now=SOON, by=house.admin)
    before = answer(6, "Écrit sans réseau", client_id="phone.1", device_time=NOON)
    [receipt] = answering.save(session, attempt, [before], now=LATER)
    assert (receipt.standing, receipt.stands) == ("counts", True)
    with pytest.raises(answering.NoMore):
        answering.save(session, attempt, [answer(6, "Écrit après")], now=LATER)
    modules.bring_back(session, row)
    assert answering.save(session, attempt, [answer(6, "Rétabli")], now=LATER)[0].stands


def test_a_large_batch_costs_as_many_statements_as_a_small_one(session: Session, attempt: Attempt) -> None:
    def batch(count: int, page: str) -> list[answering.Sent]:
        return [
            answer(
                3 + place % 4,
                [True, "Texte", "12", None][place % 4],
                client_id=f"{page}.{place}" if place % 5 else None,
            )
            for place in range(count)
        ]

    session.commit()
    few = statements(session, lambda: answering.save(session, attempt, batch(4, "a"), now=NOON))
    session.commit()
    assert statements(session, lambda: answering.save(session, attempt, batch(500, "b"), now=SOON)) == few
    assert (kept(session), attempt.saves) == (504, 504)
    assert few <= 8
