"""Forms that more than one person may have open: what they began from, and what was saved meanwhile.

`of` says what the form of a row holds when it is opened; rooms hung on steps have rows of their own.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.prints import print_of
from app.web.session import session
from app.web.shared import Saved, SharedForm
from modules import actions
from modules.queries.filled import content

Of = Callable[[Session, Any], dict[str, Any]]


def begun(row: Any, of: Of = content) -> dict[str, Any]:
    """What the row's form is opened with, and the print of it."""
    known = of(session(), row)
    return {**known, "began": print_of(known)}


def saved_meanwhile(row: Any, form: SharedForm, of: Of = content) -> list[Saved] | None:
    """What somebody else has saved since the form was opened, which then refuses; None where nothing has changed."""
    if actions.unchanged(session(), row, form.began.data, of):
        return None
    return form.begin_again(of(session(), row))
