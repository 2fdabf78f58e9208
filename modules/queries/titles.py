"""Titles in the reader's language, French where there is none."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, object_session

from app.i18n import Said
from modules.models import Cycle, CycleTitle, Module, ModuleTitle, Step, StepTitle

FALLBACK = "fr"
_TITLES: Mapping[type, tuple[Any, str]] = {
    Cycle: (CycleTitle, "cycle_id"),
    Module: (ModuleTitle, "module_id"),
    Step: (StepTitle, "step_id"),
}


def title(row: Cycle | Module | Step, lang: str = FALLBACK) -> str:
    """The title of a cycle, module or step. One statement: for lists use `titles`."""
    session = object_session(row)
    if session is None:
        return row.public_id
    return titles(session, [row], lang)[row.id]


def titles(session: Session, rows: Sequence[Any], lang: str = FALLBACK) -> dict[int, Said]:
    """The titles of rows of one kind by their id, in one statement."""
    if not rows:
        return {}
    table, column = _TITLES[type(rows[0])]
    key = getattr(table, column)
    found = session.execute(
        sa.select(key, table.lang, table.title).where(
            key.in_([row.id for row in rows]),
            table.lang.in_({lang, FALLBACK}),
        )
    ).all()
    chosen = {row.id: Said(row.public_id, "") for row in rows}
    chosen |= {owner: Said(text, code) for owner, code, text in found if code == FALLBACK}
    return chosen | {owner: Said(text, code) for owner, code, text in found if code == lang and text}


class _Tagged(sa.TypeDecorator[Said]):
    """A text that comes with its language on the line before it."""

    impl = sa.String
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Said | None:
        """Part the two."""
        if value is None:
            return None
        lang, _, text = value.partition("\n")
        return Said(text, lang)


class Titled:
    """Joins that give a SELECT the title (and summary) of a table: `columns`, and `join(statement)`."""

    def __init__(self, owner: Any, lang: Any) -> None:
        table, column = _TITLES[owner]
        self._own, self._french = aliased(table), aliased(table)
        self._column, self._owner, self._lang = column, owner, lang

    def text(self, name: str = "title") -> sa.ColumnElement[Said]:
        """The column in the reader's language, else in French, else the row's public id (a summary: nothing); it knows
        in which language it came."""
        own, french = getattr(self._own, name), getattr(self._french, name)
        last = self._owner.public_id if name == "title" else sa.literal("")
        tagged = self._own.lang + "\n" + sa.func.nullif(own, "", type_=sa.String), self._french.lang + "\n" + french
        return sa.func.coalesce(*tagged, sa.literal("\n") + last, type_=_Tagged())

    def join(self, statement: Any) -> Any:
        """The statement with both titles beside it."""
        for table, code in ((self._own, self._lang), (self._french, FALLBACK)):
            matches = sa.and_(getattr(table, self._column) == self._owner.id, table.lang == code)
            statement = statement.outerjoin(table, matches)
        return statement
