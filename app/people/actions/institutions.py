"""Institutions by name or alias: one way for lists and forms alike."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import once
from app.errors import Invalid
from app.i18n import lazy
from app.people.listing import clean_name
from app.people.models import Institution, InstitutionAlias, Person
from app.text import fold

_AT_ONCE = 400  # Each name is asked twice, and an old SQLite takes 999 values in one statement.


def institutions_named(session: Session, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Institution]:
    """By (folded name, country), where the country may be "": the institution of each (name, country), made where
    there is none. Case and accents do not matter; of two that fit, the one in this country, then the one in none."""
    asked = {(fold(clean_name(name)), country): clean_name(name) for name, country in reversed(list(wanted))}
    known = _known(session, sorted({key for key, _ in asked}))
    found: dict[tuple[str, str], Institution] = {}
    for (key, country), name in sorted(asked.items()):
        institution = _fitting(known.get(key, []), country)
        if institution is None:
            institution = _made(session, name, country)
            known.setdefault(key, []).append(institution)
        found[key, country] = institution
    return found


def institution_named(session: Session, name: str, country: str = "") -> Institution:
    """The one institution of this name or alias, made when there is none."""
    return institutions_named(session, [(name, country)])[fold(clean_name(name)), country]


def add_alias(session: Session, institution: Institution, name: str) -> None:
    """One more name under which an institution is found."""
    once(session, InstitutionAlias(institution_id=institution.id, name=clean_name(name)))


def name_too(session: Session, institution: Institution, name: str) -> None:
    """`add_alias` for a name that no institution bears which could be meant by it."""
    bearers = _known(session, [fold(clean_name(name))]).get(fold(clean_name(name)), [])
    if institution in bearers:
        raise Invalid(lazy("It bears this name already."))
    if any(not _apart(institution, other) for other in bearers):
        raise Invalid(lazy("Another institution bears this name. If they are the same, merge the two."))
    add_alias(session, institution, name)


def remove_alias(session: Session, institution: Institution, folded: str) -> None:
    """Take another name away; nothing happens where it is not there."""
    gone = sa.delete(InstitutionAlias).where(InstitutionAlias.institution_id == institution.id)
    session.execute(gone.where(InstitutionAlias.folded == folded))


def merge(session: Session, gone: Institution, kept: Institution) -> None:
    """Make two institutions one: its people and all its names move to the one that stays."""
    if gone.id == kept.id or _apart(gone, kept):
        raise Invalid(lazy("Two institutions of different countries, or one with itself, cannot be merged."))
    aliases = session.scalars(
        sa.select(InstitutionAlias.name).where(InstitutionAlias.institution_id == gone.id).order_by(InstitutionAlias.id)
    ).all()
    session.execute(sa.update(Person).where(Person.institution_id == gone.id).values(institution_id=kept.id))
    session.execute(sa.delete(InstitutionAlias).where(InstitutionAlias.institution_id == gone.id))
    for name in (gone.name, *aliases):
        if fold(name) != kept.folded:
            add_alias(session, kept, name)
    country, kept.kind = kept.country or gone.country, kept.kind or gone.kind
    session.delete(gone)
    session.flush()
    same = sa.select(Institution.id).where(Institution.folded == kept.folded, Institution.country == country)
    if session.scalar(same) is None:
        kept.country = country
    session.flush()


def forget_unused(session: Session, left: Institution) -> None:
    """Whoever may write the name of an institution makes one: what nobody is of, and has one name only, goes again."""
    of_it = sa.exists().where(Person.institution_id == left.id)
    named = sa.exists().where(InstitutionAlias.institution_id == left.id)
    try:
        with session.begin_nested():
            session.execute(sa.delete(Institution).where(Institution.id == left.id, ~of_it, ~named))
    except IntegrityError:
        return  # Somebody has just come to it.


def _apart(one: Institution, other: Institution) -> bool:
    return bool(one.country and other.country and one.country != other.country)


def _known(session: Session, names: list[str]) -> dict[str, list[Institution]]:
    found: dict[str, list[Institution]] = {}
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        fits = sa.or_(Institution.folded.in_(some), InstitutionAlias.folded.in_(some))
        asked = sa.select(Institution, InstitutionAlias.folded).outerjoin(InstitutionAlias).where(fits)
        asked = asked.with_for_update(read=True, key_share=True, of=Institution)  # Else `forget_unused` takes it away.
        for institution, alias in session.execute(asked.order_by(Institution.id)):
            for key in {institution.folded, alias or institution.folded}:
                if institution not in found.setdefault(key, []):
                    found[key].append(institution)
    return found


def _fitting(candidates: list[Institution], country: str) -> Institution | None:
    """Without a country of its own a name fits any; a name of another country does not."""
    for wanted in (country, ""):
        for one in candidates:
            if one.country == wanted:
                return one
    return candidates[0] if candidates and not country else None


def _made(session: Session, name: str, country: str) -> Institution:
    made = Institution(name=name, country=country)
    if once(session, made):
        return made
    return session.scalars(
        sa.select(Institution).where(Institution.folded == fold(name), Institution.country == country)
    ).one()
