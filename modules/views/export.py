"""The progress of a cohort as a table for spreadsheets."""

from collections.abc import Callable, Iterator
from functools import partial

from flask import Response
from flask.typing import ResponseReturnValue

from app import i18n
from app.i18n import _
from app.web.access import viewer
from app.web.session import session
from modules import access, words
from modules.queries import progress
from modules.queries.learners import LearnerRow
from modules.queries.shapes import StepView
from modules.stands import Mark, Stand, Stands
from modules.views.cohorts import bp

NOBODYS = Stand()


@bp.get("/<public_id>/progress.csv")
def export(public_id: str) -> ResponseReturnValue:
    """The same figures as a table for spreadsheets; marks that are not released are for the cohort's trainers."""
    person, own = viewer(), session()
    cohort = access.cohort_led(own, person, public_id)
    found = progress.cohort_progress(own, cohort, i18n.current())
    lines = _lines(found, progress.stands_of(own, found), partial(access.reads_all_marks, person, cohort))
    answer = Response("".join(lines), content_type="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"progress-{cohort.public_id}.csv")
    return answer


def _lines(found: progress.CohortProgress, stands: Stands, leads: Callable[[int], bool]) -> Iterator[str]:
    heads: list[str] = []
    for module in found.modules:
        for step in module.steps:
            name = f"{words.module_name(module)}: {step.title}"
            heads.append(name)
            if _marked(step):
                heads += [_("%(quiz)s (points)", quiz=name), _("%(quiz)s (points in all)", quiz=name)]
    yield "\ufeff" + words.line_of([_("Learner"), _("Id"), _("Share done"), _("Last seen"), *heads])
    for row in found.learners:
        last = row.last_at.isoformat(timespec="seconds") if row.last_at else ""
        yield words.line_of([row.name, row.public_id, row.fraction, last, *_cells(row, stands, leads(row.id))])


def _cells(row: LearnerRow, stands: Stands, leads: bool) -> Iterator[str | float]:
    for module in row.modules:
        for step in module.steps:
            yield _cell(step)
            if _marked(step):
                yield from _mark(words.mark_of(stands.get((row.id, step.id), NOBODYS), leads=leads))


def _marked(step: StepView) -> bool:
    return step.kind == "quiz"


def _mark(mark: Mark | None) -> tuple[str | float, str | float]:
    return (mark.points, mark.of) if mark else ("", "")


def _cell(step: StepView) -> str | float:
    if step.done_at:
        return step.done_at.isoformat(timespec="seconds")
    return step.seen_seconds / step.duration if step.duration and step.ranges else ""
