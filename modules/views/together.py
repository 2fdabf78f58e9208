"""Forms that more than one person may have open: what they began from, and what was saved meanwhile."""

from typing import Any

from app.prints import print_of
from app.web.session import session
from app.web.shared import Saved, SharedForm
from modules import actions
from modules.queries.filled import Filled, content


def begun(row: Filled) -> dict[str, Any]:
    """What the row's form is opened with, and the print of it."""
    known = content(session(), row)
    return {**known, "began": print_of(known)}


def saved_meanwhile(row: Filled, form: SharedForm) -> list[Saved] | None:
    """What somebody else has saved since the form was opened, which then refuses; None where nothing has changed."""
    if actions.unchanged(session(), row, form.began.data):
        return None
    return form.begin_again(content(session(), row))
