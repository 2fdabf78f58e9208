"""What the form of a cycle, a module or a step holds when it is opened."""

from typing import Any

from sqlalchemy.orm import Session

from modules.models import Cycle, Module, Step
from modules.queries.building import recording_of, texts, threshold_of


def content(session: Session, row: Cycle | Module | Step) -> dict[str, Any]:
    """By the names of the form's fields; a file's key stands for the file."""
    found: dict[str, Any] = dict(texts(session, row))
    if isinstance(row, Module):
        found |= {"number": row.number, "kind": row.kind}
    elif isinstance(row, Step):
        found |= {"body": row.body, "lang": row.lang, "file_key": row.file_key}
        if row.kind == "recording":
            found["recording"] = recording_of(session, row)
            found["threshold"] = round(threshold_of(session, row) * 100)
    return found
