"""The versions of a module's rules, the newest first, each with what it changed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Person
from modules.models import RuleVersion
from modules.rules.impossible import Difference, differences


class VersionRow(NamedTuple):
    """A version, who made it when, and the terms of the one before."""

    number: int
    terms: Mapping[str, Any]
    at: datetime
    by: str | None
    before: Mapping[str, Any] | None = None

    def changed(self, there: Iterable[str]) -> list[Difference]:
        """What it asks otherwise than the one before, of steps that are there."""
        return [] if self.before is None else differences(self.before, self.terms, list(there))


def versions(session: Session, module_id: int) -> Sequence[VersionRow]:
    """All of them. One statement."""
    rows = session.execute(
        sa.select(RuleVersion.number, RuleVersion.terms, RuleVersion.at, Person.name)
        .outerjoin(Person, Person.id == RuleVersion.by_id)
        .where(RuleVersion.module_id == module_id)
        .order_by(RuleVersion.number.desc())
    ).all()
    before = [row.terms or {} for row in rows[1:]] + [None]
    return [
        VersionRow(row.number, row.terms or {}, row.at, row.name, old) for row, old in zip(rows, before, strict=True)
    ]
