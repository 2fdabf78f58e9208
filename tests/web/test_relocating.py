"""A step goes over to another module: nothing that was done of it is lost; what it means for whom is said before."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.errors import Conflict, Invalid
from modules import actions
from modules.actions.completing import complete, take_back
from modules.models import Assignment, Completion, Module, ModuleCompletion, ModuleTitle, RuleVersion, Step
from modules.rules import threshold

NOW = datetime.now(UTC)
LATER = NOW + timedelta(hours=1)


def text(tree):
    return " ".join("".join(tree.find(".//main").itertext()).split())


@pytest.fixture
def other(house, session):
    """Another module of the cycle, with one page; the house's other cohort has it."""
    module = Module(cycle_id=house.cycle.id, position=2, number="2", created_at=NOW)
    session.add(module)
    session.flush()
    session.add(ModuleTitle(module_id=module.id, lang="fr", title="Module suivant"))
    rules = RuleVersion(module_id=module.id, number=1, terms={}, at=NOW)
    session.add_all([rules, Step(module_id=module.id, position=1, kind="page", created_at=NOW)])
    session.flush()
    session.add(Assignment(cohort_id=house.other_cohort.id, module_id=module.id, rule_version_id=rules.id, at=NOW))
    session.commit()
    return module


def test_completions_stay_and_what_was_asked_is_asked_there(house, session, other):
    step = house.steps["recording"]
    complete(session, step, house.learner, now=NOW, source="watching")
    rules = session.get_one(RuleVersion, house.rules.id)
    rules.terms = {step.public_id: {"coverage": 0.7}}
    session.flush()
    actions.relocate(session, step, other, now=LATER, by=house.admin)
    assert (step.module_id, step.position, step.moved_at, step.moved_by_id) == (other.id, 2, LATER, house.admin.id)
    assert threshold({}, step.public_id, step.share) == 0.7
    assert session.scalars(sa.select(Completion.person_id).where(Completion.step_id == step.id)).all() == [
        house.learner.id
    ]
    actions.relocate(session, step, house.module, now=LATER, by=house.admin)
    assert step.module_id == house.module.id, "and back"


def test_who_lacked_it_alone_has_finished_and_who_had_finished_there_keeps_that(house, session, other):
    page = session.scalars(sa.select(Step).where(Step.module_id == other.id)).one()
    moving = house.steps["quiz"]
    for step in (page, *(each for each in house.steps.values() if each is not moving)):
        complete(session, step, house.learner, now=NOW, source="page")
    finished = sa.select(ModuleCompletion.module_id).where(ModuleCompletion.ended_at.is_(None))
    assert session.scalars(finished).all() == [other.id]
    actions.relocate(session, moving, other, now=LATER, by=house.admin)
    assert set(session.scalars(finished)) == {house.module.id, other.id}
    extra = Step(module_id=other.id, position=9, kind="page", created_at=LATER)
    session.add(extra)
    session.flush()
    complete(session, extra, house.learner, now=LATER, source="page")
    take_back(session, extra, house.learner, by=house.admin, why="Sans lire", now=LATER)
    assert other.id in session.scalars(finished).all(), "the step came after that was finished"


def test_what_cannot_go_over_is_said(house, session, other):
    with pytest.raises(Invalid):
        actions.relocate(session, house.steps["page"], house.module, now=NOW, by=house.admin)
    other.archived_at = NOW
    with pytest.raises(Conflict):
        actions.relocate(session, house.steps["page"], other, now=NOW, by=house.admin)


def test_who_may_edit_both_modules_sees_for_whom_it_means_what_before_the_yes(house, session, sign_in, page, other):
    complete(session, house.steps["page"], house.learner, now=NOW, source="page")
    session.commit()
    admin, to = sign_in(house.admin), other.public_id
    step = house.steps["page"].public_id
    url = f"/manage/steps/{step}/module"
    session.rollback()
    asked = text(page(admin, f"{url}?module={to}"))
    assert "Une personne l’a accomplie" in asked and "Cohort 1" in asked and "Cohort 2" in asked
    assert sign_in(house.trainer).post(url, data={"module": to}).status_code == 422, "she leads no cohort that has it"
    assert sign_in(house.learner).post(url, data={"module": to}).status_code == 403
    session.rollback()
    assert admin.post(url, data={"module": ""}).status_code == 422
    assert admin.post(url, data={"module": to}).location.endswith(f"/modules/{to}")
    assert sign_in(house.other_learner).get(f"/steps/{step}").status_code == 200
    assert sign_in(house.learner).get(f"/steps/{step}").status_code == 404
    session.rollback()
    assert admin.post(url, data={"module": house.module.public_id}).status_code == 303
    assert sign_in(house.learner).get(f"/steps/{step}").status_code == 200
