"""Certificates: who is given one, what is frozen in it, and how it ends."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Conflict, Invalid
from app.people.models import Membership, Person
from app.people.rules import Role
from modules.actions.finishing import settle
from modules.certificates import actions
from modules.certificates.actions import Press
from modules.certificates.models import Certificate
from modules.certificates.queries import records
from modules.certificates.queries.standing import standing
from modules.certificates.rules.claims import Flaw, NotCertified, joined, parted
from modules.certificates.rules.earning import Record
from modules.certificates.rules.signing import key_id, verified
from modules.models import Completion, Coverage, Sitting, Step
from tests.world import World, ready_recording

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
NOW = datetime(2026, 7, 3, 12, 0, tzinfo=UTC)


def press(by: Any, lang: str = "fr") -> Press:
    return Press(KEY, lang, "Académie ALGA", NOW, date(2026, 7, 3), by)


def finish(session: Session, house: World, person: Any, *, but: str = "") -> None:
    """Every step done, an hour seen of the recording; its day in person lasted two hours."""
    version = ready_recording(session, house.steps["recording"], 4000.0)
    row = {"person_id": person.id, "step_id": house.steps["recording"].id, "version_id": version.id}
    session.add(Coverage(**row, ranges=[[0.0, 3600.0]], seconds=3600.0))
    for kind, step in house.steps.items():
        if kind != but:
            told = {"step_id": step.id, "rule_version_id": house.rules.id, "at": NOW, "source": "trainer"}
            session.add(Completion(person_id=person.id, **told))
    session.execute(sa.update(Sitting).values(ends_at=Sitting.starts_at))
    sitting = session.scalars(sa.select(Sitting)).one()
    sitting.ends_at = sitting.starts_at + timedelta(hours=2)
    session.flush()
    settle(session, house.module.id, [person.id], now=NOW)


def issued(session: Session, house: World, lang: str = "fr", which: int = 0) -> list[Certificate]:
    found = standing(session, house.cohort, lang)
    subject = found.subjects[which]
    return actions.issue_each(session, house.cohort, subject, found.candidates(subject), press(house.trainer, lang))


def test_who_has_done_every_step_is_given_one_and_who_lacks_one_is_not(session: Session, house: World) -> None:
    finish(session, house, house.learner, but="quiz")
    assert issued(session, house) == []
    step = house.steps["quiz"].id
    session.add(
        Completion(person_id=house.learner.id, step_id=step, rule_version_id=house.rules.id, at=NOW, source="quiz")
    )
    session.flush()
    settle(session, house.module.id, [house.learner.id], now=NOW)
    (row,) = issued(session, house)
    assert (row.name, row.title, row.person_id) == (house.learner.name, "Cycle hybride", house.learner.id)
    record = Record.read(row.record)
    assert (record.hours.online, record.hours.in_person, record.hours.days) == (60, 120, 0)
    assert record.modules[0].rule == 1 and {step.kind for step in record.modules[0].steps} == set(house.steps)
    claims = verified(row.signed, KEYS)
    assert (claims.number, claims.name, claims.online, claims.in_person) == (row.number, row.name, 60, 120)
    assert issued(session, house) == [], "once"
    assert len(issued(session, house, which=1)) == 1, "its module is another thing"


def test_a_step_that_comes_later_takes_nothing_away(session: Session, house: World) -> None:
    finish(session, house, house.learner)
    session.add(Step(module_id=house.module.id, position=9, kind="page", created_at=NOW))
    session.flush()
    (row,) = issued(session, house)
    record = Record.read(row.record)
    assert len(record.modules[0].steps) == len(house.steps) and record.rule == 1


def test_hours_that_nobody_wrote_down_are_not_made_up(session: Session, house: World) -> None:
    finish(session, house, house.learner)
    session.execute(sa.update(Sitting).values(day_only=True))
    (row,) = issued(session, house)
    assert (Record.read(row.record).hours.in_person, Record.read(row.record).hours.days) == (0, 1)


def test_one_stands_at_a_time_and_numbers_are_given_once(session: Session, house: World) -> None:
    finish(session, house, house.learner)
    (row,) = issued(session, house)
    session.commit()
    kept = {c.name: getattr(row, c.name) for c in Certificate.__table__.columns if c.name not in ("id", "public_id")}
    for change in ({"number": "2026-AAAAA-AAAAA"}, {"revoked_at": NOW, "revoked_why": "…"}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(Certificate(**kept | change))
    session.add(Certificate(**kept | {"number": "2026-AAAAA-AAAAA", "revoked_at": NOW, "revoked_why": "…"}))
    session.flush()


def test_revoked_it_says_when_by_whom_and_why_and_another_can_be_issued(session: Session, house: World) -> None:
    finish(session, house, house.learner)
    (row,) = issued(session, house)
    with pytest.raises(Invalid):
        actions.revoke(session, row, " ", by=house.trainer, now=NOW)
    actions.revoke(session, row, "Texte d’exemple", by=house.trainer, now=NOW)
    assert (row.revoked_at, row.revoked_by_id, row.revoked_why) == (NOW, house.trainer.id, "Texte d’exemple")
    with pytest.raises(Conflict):
        actions.revoke(session, row, "Encore", by=house.trainer, now=NOW)
    with pytest.raises(Conflict):
        actions.reissue(session, row, press(house.trainer))
    (again,) = issued(session, house)
    assert again.number != row.number and records.revoked(session) == [row.id]


def test_a_corrected_name_is_issued_anew_with_the_same_facts(session: Session, house: World) -> None:
    finish(session, house, house.learner)
    (row,) = issued(session, house)
    with pytest.raises(Invalid):
        actions.reissue(session, row, press(house.trainer))
    house.learner.name = "Participante 12"
    made = actions.reissue(session, row, press(house.trainer))
    assert (made.name, made.title) == ("Participante 12", row.title)
    assert Record.read(made.record) == Record.read(row.record)
    found = records.by_number(session, row.number)
    assert found and found.replaced_by == made.number and not row.stands and made.stands
    assert row.name == "learner", "what was issued is never changed"


def test_who_was_merged_or_erased_keeps_it(session: Session, house: World) -> None:
    finish(session, house, house.learner)
    (row,) = issued(session, house)
    house.learner.merged_into_id = house.other_learner.id
    session.flush()
    assert [each.row.id for each in records.of_person(session, house.other_learner)] == [row.id]
    house.learner.erased_at, house.learner.name = NOW, "–"
    session.flush()
    found = records.by_number(session, row.number)
    assert found and (found.row.name, found.person) == ("learner", "")


def test_issuing_sixty_costs_as_many_statements_as_issuing_one(session: Session, house: World, statements: Any) -> None:
    finish(session, house, house.learner)
    session.commit()
    asked = [statements(lambda: issued(session, house))]
    people = [Person(name=f"Participante {number}", created_at=NOW) for number in range(60)]
    session.add_all(people)
    session.flush()
    for person in people:
        session.add(Membership(person_id=person.id, cohort_id=house.cohort.id, role=Role.LEARNER, since=NOW))
        for step in house.steps.values():
            told = {"step_id": step.id, "rule_version_id": house.rules.id, "at": NOW, "source": "trainer"}
            session.add(Completion(person_id=person.id, **told))
    session.flush()
    settle(session, house.module.id, [person.id for person in people], now=NOW)
    session.commit()
    asked.append(statements(lambda: issued(session, house)))
    assert len(records.of_cohort(session, house.cohort)) == 61
    assert asked[1] == asked[0], asked


def test_what_was_changed_or_signed_by_others_does_not_hold(session: Session, house: World) -> None:
    finish(session, house, house.learner)
    (row,) = issued(session, house)
    body, signature = parted(row.signed)
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32).public_key()
    for text, keys, flaw in (
        (joined(body.replace(b"learner", b"lerner!"), signature), KEYS, Flaw.ALTERED),
        (row.signed, {key_id(other): other}, Flaw.OTHER_KEY),
        (joined(b"{}", signature), KEYS, Flaw.UNREADABLE),
        ("A1", KEYS, Flaw.UNREADABLE),
    ):
        with pytest.raises(NotCertified) as refused:
            verified(text, keys)
        assert refused.value.flaw is flaw
