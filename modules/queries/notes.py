"""The notes of one person, on a recording or all of them, where they lie in the file that is shown now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from media.models import TimeMap
from modules import rules
from modules.models import Module, Note, Step
from modules.queries.statements import LANG, PERSON, newest_version
from modules.queries.titles import Titled


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note; `second` is None where its passage is not in the file that is shown now."""

    public_id: str
    second: float | None
    body: str
    at: datetime
    removed: bool = False


@dataclass(frozen=True)
class Noted:
    """The notes of one recording step."""

    module: str
    number: str | None
    step_public_id: str
    title: str
    notes: Sequence[NoteView]


_NOTES: Any = (
    sa.select(Note.public_id, Note.second, Note.version_id, Note.body, Note.at, Note.removed_at, TimeMap.pieces)
    .outerjoin(
        TimeMap, sa.and_(
            TimeMap.from_version_id == Note.version_id,
            TimeMap.to_version_id == sa.bindparam("version", type_=sa.Integer()),
        ),
    )
    .where(Note.person_id == PERSON, Note.step_id == sa.bindparam("step", type_=sa.Integer()))
)  # fmt: skip


def of_step(session: Session, person_id: int, step_id: int, version_id: int | None) -> list[NoteView]:
    """All of one recording, in its order; those that lie nowhere in it any more come last."""
    rows = fetch(session, _NOTES, {"person": person_id, "step": step_id, "version": version_id})
    return _in_order([_view(row, version_id) for row in rows])


def every(session: Session, person_id: int, lang: str, module_id: int | None = None) -> list[Noted]:
    """All that is not removed, recording by recording, in the order of the modules; of one module if it is named."""
    module, step = Titled(Module, LANG), Titled(Step, LANG)
    shown = newest_version()
    statement = (
        sa.select(
            Note.public_id, Note.second, Note.version_id, Note.body, Note.at, Note.removed_at, TimeMap.pieces,
            module.text().label("module"), Module.number, Step.public_id.label("step"), step.text().label("title"),
            shown.label("shown"),
        )
        .join(Step, Step.id == Note.step_id)
        .join(Module, Module.id == Step.module_id)
        .outerjoin(
            TimeMap, sa.and_(TimeMap.from_version_id == Note.version_id, TimeMap.to_version_id == newest_version())
        )
        .where(Note.person_id == PERSON, Note.removed_at.is_(None))
        .order_by(Module.cycle_id, Module.position, Module.id, Step.position, Step.id)
    )  # fmt: skip
    if module_id is not None:
        statement = statement.where(Module.id == module_id)
    rows = session.execute(step.join(module.join(statement)), {"person": person_id, "lang": lang}).all()
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.step, []).append(row)
    return [
        Noted(of[0].module, of[0].number, key, of[0].title, _in_order([_view(row, row.shown) for row in of]))
        for key, of in found.items()
    ]


def place(session: Session, note: Note) -> float | None:
    """Where it lies in the file that is shown now; None where its passage is not in it any more."""
    shown = newest_version()
    row = session.execute(
        sa.select(Note.public_id, Note.second, Note.version_id, Note.body, Note.at, Note.removed_at, TimeMap.pieces,
                  shown.label("shown"))
        .join(Step, Step.id == Note.step_id)
        .outerjoin(
            TimeMap, sa.and_(TimeMap.from_version_id == Note.version_id, TimeMap.to_version_id == newest_version())
        )
        .where(Note.id == note.id)
    ).one()  # fmt: skip
    return _view(row, row.shown).second


def _view(row: Any, version_id: int | None) -> NoteView:
    second = row.second if row.version_id == version_id else rules.moved(row.second, row.pieces)
    return NoteView(row.public_id, second, row.body, row.at, row.removed_at is not None)


def _in_order(notes: list[NoteView]) -> list[NoteView]:
    return sorted(notes, key=lambda note: (note.second is None, note.second or 0.0, note.at))
