"""What the form of a cycle, a module, a step or a sitting holds when it is opened."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from modules.models import Cycle, Module, Sitting, Step
from modules.queries.building import recording_of, texts, threshold_of

Filled = Cycle | Module | Step | Sitting


def content(session: Session, row: Filled) -> dict[str, Any]:
    """By the names of the form's fields; a file's key stands for the file."""
    if isinstance(row, Sitting):
        return _dated(row)
    found: dict[str, Any] = dict(texts(session, row))
    if isinstance(row, Module):
        found |= {"number": row.number, "kind": row.kind}
    elif isinstance(row, Step):
        found |= {"body": row.body, "lang": row.lang, "file_key": row.file_key}
        if row.kind == "recording":
            found["recording"] = recording_of(session, row)
            found["threshold"] = round(threshold_of(session, row) * 100)
    return found


def _dated(row: Sitting) -> dict[str, Any]:
    there = ZoneInfo(row.zone)
    starts = None if row.day_only else row.starts_at.astimezone(there).time()
    ends = row.ends_at.astimezone(there).time() if starts and row.ends_at else None
    return {"day": row.day, "starts": starts, "ends": ends, "place": row.place, "zone": row.zone}
