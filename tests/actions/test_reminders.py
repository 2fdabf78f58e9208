"""Reminders are made once, taken back when they hold no more, and cost the same for two people as for many."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app import notices
from app.notices.models import Notice
from app.people.models import Cohort, Membership, Person, SignIn
from modules.agenda.reminders import DUE_DAY, DUE_WEEK, OPENED, SILENT, TOMORROW
from modules.agenda.reminding import remind, tell_silent, told_silent
from modules.earned import ModuleCompletion
from modules.models import Assignment, Sitting

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def soon(house, session):
    """The module ends in three days; its day in person is tomorrow."""
    tomorrow = NOW + timedelta(days=1)
    session.execute(sa.update(Assignment).values(due_at=NOW + timedelta(days=3), opens_at=NOW - timedelta(days=30)))
    session.execute(sa.update(Sitting).values(starts_at=tomorrow, day=tomorrow.date(), zone="UTC", at=NOW))
    session.commit()
    return house


def told(session, open_only=True):
    session.expire_all()
    asked = sa.select(Notice.person_id, Notice.kind)
    rows = session.execute(asked.where(Notice.cancelled_at.is_(None)) if open_only else asked).all()
    return sorted(kind for _person, kind in rows), {person for person, _kind in rows}


def swept(session, now=NOW):
    remind(session, now)
    session.commit()
    return told(session)


def test_a_learner_is_reminded_once_and_nobody_else(soon, session):
    for hour in range(3):
        assert swept(session, NOW + timedelta(minutes=hour)) == ([TOMORROW, DUE_WEEK], {soon.learner.id})
    _kinds, _people = swept(session, NOW + timedelta(days=2, hours=1))
    assert DUE_DAY in _kinds and TOMORROW not in _kinds


def test_what_is_done_meanwhile_is_not_told_and_told_again_when_it_is_taken_back(soon, session):
    swept(session)
    done = ModuleCompletion(person_id=soon.learner.id, module_id=soon.module.id, rule_version_id=soon.rules.id, at=NOW)
    session.add(done)
    assert swept(session)[0] == [TOMORROW]
    done.ended_at = NOW
    session.flush()
    assert swept(session)[0] == [TOMORROW, DUE_WEEK]


def test_a_date_that_moves_takes_its_reminder_along(soon, session):
    swept(session)
    session.execute(sa.update(Assignment).values(due_at=NOW + timedelta(days=5)))
    session.execute(sa.update(Sitting).values(cancelled_at=NOW))
    assert swept(session)[0] == [DUE_WEEK]
    assert told(session, open_only=False)[0] == [TOMORROW, DUE_WEEK, DUE_WEEK]
    session.execute(sa.update(Assignment).values(due_at=NOW + timedelta(days=40)))
    assert swept(session)[0] == []


def test_what_was_read_stays(soon, session):
    swept(session)
    session.execute(sa.update(Notice).values(read_at=NOW))
    session.execute(sa.delete(Sitting))
    session.execute(sa.update(Assignment).values(due_at=None))
    assert len(swept(session)[0]) == 2


def test_an_opening_is_told(soon, session):
    session.execute(sa.update(Assignment).values(opens_at=NOW - timedelta(hours=1), due_at=None))
    assert swept(session)[0] == [TOMORROW, OPENED]


def test_the_trainer_of_a_cohort_spares_it_a_kind(soon, session, sign_in, page):
    trainer, where = sign_in(soon.trainer), f"/cohorts/{soon.cohort.public_id}/reminders"
    kinds = [kind.name for kind in notices.labelled()]
    assert len(page(trainer, where).findall(".//input[@name='told'][@checked]")) == len(kinds)
    trainer.post(where, data={"told": [kind for kind in kinds if kind != DUE_WEEK]})
    assert sign_in(soon.other_trainer).post(where, data={}).status_code == 404
    assert swept(session)[0] == [TOMORROW]
    session.rollback()
    trainer.post(where, data={"told": kinds})
    assert swept(session)[0] == [TOMORROW, DUE_WEEK]


def test_reminding_asks_the_same_however_many_learn(soon, session, statements):
    def people(count):
        for number in range(count):
            cohort = Cohort(name=f"Cohorte {count} {number}", zone="UTC", created_at=NOW)
            person = Person(name=f"learner {number}", created_at=NOW)
            session.add_all([cohort, person])
            session.flush()
            at = NOW + timedelta(days=2)
            rules = soon.rules.id
            session.add(Membership(person_id=person.id, cohort_id=cohort.id, role="learner", since=NOW))
            session.add(
                Assignment(cohort_id=cohort.id, module_id=soon.module.id, rule_version_id=rules, at=NOW, due_at=at)
            )
        session.commit()
        return statements(lambda: swept(session))

    assert people(1) == people(10)


def test_who_is_silent_gets_a_word_once_in_two_weeks(soon, session):
    long_ago = NOW - timedelta(days=20)
    session.execute(sa.update(Membership).values(since=long_ago))
    session.execute(sa.update(SignIn).values(last_used_at=long_ago, at=long_ago))
    session.commit()
    tell_silent(soon.cohort.id)
    tell_silent(soon.cohort.id)
    assert told(session) == ([SILENT], {soon.learner.id})
    told_silent(session, [soon.learner.id], NOW + timedelta(days=13))
    assert told(session)[0] == [SILENT]
    told_silent(session, [soon.learner.id], NOW + timedelta(days=15))
    assert told(session)[0] == [SILENT, SILENT]


def test_a_reminder_speaks_the_language_of_its_reader(soon, session, sign_in, page):
    swept(session)
    said = " ".join("".join(page(sign_in(soon.learner), "/notices").find(".//main").itertext()).split())
    assert "Demain : Étape in_person" in said and "Lieu : Salle 1" in said
    soon.learner.language = "en"
    session.commit()
    said = " ".join("".join(page(sign_in(soon.learner), "/notices").find(".//main").itertext()).split())
    assert "Tomorrow: Étape in_person" in said and "Place: Salle 1" in said
