"""A module is taken from a cohort and given again: what its learners see meanwhile, and what stays."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.people.models import Membership
from modules import access, actions
from modules.models import (
    Assignment,
    Completion,
    Coverage,
    Module,
    ModuleTitle,
    RuleVersion,
    Sitting,
    Step,
    StepTitle,
    Watching,
)
from quizzes.models import Answer, Attempt
from tests.quizzing import set_up, take
from tests.world import ready_recording

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
    session.add(given)
    meet(session, house, step, house.cohort, "Salle 2")
    session.commit()
    return module


def meet(session, house, step, cohort, place):
    day = actions.When((NOW + timedelta(days=9)).date(), cohort.zone)
    actions.add_sitting(session, step, cohort, day, place=place, now=NOW, by=house.admin)


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
    meet(session, house, step, house.other_cohort, "Salle 9")
    session.commit()
    learner, urls = sign_in(house.learner), ("/", f"/steps/{step.public_id}")
    for url in urls:
        assert "Salle 1" in text(page(learner, url)) and "Salle 9" not in text(page(learner, url)), url
    actions.assign(session, house.other_cohort, house.module, opens=None, due=None, now=NOW, by=house.admin)
    session.commit()
    for url in urls:
        assert "Salle 1" in text(page(learner, url)) and "Salle 9" in text(page(learner, url)), url


def test_taking_a_module_asks_first_and_says_what_goes_and_what_stays(house, sign_in, page, session):
    actions.complete(session, house.steps["page"], house.learner, now=NOW, source="page")
    session.commit()
    admin, url = sign_in(house.admin), f"/cohorts/{house.cohort.public_id}/modules"
    removal = f"{url}/{house.module.public_id}/removal"
    given = page(admin, url)
    assert removal in [link.get("href") for link in given.iter("a")]
    assert not [form for form in given.iter("form") if "removal" in (form.get("action") or "")]
    asked = page(admin, removal)
    said = text(asked.find(".//main"))
    assert "Module introductif" in said and "1 participant·e ne trouve plus ce module" in said
    assert "Ont commencé 1" in said and "Étapes 6" in said and "Journées en présentiel à venir 1" in said
    assert "est gardé" in said and url in [link.get("href") for link in asked.find(".//main").iter("a")]
    assert given_to(session, house.cohort, house.module)
    session.commit()
    assert sign_in(house.trainer).get(removal).status_code == 403
    elsewhere = f"/cohorts/{house.other_cohort.public_id}/modules/{house.module.public_id}/removal"
    assert admin.get(elsewhere).status_code == admin.post(elsewhere, data={"undo": 1}).status_code == 404
    assert admin.post(removal).status_code == 303
    assert admin.get(removal).status_code == 404 and admin.post(removal).status_code == 404


def test_given_back_a_module_is_found_as_it_was(house, sign_in, page, session):
    step = house.steps["recording"]
    ready_recording(session, step)
    session.commit()
    learner, admin = sign_in(house.learner), sign_in(house.admin)
    quizzing = set_up(session, house)
    take(session, quizzing, house.learner, {1: quizzing.right[1]})
    seen = access.watchable_for(session, house.learner, step.public_id, NOW)
    actions.watch(session, seen, house.learner, actions.Report(actions.played([[0, 60]], 60.0)), now=NOW)
    actions.complete(session, house.steps["page"], house.learner, now=NOW, source="page")
    actions.set_threshold(session, step, 0.5, now=NOW, by=house.admin)
    session.commit()
    facts, before = all_rows(session), given_to(session, house.cohort, house.module)
    terms = (before.rule_version_id, before.opens_at, before.due_at, before.zone)
    session.commit()
    urls = ("/", "/modules", f"/modules/{house.module.public_id}", f"/steps/{step.public_id}", "/grades")
    shown = [text(page(learner, url).find(".//main")) for url in urls]
    url = f"/cohorts/{house.cohort.public_id}/modules"
    removal = f"{url}/{house.module.public_id}/removal"
    assert admin.post(removal, data={"undo": 1}).status_code == 404, "nothing was taken yet"
    assert admin.post(removal).status_code == 303
    assert learner.get(f"/steps/{step.public_id}").status_code == 404
    assert all_rows(session) == facts
    assert "Modules retirés" in text(page(admin, url))
    house.cohort.zone = "Indian/Mauritius"
    session.commit()
    assert sign_in(house.trainer).post(removal, data={"undo": 1}).status_code == 403
    assert admin.post(removal, data={"undo": 1}).status_code == 303
    assert admin.post(removal, data={"undo": 1}).status_code == 404, "it was given back already"
    after = given_to(session, house.cohort, house.module)
    assert (after.rule_version_id, after.opens_at, after.due_at, after.zone) == terms
    assert all_rows(session) == facts
    session.commit()
    assert [text(page(learner, url).find(".//main")) for url in urls] == shown
    assert "Modules retirés" not in text(page(admin, url))


def all_rows(session):
    """What is on record of seeing, doing, answering and meeting."""
    session.commit()
    tables = (Watching, Coverage, Completion, Attempt, Answer, Sitting)
    return [session.execute(sa.select(table.__table__).order_by(table.id)).all() for table in tables]


def test_the_page_of_dates_says_what_a_rule_is_where_one_is_named(house, sign_in, page, session):
    admin = sign_in(house.admin)
    asked = "Qu’est-ce que la règle d’un module"
    for cohort, named in ((house.cohort, True), (house.other_cohort, False)):
        shown = text(page(admin, f"/cohorts/{cohort.public_id}/modules"))
        assert ("Règle 1" in shown, asked in shown) == (named, named)
