"""What this room opens to the house."""

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from app import jobs, notices
from app.i18n import lazy
from app.people import belongings, lacks
from media import uses
from modules import desks, kinds, stands, whys
from modules import panels as home
from quizzes import naming, panels, words
from quizzes.actions import joining
from quizzes.actions.grading import GRADED
from quizzes.actions.taking import close_overdue
from quizzes.api import attempts as api
from quizzes.stands import last_there, standing
from quizzes.views import editing, grades, grading, taking
from quizzes.whys import attempts

BLUEPRINTS = [taking.bp, grading.bp, editing.bp, grades.bp, api.bp]


def register(app: Flask) -> None:
    """Steps of the kind quiz, lines on the home page, what a cohort lacks, words, and the sweep of overdue attempts."""
    kinds.register(kinds.Kind("quiz", lazy("Quiz"), "quizzes.open_step", "quiz_editor.edit", lazy("Edit the quiz")))
    stands.register("quiz", ask=standing, last=last_there)
    whys.tell("quiz", attempts)
    home.register(panels.marks_released)
    home.register(panels.waiting_for_a_grade)
    home.register(panels.nobody_grades)
    desks.register(panels.to_grade)
    lacks.provide(app, panels.no_trainer)
    belongings.provide(
        "quizzes", belongings.Keeper(joining.belongings, frozenset({"attempt"}), joining.join, joining.part)
    )
    uses.name(naming.named_seconds)
    jobs.sweep(_hand_in_overdue)
    notices.register(
        notices.Kind(
            GRADED,
            lazy("Your mark is there"),
            lazy("A trainer has marked answers of yours: look at your attempt."),
            label=lazy("Marks are released"),
        )
    )
    app.jinja_env.globals.update(words.for_templates())


def _hand_in_overdue(session: Session, now: datetime) -> None:
    close_overdue(session, now)
