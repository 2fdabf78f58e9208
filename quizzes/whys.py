"""The facts behind a quiz, where somebody asks why: what passes it, and each attempt (modules.whys)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.i18n import _, percent
from modules.access import reads_all_marks
from modules.whys import Asked
from modules.words import stand_line
from quizzes.models import Quiz
from quizzes.stands import standing
from quizzes.words import out_of, points


def attempts(session: Session, asked: Asked, step: Any) -> list[str]:
    """What passes the quiz and how the attempts went; a learner reads what was released."""
    quiz = session.scalar(select(Quiz).where(Quiz.step_id == step.id))
    stand = standing(session, [asked.person_id], [step.id]).get((asked.person_id, step.id))
    if quiz is None or stand is None:
        return []
    leads = asked.cohort is not None and reads_all_marks(asked.reader, asked.cohort, asked.person_id)
    best = stand.mark if leads else stand.shown
    if best is None:
        return [_("Passed from %(share)s of the points. No attempt was handed in yet.", share=percent(quiz.pass_mark))]
    said = _(
        "Best attempt: %(best)s; passed from %(needed)s.", best=out_of(best.points, best.of),
        needed=points(best.of * quiz.pass_mark),
    )  # fmt: skip
    return [said, *(stand_line(line, asked.zone, leads=leads) for line in stand.lines)]
