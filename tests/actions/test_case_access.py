"""From where a person reads the cases of a cycle: each condition of that statement, alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.errors import NotFound
from app.people import access as people
from app.people.models import Cohort, Membership
from app.people.rules import Role
from modules.cases import access, actions
from modules.models import Assignment, Cycle, CycleTitle, Module, ModuleTitle, RuleVersion, Step
from tests.world import signed_in

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=400)


def reader(session: Any, person: Any) -> Any:
    """The person as the door knows her, with her roles."""
    session.flush()
    return people.load_person(session, signed_in(session, person), NOW)


def seen_from(session: Any, person: Any, now: datetime = NOW) -> list[str]:
    """The cohorts from which this person reads cases."""
    return [place.name for place in access.places(session, reader(session, person), now)]


def test_learners_read_from_the_first_day_and_who_trains_reads_before(house: Any, session: Any) -> None:
    assert (seen_from(session, house.learner), seen_from(session, house.trainer)) == (["Cohort 1"], ["Cohort 1"])
    (given,) = session.scalars(sa.select(Assignment))
    given.opens_at = NOW + timedelta(seconds=1)
    assert (seen_from(session, house.learner), seen_from(session, house.trainer)) == ([], ["Cohort 1"])
    assert seen_from(session, house.learner, NOW + timedelta(seconds=1)) == ["Cohort 1"]
    given.opens_at = None
    assert seen_from(session, house.learner) == ["Cohort 1"]


def test_others_read_nothing_and_administrators_all(house: Any, session: Any) -> None:
    assert seen_from(session, house.other_learner) == seen_from(session, house.other_trainer) == []
    assert seen_from(session, house.admin) == ["Cohort 1"]


def test_who_trains_elsewhere_reads_a_module_that_is_not_open_there_only(house: Any, session: Any) -> None:
    """To train one cohort opens nothing in another, in which one learns."""
    role = {"role": Role.LEARNER, "since": LONG_AGO}
    session.add(Membership(person_id=house.other_trainer.id, cohort_id=house.cohort.id, **role))
    session.execute(sa.update(Assignment).values(opens_at=NOW + timedelta(days=1)))
    assert seen_from(session, house.other_trainer) == []


@pytest.mark.parametrize("away", ["step", "module", "cohort"])
def test_what_is_archived_is_no_place_any_more(house: Any, session: Any, away: str) -> None:
    row = {"step": house.steps["cases"], "module": house.module, "cohort": house.cohort}[away]
    row.archived_at = NOW
    for person in (house.learner, house.trainer, house.admin):
        assert seen_from(session, person) == [], person.name


def test_a_module_without_a_case_step_is_no_place(house: Any, session: Any) -> None:
    house.steps["cases"].kind = "page"
    assert seen_from(session, house.learner) == seen_from(session, house.admin) == []


def test_a_discussion_is_read_from_its_own_cohort_and_cycle_only(house: Any, session: Any) -> None:
    """A cohort that has lost the cycle of a case does not read its discussions from another cycle that it has."""
    case = actions.create_case(session, house.cycle.id, country="ML", title="Mali", by=house.admin, now=NOW)
    thread = actions.open_thread(session, case, house.cohort.id, title="Fil", stage=None, by=house.trainer, now=NOW)
    given = {"cohort_id": house.other_cohort.id, "module_id": house.module.id, "rule_version_id": house.rules.id}
    session.add(Assignment(at=NOW, **given))
    stranger = reader(session, house.other_trainer)
    assert access.case_for(session, stranger, case.public_id, NOW)[0] is case
    with pytest.raises(NotFound):
        access.thread_for(session, stranger, thread.public_id, NOW)
    other = _another_cycle(session, house.cohort)
    session.flush()
    learner = reader(session, house.learner)
    assert access.thread_for(session, learner, thread.public_id, NOW)[0] is thread
    session.execute(sa.delete(Assignment).where(Assignment.module_id == house.module.id))
    assert [place.cycle_id for place in access.places(session, learner, NOW)] == [other.id]
    with pytest.raises(NotFound):
        access.thread_for(session, learner, thread.public_id, NOW)
    with pytest.raises(NotFound):
        access.case_for(session, learner, case.public_id, NOW)


def _another_cycle(session: Any, cohort: Cohort) -> Cycle:
    cycle = Cycle(created_at=NOW)
    session.add(cycle)
    session.flush()
    module = Module(cycle_id=cycle.id, position=1, number="1", created_at=NOW)
    session.add_all([CycleTitle(cycle_id=cycle.id, lang="fr", title="Autre cycle"), module])
    session.flush()
    rules = RuleVersion(module_id=module.id, number=1, at=NOW, terms={})
    step = Step(module_id=module.id, position=1, kind="cases", created_at=NOW)
    session.add_all([ModuleTitle(module_id=module.id, lang="fr", title="Module"), rules, step])
    session.flush()
    session.add(Assignment(cohort_id=cohort.id, module_id=module.id, rule_version_id=rules.id, at=NOW))
    return cycle
