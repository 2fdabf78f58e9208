"""A module is taken from a cohort and given again: what its learners see meanwhile, and what stays."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.people.models import Membership
from modules import actions
from modules.models import Assignment, Module, ModuleTitle, RuleVersion, Sitting, Step, StepTitle

NOW = datetime.now(UTC)


def text(node):
    return " ".join("".join(node.itertext()).replace("\u202f", "\u00a0").replace("\u00a0", " ").split())


@pytest.fixture
def second(house, session):
    """Another module of the cohort, with a day in person whose place is Salle 2."""
    module = Module(cycle_id=house.cycle.id, position=2, number="2", created_at=NOW)
    session.add(module)
    session.flush()
    session.add(ModuleTitle(module_id=module.id, lang="fr", title="Deuxième module"))
    step = Step(module_id=module.id, position=1, kind="in_person", created_at=NOW)
    rule = RuleVersion(module_id=module.id, number=1, at=NOW, terms={})
    session.add_all([step, rule])
    session.flush()
    session.add(StepTitle(step_id=step.id, lang="fr", title="Journée 2"))
    given = Assignment(cohort_id=house.cohort.id, module_id=module.id, rule_version_id=rule.id, at=NOW)
    day = Sitting(step_id=step.id, cohort_id=house.cohort.id, starts_at=NOW + timedelta(days=5), place="Salle 2")
    session.add_all([given, day])
    session.commit()
    return module


def given_to(session, cohort, module):
    wanted = sa.select(Assignment).where(Assignment.cohort_id == cohort.id, Assignment.module_id == module.id)
    return session.scalars(wanted).one()


def test_days_go_from_home_with_their_module_and_return_with_it(house, second, sign_in, page, session):
    learner = sign_in(house.learner)
    assert "Salle 1" in text(page(learner, "/")) and "Salle 2" in text(page(learner, "/"))
    actions.withdraw(session, given_to(session, house.cohort, house.module), now=NOW, by=house.admin)
    session.commit()
    assert "Salle 1" not in text(page(learner, "/")) and "Salle 2" in text(page(learner, "/"))
    actions.assign(session, house.cohort, house.module, opens=None, due=None, now=NOW, by=house.admin)
    session.commit()
    assert "Salle 1" in text(page(learner, "/")) and "Salle 2" in text(page(learner, "/"))


def test_a_day_is_shown_for_those_cohorts_of_a_learner_that_have_its_module(house, sign_in, page, session):
    """The learner has the step by one cohort; the other cohort had the module and its day once."""
    session.add(Membership(person_id=house.learner.id, cohort_id=house.other_cohort.id, role="learner", since=NOW))
    step = house.steps["in_person"]
    day = {"step_id": step.id, "starts_at": NOW + timedelta(days=9), "place": "Salle 9"}
    session.add(Sitting(cohort_id=house.other_cohort.id, **day))
    session.commit()
    learner, urls = sign_in(house.learner), ("/", f"/steps/{step.public_id}")
    for url in urls:
        assert "Salle 1" in text(page(learner, url)) and "Salle 9" not in text(page(learner, url)), url
    actions.assign(session, house.other_cohort, house.module, opens=None, due=None, now=NOW, by=house.admin)
    session.commit()
    for url in urls:
        assert "Salle 1" in text(page(learner, url)) and "Salle 9" in text(page(learner, url)), url
