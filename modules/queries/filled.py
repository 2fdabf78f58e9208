"""What the form of a cycle, a module, a step, a sitting or the days of a module holds when it is opened."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from modules import rules
from modules.models import Assignment, Cycle, Module, Sitting, Step
from modules.queries.building import recording_of, texts, threshold_of

Filled = Assignment | Cycle | Module | Step | Sitting


def content(session: Session, row: Filled) -> dict[str, Any]:
    """By the names of the form's fields; a file's key stands for the file."""
    if isinstance(row, Sitting):
        return _dated(row)
    if isinstance(row, Assignment):
        return days_said(row)
    found: dict[str, Any] = dict(texts(session, row))
    if isinstance(row, Module):
        found |= {"number": row.number, "kind": row.kind}
    elif isinstance(row, Step):
        found |= {"body": row.body, "lang": row.lang, "file_key": row.file_key}
        if row.kind == "recording":
            found["recording"] = recording_of(session, row)
            found["threshold"] = round(threshold_of(session, row) * 100)
    return found


def days_said(row: Assignment) -> dict[str, Any]:
    """The first and the last day of a module for a cohort, as they are said in their zone."""
    opens = rules.day_of(row.opens_at, row.zone) if row.opens_at else None
    due = rules.day_of(row.due_at, row.zone) if row.due_at else None
    return {"opens": opens, "due": due, "zone": row.zone}


def _dated(row: Sitting) -> dict[str, Any]:
    there = ZoneInfo(row.zone)
    starts = None if row.day_only else row.starts_at.astimezone(there).time()
    ends = row.ends_at.astimezone(there).time() if starts and row.ends_at else None
    return {"day": row.day, "starts": starts, "ends": ends, "place": row.place, "zone": row.zone}
