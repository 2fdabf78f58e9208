"""What the page of another file for a recording says of this room: which questions name its seconds."""

from functools import partial

from flask import url_for
from sqlalchemy.orm import Session

from app.i18n import current
from app.text import line
from media.uses import Named
from quizzes.queries.recorded import of_recording


def named_seconds(session: Session, recording_id: int) -> list[Named]:
    """For an administrator who thinks of another file: questions that name a second of a recording."""
    return [
        Named(
            each.second, line(each.html),
            partial(url_for, "quiz_editor.question", public_id=each.quiz_step, question_id=each.question),
        )
        for each in of_recording(session, recording_id, current())
    ]  # fmt: skip
