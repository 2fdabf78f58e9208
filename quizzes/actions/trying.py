"""Mark an answer that nobody keeps."""

from typing import Any

from app.errors import Invalid
from quizzes.actions.answering import SENTENCES
from quizzes.queries.questions import Asked
from quizzes.queries.reviewing import Reviewed, review
from quizzes.queries.seeing import See
from quizzes.rules.kinds import Kind, NotAnAnswer, clean
from quizzes.rules.marking import mark, unreadable


def tried(asked: Asked, position: int, raw: Any, *, shown: bool, see: See | None = None) -> Reviewed:
    """What learners read who have answered so; what their page would refuse is refused in the same words."""
    version = asked.version
    kind = Kind(version.kind)
    try:
        value = clean(kind, version.spec, raw)
    except NotAnAnswer as error:
        raise Invalid(SENTENCES[str(error)]) from error
    if unreadable(kind, value):
        raise Invalid(SENTENCES["number"])
    fraction = mark(kind, version.spec, value)
    earned = None if fraction is None else fraction * asked.points
    return review(position, asked.points, version, value, earned, explained=shown, see=see)
