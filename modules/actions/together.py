"""Two people at one form: who saves second must have seen what the first one saved."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.prints import print_of
from modules.queries.filled import content


def unchanged(
    session: Session, row: Any, began: str | None, of: Callable[[Session, Any], dict[str, Any]] = content
) -> bool:
    """Whether the row still holds what the form began from; nobody else changes it until this transaction ends."""
    session.refresh(row, with_for_update=True)
    return not began or began == print_of(of(session, row))
