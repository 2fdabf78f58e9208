"""A whole list into a cohort: planned, shown, then carried out; repeating it makes nobody twice."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.people import logins
from app.people.actions.institutions import institutions_named
from app.people.listing import Entry, Listing, Refusal, Trouble, Why
from app.people.models import Cohort, Institution, Login, Membership, Person
from app.people.rules import Role
from app.text import fold

_AT_ONCE = 400  # Fewer than the 999 values that an old SQLite takes in one statement.


class Outcome(StrEnum):
    """What a line leads to."""

    MADE = "made"
    JOINED = "joined"
    DOUBTFUL = "doubtful"  # Known under another name: joins when somebody says that it is the same person.
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Row:
    """One line, what it leads to, and the person it is about if known already."""

    entry: Entry
    role: Role
    outcome: Outcome
    person: Person | None = None
    doubt: Trouble | None = None

    @property
    def sure(self) -> str:
        """What is sent to say that this line means this person; another line or person has another."""
        return f"{self.entry.line}.{self.person.public_id}" if self.person else ""


@dataclass(frozen=True)
class Plan:
    """What a list leads to in a cohort."""

    rows: list[Row] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def count(self, outcome: Outcome) -> int:
        """How many lines have this outcome."""
        return sum(row.outcome == outcome for row in self.rows)


def plan(session: Session, cohort: Cohort, listing: Listing, role: Role) -> Plan:
    """Say what a list leads to; `role` is for lines that name none. Nothing is written."""
    owners = _owners(session, {key for entry in listing.entries for key in entry.folded})
    held = _held(session, cohort, {person.id for person in owners.values()})
    rows: list[Row] = []
    refusals = list(listing.refusals)
    for entry in listing.entries:
        found = _judge(entry, entry.role or role, owners, held)
        if isinstance(found, Row):
            rows.append(found)
        else:
            refusals.append(found)
    return Plan(rows, sorted(refusals, key=lambda refusal: refusal.line))


def carry_out(
    session: Session, cohort: Cohort, listing: Listing, role: Role, now: datetime, by: Person | None,
    sure: Collection[str] = (),
) -> Plan:  # fmt: skip
    """Plan and do it; when another list was faster, plan again. Doubtful lines are left out unless they are `sure`."""
    for _ in range(3):
        planned = _settled(plan(session, cohort, listing, role), sure)
        try:
            with session.begin_nested():
                _write(session, cohort, planned.rows, now, by)
        except IntegrityError:
            continue
        return planned
    raise Conflict


def _settled(planned: Plan, sure: Collection[str]) -> Plan:
    rows: list[Row] = []
    refusals = list(planned.refusals)
    for row in planned.rows:
        if row.doubt is None:
            rows.append(row)
        elif row.sure in sure:
            rows.append(replace(row, outcome=Outcome.JOINED))
        else:
            refusals.append(Refusal(row.entry.line, row.entry.raw, (row.doubt,)))
    return Plan(rows, sorted(refusals, key=lambda refusal: refusal.line))


def _owners(session: Session, folded: set[str]) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for some in _portions(sorted(folded)):
        wanted = sa.select(Login.folded, Person).join(Person, Person.id == Login.person_id)
        found.update((key, person) for key, person in session.execute(wanted.where(Login.folded.in_(some))))
    return found


def _held(session: Session, cohort: Cohort, person_ids: set[int]) -> set[tuple[int, str]]:
    held: set[tuple[int, str]] = set()
    for some in _portions(sorted(person_ids)):
        wanted = sa.select(Membership.person_id, Membership.role).where(
            Membership.cohort_id == cohort.id, Membership.person_id.in_(some), Membership.ended_at.is_(None)
        )
        held.update((person_id, role) for person_id, role in session.execute(wanted))
    return held


def _judge(entry: Entry, role: Role, owners: dict[str, Person], held: set[tuple[int, str]]) -> Row | Refusal:
    known = {key: owners[key] for key in entry.folded if key in owners}
    if not known:
        return Row(entry, role, Outcome.MADE)
    key, person = next(iter(known.items()))
    typed = entry.folded[key][1]
    if len({other.id for other in known.values()}) > 1:
        return Refusal(entry.line, entry.raw, (Trouble(Why.TWO_PEOPLE, typed),))
    if person.erased_at is not None:
        return Refusal(entry.line, entry.raw, (Trouble(Why.CLOSED, typed),))
    if (person.id, role.value) in held:
        return Row(entry, role, Outcome.UNCHANGED, person)
    if entry.names(person.name):
        return Row(entry, role, Outcome.JOINED, person)
    doubt = Trouble(Why.OTHER_NAME, typed, owner=person.name, name=entry.name)
    return Row(entry, role, Outcome.DOUBTFUL, person, doubt)


def _write(session: Session, cohort: Cohort, rows: list[Row], now: datetime, by: Person | None) -> None:
    institutions = _institutions(session, rows)
    people = {row.entry.line: _new(row.entry, institutions, now) for row in rows if row.outcome is Outcome.MADE}
    session.add_all(people.values())
    session.flush()
    for row in rows:
        person = people.get(row.entry.line) or row.person
        if row.outcome is Outcome.MADE and person is not None:
            session.add_all(
                Login(person_id=person.id, kind=kind.value, shown=logins.shown(typed), folded=key)
                for key, (kind, typed) in row.entry.folded.items()
            )
    roles = {}  # Two lines may name one person by two logins.
    for row in rows:
        person = people.get(row.entry.line) or row.person
        if person is not None and row.outcome is not Outcome.UNCHANGED:
            roles[person.id, row.role] = Membership(
                person_id=person.id, cohort_id=cohort.id, role=row.role.value, since=now, by_id=by and by.id
            )
    session.add_all(roles.values())
    session.flush()


def _institutions(session: Session, rows: list[Row]) -> dict[tuple[str, str], Institution]:
    made = [row.entry for row in rows if row.outcome is Outcome.MADE and row.entry.institution]
    return institutions_named(session, [(entry.institution or "", entry.country or "") for entry in made])


def _new(entry: Entry, institutions: dict[tuple[str, str], Institution], now: datetime) -> Person:
    person = Person(name=entry.name, language=entry.language, created_at=now)
    person.zone, person.country, person.gender = entry.zone, entry.country, entry.gender
    if entry.institution:
        person.institution = institutions[fold(entry.institution), entry.country or ""]
    return person


def _portions(values: Iterable) -> Iterator[list]:
    values = list(values)
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
