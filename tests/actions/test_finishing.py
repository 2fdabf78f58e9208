"""A module and its cycle are finished with the last step needed, once, and stay so until a step is taken back."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from modules import actions
from modules.models import CycleCompletion, CycleRule, Module, ModuleCompletion, RuleVersion
from tests.world import KINDS

NOW = datetime.now(UTC) + timedelta(days=1)  # After all that the house holds, however late its test runs.
LATER = NOW + timedelta(days=1)


@pytest.fixture
def do(session, house):
    """`do("page", …)` does steps, for the learner or somebody else."""

    def complete(*kinds, person=None, now=NOW):
        for kind in kinds:
            step = house.steps[kind]
            actions.complete(session, step, person or house.learner, now=now, source="trainer", by=house.trainer)

    return complete


def kept(session, table, *, ended=False):
    asked = sa.select(table).where(table.ended_at.is_not(None) if ended else table.ended_at.is_(None))
    return session.scalars(asked).all()


def test_the_last_step_finishes_module_and_cycle_under_the_rules_of_the_cohort(session, house, do):
    do(*KINDS[:-1])
    assert not kept(session, ModuleCompletion) and not kept(session, CycleCompletion)
    do(KINDS[-1], now=LATER)
    (module,), (cycle,) = kept(session, ModuleCompletion), kept(session, CycleCompletion)
    assert (module.module_id, module.rule_version_id, module.at) == (house.module.id, house.rules.id, LATER)
    assert (cycle.person_id, cycle.cohort_id, cycle.at) == (house.learner.id, house.cohort.id, LATER)
    do(KINDS[-1])
    assert len(kept(session, ModuleCompletion)) == 1


def test_what_comes_later_unfinishes_nobody_but_counts_for_the_others(session, house, do):
    do(*KINDS)
    actions.add_step(session, house.module, "page", {"fr": "Suite"}, now=LATER, body="Texte", lang="fr")
    do(*KINDS, person=house.other_learner, now=LATER)
    house.steps["page"].archived_at = LATER
    assert [row.person_id for row in kept(session, ModuleCompletion)] == [house.learner.id]


def test_a_step_taken_back_ends_both_with_its_reason_and_given_again_brings_both_back(session, house, do):
    do(*KINDS)
    actions.take_back(session, house.steps["page"], house.learner, by=house.trainer, why="Erreur de ligne", now=LATER)
    for table in (ModuleCompletion, CycleCompletion):
        assert not kept(session, table)
        (gone,) = kept(session, table, ended=True)
        assert (gone.ended_at, gone.ended_by_id, gone.ended_why) == (LATER, house.trainer.id, "Erreur de ligne")
    do("page", now=LATER)
    for table in (ModuleCompletion, CycleCompletion):
        assert [row.at for row in kept(session, table)] == [NOW]


def test_a_later_step_taken_back_ends_nothing(session, house, do):
    do(*KINDS)
    step = actions.add_step(session, house.module, "page", {"fr": "Suite"}, now=LATER, body="Texte", lang="fr")
    actions.complete(session, step, house.learner, now=LATER, source="page")
    actions.take_back(session, step, house.learner, by=house.trainer, why="Erreur de ligne", now=LATER)
    assert len(kept(session, ModuleCompletion)) == len(kept(session, CycleCompletion)) == 1


def test_some_of_the_steps_are_enough_where_the_rules_say_so(session, house, do):
    house.rules.terms = {"module": {"need": 2}, house.steps["page"].public_id: {"optional": True}}
    do("page", "quiz")
    assert not kept(session, ModuleCompletion)
    do("file", "cases")
    assert len(kept(session, ModuleCompletion)) == 1
    actions.take_back(session, house.steps["file"], house.learner, by=house.trainer, why="Erreur", now=LATER)
    assert len(kept(session, ModuleCompletion)) == 1, "two others stand"
    actions.take_back(session, house.steps["quiz"], house.learner, by=house.trainer, why="Erreur", now=LATER)
    assert not kept(session, ModuleCompletion)


def test_a_step_that_is_put_away_or_a_lighter_rule_finishes_who_lacked_only_that(session, house, do):
    do(*KINDS[1:])
    actions.archive(session, house.steps["recording"], now=LATER, by=house.admin)
    assert len(kept(session, ModuleCompletion)) == 1
    do("page", person=house.other_learner)
    session.add(RuleVersion(module_id=house.module.id, number=2, terms={"module": {"need": 1}}, at=LATER))
    session.flush()
    actions.assign(session, house.other_cohort, house.module, opens=None, due=None, now=LATER, by=house.admin)
    assert {row.person_id for row in kept(session, ModuleCompletion)} == {house.learner.id, house.other_learner.id}


def test_a_cycle_waits_for_each_of_its_modules_unless_its_rule_says_how_many(session, house, do):
    other = Module(cycle_id=house.cycle.id, position=2, created_at=NOW - timedelta(days=1))
    session.add(other)
    do(*KINDS)
    assert not kept(session, CycleCompletion)
    session.add(CycleRule(cycle_id=house.cycle.id, number=2, terms={"cycle": {"need": 1}}, at=LATER))
    session.flush()
    actions.settle_cycle(session, house.cycle.id, None, now=LATER)
    assert len(kept(session, CycleCompletion)) == 1


def test_rebuilding_adds_what_is_missing_and_names_what_nothing_founds(session, house, do):
    do(*KINDS)
    session.execute(sa.delete(ModuleCompletion))
    session.add(
        ModuleCompletion(
            person_id=house.other_learner.id, module_id=house.module.id, rule_version_id=house.rules.id, at=NOW
        )
    )
    session.flush()
    assert actions.settle_all(session, now=LATER) == (1, [(house.other_learner.public_id, house.module.public_id)])
    assert actions.settle_all(session, now=LATER)[0] == 0


def test_many_people_finish_in_the_same_number_of_statements(session, house, do, enrol, statements):
    costs = []
    for many in (1, 2, 9):
        people = enrol(many)
        for kind in KINDS[:-1]:
            actions.complete_each(
                session, house.steps[kind], [each.id for each in people], now=NOW, source="trainer", by=house.trainer
            )
        ids = [each.id for each in people]
        costs.append(statements(
            lambda ids=ids: actions.complete_each(session, house.steps[KINDS[-1]], ids, now=NOW, source="page")
        ))  # fmt: skip
    assert costs[1] == costs[2] and len(kept(session, CycleCompletion)) == 12
