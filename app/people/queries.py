"""What pages and other rooms ask about people: a constant number of statements each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.db import within
from app.people.logins import spellings
from app.people.models import (
    Administrator,
    ApiToken,
    Cohort,
    Institution,
    InstitutionAlias,
    Login,
    Membership,
    Person,
    SignInCode,
)
from app.text import fold

PER_PAGE = 50
Line = TypeVar("Line")


@dataclass
class PersonLine:
    """A person as a list shows one."""

    person: Person
    logins: list[Login] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    admin_since: datetime | None = None

    @property
    def is_admin(self) -> bool:
        """Whether this person administers the installation."""
        return self.admin_since is not None


@dataclass(frozen=True)
class Page(Generic[Line]):
    """One page of a list."""

    lines: list[Line]
    total: int
    number: int
    pages: int


@dataclass(frozen=True)
class CohortLine:
    """A cohort as a list names it."""

    id: int
    public_id: str
    name: str
    zone: str
    archived_at: datetime | None


@dataclass(frozen=True)
class InstitutionLine:
    """An institution, its other names, and how many people are of it."""

    institution: Institution
    aliases: list[InstitutionAlias]
    people: int


def is_admin(session: Session, person: Person) -> bool:
    """Whether this person administers the installation."""
    return session.scalar(sa.select(Administrator.id).where(_administers(person.id))) is not None


def cohorts_by_id(session: Session, ids: list[int]) -> list[Cohort]:
    """These cohorts, by name."""
    return list(session.scalars(sa.select(Cohort).where(Cohort.id.in_(ids)).order_by(Cohort.name))) if ids else []


def open_cohorts(session: Session) -> list[Cohort]:
    """All cohorts that are not archived."""
    return list(session.scalars(sa.select(Cohort).where(Cohort.archived_at.is_(None)).order_by(Cohort.name)))


def cohort_page(
    session: Session, ids: Sequence[int] | None, search: str = "", archived: bool = False, number: int = 1
) -> Page[CohortLine]:
    """One page of these cohorts (None: of all), by name: those whose name holds each word of the search."""
    wanted = sa.select(Cohort.id, Cohort.public_id, Cohort.name, Cohort.zone, Cohort.archived_at)
    wanted = wanted.where(Cohort.archived_at.is_not(None) if archived else Cohort.archived_at.is_(None))
    if ids is not None:
        wanted = wanted.where(Cohort.id.in_(ids))
    words = fold(search).split()
    lines = [CohortLine(*row) for row in session.execute(wanted) if all(word in fold(row.name) for word in words)]
    return paged(sorted(lines, key=lambda line: (fold(line.name), line.id)), number)


def paged(lines: list[Line], number: int) -> Page[Line]:
    """One page of a list that is at hand whole; a number past its end means the last."""
    number, pages = within(number, len(lines), PER_PAGE)
    return Page(lines[(number - 1) * PER_PAGE : number * PER_PAGE], len(lines), number, pages)


def find_by_login(session: Session, typed: str) -> Person | None:
    """The person who signs in with this, whatever its spelling."""
    folded = spellings(typed)
    wanted = sa.select(Login.folded, Person).join(Person, Person.id == Login.person_id)
    found = dict(session.execute(wanted.where(Login.folded.in_(folded))).all())
    return next((found[key] for key in folded if key in found), None)


def people(
    session: Session,
    search: str = "",
    cohort: Cohort | None = None,
    role: str = "",
    country: str = "",
    number: int = 1,
    ended: bool = False,
) -> Page[PersonLine]:
    """One page of the people who fit: by part of name or login, by cohort, role and country."""
    wanted = sa.select(Person.id).where(Person.erased_at.is_(None), Person.merged_into_id.is_(None))
    if search.strip():
        wanted = wanted.where(_named(search))
    if cohort is not None or role:
        wanted = wanted.where(Person.id.in_(_members(cohort, role, ended)))
    if country:
        wanted = wanted.where(Person.country == country)
    total = session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0
    number, pages = within(number, total, PER_PAGE)
    ids = wanted.order_by(Person.folded, Person.id).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page(_lines(session, list(session.scalars(ids))), total, number, pages)


def institutions(
    session: Session, search: str = "", number: int = 1, but: Institution | None = None
) -> Page[InstitutionLine]:
    """One page of the institutions of which one name holds each word of the search."""
    wanted = sa.select(Institution.id).where(Institution.id != but.id) if but else sa.select(Institution.id)
    for word in fold(search).split():
        also = InstitutionAlias.folded.contains(word, autoescape=True)
        also = Institution.id.in_(sa.select(InstitutionAlias.institution_id).where(also))
        wanted = wanted.where(sa.or_(Institution.folded.contains(word, autoescape=True), also))
    ids = session.scalars(wanted.order_by(Institution.folded, Institution.country, Institution.id))
    page = paged(list(ids), number)
    return Page(_institutions(session, page.lines), page.total, page.number, page.pages)


def institution(session: Session, one: Institution) -> InstitutionLine:
    """What the page of an institution shows."""
    return _institutions(session, [one.id])[0]


def person_line(session: Session, person: Person) -> PersonLine:
    """Everything a person's page shows about logins and cohorts, ended memberships too."""
    return _lines(session, [person.id])[0]


