"""Statements of other players become facts of class `offline device`: matched to people and steps, each of them once.

What cannot be kept is named with its number and reason, and the rest is kept. The statements of this module do not grow
with the lines of a portion.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Login, Person
from media.models import Version
from modules import rules
from modules.actions.adding import add_all
from modules.actions.completing import complete_all_seen
from modules.actions.crediting import Unions, grow
from modules.models import Step, Watching
from modules.queries.statements import newest_version
from modules.rules.xapi import Said, Unusable

PORTION = 500
_WATCHING: Any = Watching.__table__
Line = tuple[int, Said | Unusable | None]


@dataclass
class Mapped:
    """Where statements come from, and who and what their names mean here: of accounts and of activities."""

    base: str
    people: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Imported:
    """What came of a file; `refused` has at most so many lines as somebody reads."""

    kept: int = 0
    known: int = 0
    others: int = 0  # They say nothing of what was watched.
    done: int = 0
    refused_in_all: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)


MOST_REFUSED = 1000


def take_in(
    session: Session, lines: Iterable[Line], mapped: Mapped, *, now: datetime, by: Any = None
) -> Imported:  # fmt: skip
    """Keep what statements say of watching."""
    found, rest = Imported(), iter(lines)
    while portion := list(islice(rest, PORTION)):
        _portion(session, portion, mapped, found, now, by)
    return found


def tried(session: Session, lines: Iterable[Line], mapped: Mapped, *, now: datetime) -> Imported:
    """The same, and nothing is kept of it."""
    with session.begin_nested() as attempt:
        found = take_in(session, lines, mapped, now=now)
        attempt.rollback()
    return found


def _portion(
    session: Session, portion: Sequence[Line], mapped: Mapped, found: Imported, now: datetime, by: Any
) -> None:
    people = _people(session, portion, mapped)
    steps = _steps(session, portion, mapped)
    usable: dict[tuple[int, str], tuple[int, Said, Any]] = {}
    for number, said in portion:
        try:
            if said is None:
                found.others += 1
                continue
            if isinstance(said, Unusable):
                raise said
            person_id, step = _whose(said, mapped, people), _which(said, mapped, steps)
            if usable.setdefault((person_id, f"xapi:{said.id}"), (number, said, step))[0] != number:
                found.known += 1
        except Unusable as refusal:
            found.refused_in_all += 1
            if len(found.refused) < MOST_REFUSED:
                found.refused.append((number, refusal.why, refusal.what))
    known = _known(session, usable, mapped)
    unions: Unions = {}
    rows: list[dict[str, Any]] = []
    touched: dict[int, tuple[Any, set[int]]] = {}
    for (person_id, batch), (_number, said, step) in usable.items():
        if (person_id, batch) in known:
            found.known += 1
            continue
        played = rules.within(said.played, step.duration)
        about = (person_id, step.id, step.version_id, rules.OFFLINE)
        rows.append(_fact(about, batch, said, played, now, by))
        unions.setdefault(about, []).extend(played.union)
        touched.setdefault(step.id, (step, set()))[1].add(person_id)
    add_all(session, _WATCHING, rows)
    grow(session, unions)
    found.kept += len(rows)
    for step, own in touched.values():
        row = session.get_one(Step, step.id)
        found.done += complete_all_seen(session, row, step.duration, now=now, people=own)


def _fact(
    about: tuple[int, int, int, str], batch: str, said: Said, played: rules.Batch, now: datetime, by: Any
) -> dict[str, Any]:
    person_id, step_id, version_id, klass = about
    return {
        "person_id": person_id, "step_id": step_id, "version_id": version_id, "klass": klass, "batch": batch,
        "segments": [list(piece) for piece in played.ranges], "marks": [], "received_at": now,
        "device_time": said.at, "by_id": by and by.id,
    }  # fmt: skip


def _whose(said: Said, mapped: Mapped, people: Mapping[str, int]) -> int:
    if said.name not in mapped.people and said.home.rstrip("/") != mapped.base:
        raise Unusable("other_home", said.home)
    if said.name not in people:
        raise Unusable("no_person", said.name)
    return people[said.name]


def _which(said: Said, mapped: Mapped, steps: Mapping[str, Any]) -> Any:
    step = steps.get(said.activity)
    if step is None:
        raise Unusable("no_step", said.activity)
    if not step.duration:
        raise Unusable("not_ready", said.activity)
    return step


def _people(session: Session, portion: Sequence[Line], mapped: Mapped) -> dict[str, int]:
    """People by the names of accounts: the id that they have here, or the login that the name was given."""
    names = {said.name for _number, said in portion if isinstance(said, Said)}
    logins = {mapped.people[name].casefold(): name for name in names if name in mapped.people}
    own = sa.select(Person.public_id, Person.id).where(Person.public_id.in_(names))
    found: dict[str, int] = {row[0]: row[1] for row in session.execute(own)}
    for folded, person_id in session.execute(sa.select(Login.folded, Login.person_id).where(Login.folded.in_(logins))):
        found[logins[folded]] = person_id
    return found


def _steps(session: Session, portion: Sequence[Line], mapped: Mapped) -> dict[str, Any]:
    """Recording steps by the ids of activities: `<address>/steps/<id>` here, or the id that the activity was given."""
    ids: dict[str, list[str]] = {}
    for activity in {said.activity for _number, said in portion if isinstance(said, Said)}:
        here = activity.removeprefix(f"{mapped.base}/steps/") if activity.startswith(mapped.base) else ""
        ids.setdefault(mapped.steps.get(activity, here), []).append(activity)
    rows = session.execute(
        sa.select(Step.id, Step.public_id, Version.id.label("version_id"), Version.duration)
        .outerjoin(Version, Version.id == newest_version())
        .where(Step.public_id.in_(ids), Step.kind == "recording")
    )
    return {activity: row for row in rows for activity in ids[row.public_id]}


def _known(
    session: Session, usable: Mapping[tuple[int, str], tuple[int, Said, Any]], mapped: Mapped
) -> Collection[tuple[int, str]]:
    """Those that are here: taken in before, or made from a fact of this very installation."""
    batches = sa.select(Watching.person_id, Watching.batch).where(
        Watching.person_id.in_({person_id for person_id, _batch in usable}),
        Watching.batch.in_({batch for _person, batch in usable}),
    )
    known: set[tuple[int, str]] = {(row[0], str(row[1])) for row in session.execute(batches)}
    own = {
        said.fact: key
        for key, (_number, said, _step) in usable.items()
        if said.fact is not None and said.id == rules.xapi.statement_id(mapped.base, "fact", said.fact)
    }
    facts = session.execute(sa.select(Watching.id, Watching.person_id).where(Watching.id.in_(own)))
    return known | {own[row[0]] for row in facts if own[row[0]][0] == row[1]}


def read_all(found: Iterable[tuple[int, Any]]) -> Iterator[Line]:
    """What each thing in a file says, or why it says nothing that can be kept."""
    for number, thing in found:
        try:
            if isinstance(thing, Unusable):
                raise thing
            yield number, rules.xapi.understood(thing)
        except Unusable as refusal:
            yield number, refusal
