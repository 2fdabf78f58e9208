"""The demonstration's cohorts and people: roles and numbers, no invented person."""

from dataclasses import dataclass, field
from datetime import datetime

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from app.people.models import Administrator, Cohort, Login, Membership, Person
from app.people.rules import Role

PASSWORD = "demonstration"
LEARNERS_IN_COHORT = 20
ZONES = ("Africa/Bamako", "Africa/Tunis")


@dataclass
class Group:
    """A cohort with its trainer and its learners in their order."""

    cohort: Cohort
    trainer: Person
    learners: list[Person] = field(default_factory=list)

    def at(self, place: int) -> Person:
        """The learner at this place, counted from 1; at 0 the trainer."""
        return self.learners[place - 1] if place else self.trainer


def load(session: Session, now: datetime) -> tuple[Person, list[Group]]:
    """Write the administrator and two cohorts of twenty; one hash serves all, for hashing is slow on purpose."""
    hashed = PasswordHasher().hash(PASSWORD)
    admin = _person("Administrateur·rice 1", hashed, now)
    groups = [
        Group(
            Cohort(name=f"Cohorte de démonstration {i}", zone=zone, created_at=now),
            _person(f"Formateur·rice {i}", hashed, now),
        )
        for i, zone in enumerate(ZONES, start=1)
    ]
    for i, group in enumerate(groups):
        first = i * LEARNERS_IN_COHORT + 1
        group.learners = [
            _person(f"Participant·e {n:02d}", hashed, now) for n in range(first, first + LEARNERS_IN_COHORT)
        ]
    session.add_all([admin, *(row for g in groups for row in (g.cohort, g.trainer, *g.learners))])
    session.flush()
    session.add(Administrator(person_id=admin.id, at=now))
    _login(session, admin, "admin1")
    for i, group in enumerate(groups, start=1):
        _login(session, group.trainer, f"trainer{i}")
        _member(session, group, group.trainer, Role.TRAINER, now)
        for n, learner in enumerate(group.learners, start=(i - 1) * LEARNERS_IN_COHORT + 1):
            _login(session, learner, f"learner{n}")
            _member(session, group, learner, Role.LEARNER, now)
    session.flush()
    return admin, groups


def _person(name: str, hashed: str, now: datetime) -> Person:
    return Person(name=name, language="fr", password_hash=hashed, created_at=now, demonstration_at=now)


def _login(session: Session, person: Person, name: str) -> None:
    session.add(Login(person_id=person.id, kind="username", shown=name, folded=name))


def _member(session: Session, group: Group, person: Person, role: Role, now: datetime) -> None:
    session.add(Membership(person_id=person.id, cohort_id=group.cohort.id, role=role, since=now))
