"""Many people who have done a step are found and noted at once: the statements do not grow with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from modules import actions
from modules.models import Assignment, Completion, Coverage, Revocation, RuleVersion
from quizzes.actions import grading
from quizzes.models import AttemptItem
from tests.quizzing import items_of, set_up, take
from tests.world import ready_recording

NOW = datetime.now(UTC)


@pytest.fixture
def recording(session, house):
    """The recording step with a ready recording of 100 s; `recording(people, until)` lets them see its beginning."""
    step = house.steps["recording"]
    version = ready_recording(session, step)

    def see(people, until):
        place = {"step_id": step.id, "version_id": version.id, "ranges": [[0, until]], "seconds": until}
        session.add_all(Coverage(person_id=person.id, **place) for person in people)
        session.commit()

    return see


@contextmanager
def counted(session) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    said: list[str] = []

    def note(_connection, _cursor, statement, *_more):
        said.append(statement)

    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def done(session, step):
    return set(session.scalars(sa.select(Completion.person_id).where(Completion.step_id == step.id)))


def test_a_new_rule_completes_everybody_in_constant_statements(session, house, enrol, recording):
    step, costs = house.steps["recording"], []
    for many in (1, 9):
        people, idle = enrol(many), enrol(many)
        recording(people, 95)
        recording(idle, 50)
        with counted(session) as said:
            assert actions.complete_all_seen(session, step, 100.0, now=NOW) == many
        costs.append(len(said))
        assert {person.id for person in people} <= done(session, step)
        assert not {person.id for person in idle} & done(session, step)
        session.commit()
    assert costs[0] == costs[1]


def test_each_is_judged_by_the_rules_of_the_own_cohort(session, house, enrol, recording):
    step = house.steps["recording"]
    mild = RuleVersion(module_id=house.module.id, number=2, at=NOW, terms={step.public_id: {"coverage": 0.5}})
    session.add(mild)
    session.flush()
    given = {"module_id": house.module.id, "rule_version_id": mild.id, "at": NOW}
    session.add(Assignment(cohort_id=house.other_cohort.id, **given))
    strict, gentle = enrol(1), enrol(1, house.other_cohort)
    recording(strict + gentle, 60)
    assert actions.complete_all_seen(session, step, 100.0, now=NOW) == 1
    completion = session.scalars(sa.select(Completion)).one()
    assert (completion.person_id, completion.rule_version_id) == (gentle[0].id, mild.id)


def test_what_was_taken_back_is_not_given_again_by_a_machine(session, house, recording):
    step = house.steps["recording"]
    actions.complete(session, step, house.learner, now=NOW, source="watching")
    actions.take_back(session, step, house.learner, by=house.trainer, why="Erreur", now=NOW)
    recording([house.learner], 95)
    assert actions.complete_all_seen(session, step, 100.0, now=NOW) == 0
    assert actions.complete_each(session, step, [house.learner.id], now=NOW, source="quiz") == 0


def test_many_are_noted_once_in_constant_statements(session, house, enrol):
    step, costs = house.steps["page"], []
    for many in (1, 9):
        people = {person.id for person in enrol(many)}
        with counted(session) as said:
            assert actions.complete_each(session, step, people, now=NOW, source="page") == many
        costs.append(len(said))
        assert actions.complete_each(session, step, people, now=NOW, source="page") == 0
    assert costs[0] == costs[1]
    assert len(done(session, step)) == 10
    assert actions.complete_each(session, step, [], now=NOW, source="page") == 0


def test_a_release_of_many_grades_costs_as_much_as_of_one(session, house, enrol):
    quizzing, costs = set_up(session, house, pass_mark=0.9), []
    for many in (1, 7):
        people = enrol(many)
        for person in people:
            attempt = take(session, quizzing, person)
            for item in session.scalars(items_of(attempt).where(AttemptItem.position == 6)):
                grading.grade(session, item, house.trainer, points=item.points, comment="", after=0, now=NOW)
        session.commit()
        with counted(session) as said:
            grading.release(session, quizzing.quiz, house.cohort, house.trainer, now=NOW)
        costs.append(len(said))
        assert {person.id for person in people} <= done(session, house.steps["quiz"])
    assert costs[0] == costs[1]


def test_a_completion_is_taken_back_once_at_a_time(house, session):
    step, why = house.steps["in_person"], {"why": "Autre salle", "now": NOW}
    actions.complete(session, step, house.learner, now=NOW, source="trainer", by=house.trainer)
    completion = session.scalars(sa.select(Completion)).one()
    for by in (house.trainer, house.admin):
        actions.revoke(session, completion, by=by, **why)
    assert session.scalars(sa.select(Revocation.by_id)).all() == [house.trainer.id]
    actions.complete(session, step, house.learner, now=NOW, source="trainer", by=house.trainer)
    actions.revoke(session, completion, by=house.admin, **why)
    session.commit()
    session.add(Revocation(completion_id=completion.id, at=NOW, why="Encore"))
    with pytest.raises(IntegrityError):
        session.flush()
