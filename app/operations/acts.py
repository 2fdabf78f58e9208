"""What operators do with a job, whatever its kind. Flush, never commit."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.errors import Conflict
from app.i18n import lazy
from app.operations.kinds import KINDS, Line, Standing


def retry(session: Session, line: Line, by: Any, now: datetime) -> None:
    """Try it now; the kind of a failed job says why that cannot be."""
    kind = KINDS[line.kind]
    if line.standing != Standing.FAILED and not kind.acts(line).retry:
        running = line.standing == Standing.RUNNING
        raise Conflict(lazy("This job is in progress: there is nothing to try again.") if running else
                       lazy("This job waits for its turn already."))  # fmt: skip
    kind.retry(session, line.id, by, now)


def check_cancel(line: Line) -> None:
    """Refuse where there is nothing left to stop."""
    if not KINDS[line.kind].acts(line).cancel:
        raise Conflict(lazy("This job has ended: there is nothing to cancel."))


def cancel(session: Session, line: Line, by: Any, now: datetime) -> None:
    """Stop it, unless it has ended."""
    check_cancel(line)
    KINDS[line.kind].cancel(session, line.id, by, now)