def without_password(session: Session, cohort: Cohort) -> list[Person]:
    """Members of a cohort who have not chosen a password yet, by name."""
    wanted = sa.select(Person).where(Person.id.in_(_members(cohort, "", False)), Person.password_hash.is_(None))
    return list(session.scalars(wanted.where(Person.erased_at.is_(None)).order_by(Person.folded)))


def count_members(session: Session, cohort: Cohort) -> int:
    """How many people take part in a cohort now, whatever their roles."""
    wanted = sa.select(sa.func.count(Person.id)).where(Person.erased_at.is_(None), Person.merged_into_id.is_(None))
    return session.scalar(wanted.where(Person.id.in_(_members(cohort, "", False)))) or 0


def count_without_password(session: Session, cohort: Cohort) -> int:
    """How many members of a cohort have not chosen a password yet."""
    wanted = sa.select(sa.func.count(Person.id)).where(Person.password_hash.is_(None), Person.erased_at.is_(None))
    return session.scalar(wanted.where(Person.id.in_(_members(cohort, "", False)))) or 0


def login_words(session: Session, person: Person) -> list[str]:
    """The name and the logins: what a password must not be."""
    shown = session.scalars(sa.select(Login.shown).where(Login.person_id == person.id))
    return [person.name, *shown]


def open_code(session: Session, person: Person, now: datetime) -> SignInCode | None:
    """The one-time code that is waiting to be used."""
    wanted = sa.select(SignInCode).where(SignInCode.person_id == person.id, SignInCode.used_at.is_(None))
    return session.scalar(wanted.where(SignInCode.expires_at > now).order_by(SignInCode.id.desc()).limit(1))


def tokens(session: Session, person: Person) -> list[ApiToken]:
    """A person's tokens that still open the door, the newest first."""
    wanted = sa.select(ApiToken).where(ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None))
    return list(session.scalars(wanted.order_by(ApiToken.id.desc())))


def _named(search: str) -> sa.ColumnElement[bool]:
    by_login = [Login.folded.contains(folded, autoescape=True) for folded in spellings(search) if folded]
    holders = sa.select(Login.person_id).where(sa.or_(sa.false(), *by_login))
    words = [Person.folded.contains(fold(word), autoescape=True) for word in search.split()]
    return sa.or_(sa.and_(*words), Person.id.in_(holders))


def _members(cohort: Cohort | None, role: str, ended: bool) -> sa.Select[int]:
    wanted = sa.select(Membership.person_id)
    if not ended:
        wanted = wanted.where(Membership.ended_at.is_(None))
    if cohort is not None:
        wanted = wanted.where(Membership.cohort_id == cohort.id)
    return wanted.where(Membership.role == role) if role else wanted


def _institutions(session: Session, ids: list[int]) -> list[InstitutionLine]:
    aliases = sa.select(InstitutionAlias).where(InstitutionAlias.institution_id.in_(ids))
    named: dict[int, list[InstitutionAlias]] = {}
    for alias in session.scalars(aliases.order_by(InstitutionAlias.folded)):
        named.setdefault(alias.institution_id, []).append(alias)
    counted = sa.select(Person.institution_id, sa.func.count()).where(Person.institution_id.in_(ids))
    people = dict(session.execute(counted.group_by(Person.institution_id)).all())
    found = {one.id: one for one in session.scalars(sa.select(Institution).where(Institution.id.in_(ids)))}
    return [InstitutionLine(found[key], named.get(key, []), people.get(key, 0)) for key in ids]


def _administers(person_id: Any) -> sa.ColumnElement[bool]:
    return sa.and_(Administrator.person_id == person_id, Administrator.ended_at.is_(None))


def _lines(session: Session, ids: list[int]) -> list[PersonLine]:
    wanted = sa.select(Person, Administrator.at).outerjoin(Administrator, _administers(Person.id))
    wanted = wanted.where(Person.id.in_(ids)).options(joinedload(Person.institution))
    found = {person.id: PersonLine(person, admin_since=since) for person, since in session.execute(wanted)}
    for login in session.scalars(sa.select(Login).where(Login.person_id.in_(ids)).order_by(Login.id)):
        found[login.person_id].logins.append(login)
    held = sa.select(Membership).where(Membership.person_id.in_(ids)).options(joinedload(Membership.cohort))
    for membership in session.scalars(held.order_by(Membership.since, Membership.id)):
        found[membership.person_id].memberships.append(membership)
    return [found[person_id] for person_id in ids]
