"""A row is opened under the address of what it belongs to, and under no other, also by who may open both."""

from datetime import UTC, datetime

import pytest

from app.people.models import Membership
from app.people.rules import Role
from modules.models import Step, StepTitle
from quizzes.actions import editing
from quizzes.rules.kinds import Kind
from tests.quizzing import NOON, set_up


@pytest.fixture
def everywhere(house, session):
    """The trainer of the cohort trains the other one too."""
    since = datetime.now(UTC)
    session.add(Membership(person_id=house.trainer.id, cohort_id=house.other_cohort.id, role=Role.TRAINER, since=since))
    session.commit()
    return house.trainer


def test_evidence_is_read_in_a_cohort_that_has_the_learner_and_the_recording_only(house, sign_in, everywhere):
    client, step, own = sign_in(everywhere), house.steps["recording"].public_id, house.cohort.public_id
    for cohort, person, about, status in (
        (own, house.learner, step, 200),
        (own, house.other_learner, step, 404),
        (house.other_cohort.public_id, house.other_learner, step, 404),
        (own, house.learner, house.steps["page"].public_id, 404),
    ):
        url = f"/cohorts/{cohort}/learners/{person.public_id}/steps/{about}/evidence"
        assert client.get(url).status_code == client.get(f"{url}/revocation").status_code == status


def test_a_question_is_edited_under_its_own_quiz_only(house, session, sign_in):
    set_up(session, house)
    other = Step(module_id=house.module.id, position=9, kind="quiz", created_at=NOON)
    session.add(other)
    session.flush()
    session.add(StepTitle(step_id=other.id, lang="fr", title="Autre quiz"))
    draft = editing.Draft(Kind.TRUEFALSE, "fr", "Vrai ?", 1, {"right": True})
    question = editing.add_question(session, other, draft, house.trainer, now=NOON)
    session.commit()
    client = sign_in(house.trainer)
    for step, read, done in ((house.steps["quiz"], 404, 404), (other, 200, 303)):
        url = f"/quizzes/{step.public_id}/questions/{question.public_id}"
        assert client.get(url).status_code == read
        assert client.post(f"{url}/place", data={"up": "1"}).status_code == done
        assert client.post(f"{url}/archive").status_code == done


def test_a_day_is_noted_in_a_cohort_that_has_it_only(house, sign_in, everywhere):
    client, step = sign_in(everywhere), house.steps["in_person"].public_id
    for cohort, status in ((house.cohort, 200), (house.other_cohort, 404)):
        assert client.get(f"/cohorts/{cohort.public_id}/days/{step}").status_code == status


def test_who_trained_an_archived_cohort_no_longer_edits_what_it_had(house, session, sign_in, everywhere):
    client, url = sign_in(everywhere), f"/quizzes/{house.steps['quiz'].public_id}/edit"
    for archived_at, status in ((None, 200), (datetime.now(UTC), 404), (None, 200)):
        house.cohort.archived_at = archived_at
        session.commit()
        assert client.get(url).status_code == status
    house.cohort.archived_at = datetime.now(UTC)
    session.commit()
    assert sign_in(house.admin).get(url).status_code == 200


def test_a_module_is_given_back_to_the_cohort_that_it_was_taken_from_only(house, sign_in):
    client = sign_in(house.admin)
    taken = f"/cohorts/{house.cohort.public_id}/modules/{house.module.public_id}/removal"
    assert client.post(taken).status_code == 303
    for cohort, status in ((house.other_cohort, 404), (house.cohort, 303)):
        url = f"/cohorts/{cohort.public_id}/modules/{house.module.public_id}/removal"
        assert client.post(url, data={"undo": "1"}).status_code == status
