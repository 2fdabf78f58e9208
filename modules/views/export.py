"""The progress of a cohort as a table for spreadsheets."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from flask.typing import ResponseReturnValue

from app import i18n
from app.i18n import _
from app.web import tables
from app.web.access import viewer
from app.web.session import session
from modules import access, words
from modules.queries import progress
from modules.queries.learners import LearnerRow
from modules.queries.shapes import StepView
from modules.stands import Mark, Stand, Stands
from modules.views.cohorts import bp

NOBODYS = Stand()


@bp.get("/<public_id>/progress.<any(csv, xlsx):table_type>")
def export(public_id: str, table_type: str) -> ResponseReturnValue:
    """The same figures as a table for spreadsheets; marks that are not released are for the cohort's trainers."""
    person, own = viewer(), session()
    cohort = access.cohort_led(own, person, public_id)
    found = progress.cohort_progress(own, cohort, i18n.current())
    rows = _rows(found, progress.stands_of(own, found), partial(access.reads_all_marks, person, cohort))
    name = tables.named(_("progress"), cohort.name, datetime.now(UTC), cohort.zone)
    return tables.answer(tables.Table(name, _heads(found, cohort.zone), rows, cohort.zone), table_type)


def _heads(found: progress.CohortProgress, zone: str) -> list[str]:
    heads = [_("Learner"), _("Id"), _("Share done"), tables.timed(_("Last seen"), zone)]
    for module in found.modules:
        for step in module.steps:
            name = f"{words.module_name(module)}: {step.title}"
            heads.append(name)
            if _marked(step):
                heads += [_("%(quiz)s (points)", quiz=name), _("%(quiz)s (points in all)", quiz=name)]
    return heads


def _rows(found: progress.CohortProgress, stands: Stands, leads: Callable[[int], bool]) -> Iterator[list[tables.Cell]]:
    for row in found.learners:
        own = _cells(row, stands, leads(row.id))
        yield [row.name, row.public_id, tables.Share(row.fraction), row.last_at, *own]


def _cells(row: LearnerRow, stands: Stands, leads: bool) -> Iterator[tables.Cell]:
    for module in row.modules:
        for step in module.steps:
            yield _cell(step)
            if _marked(step):
                yield from _mark(words.mark_of(stands.get((row.id, step.id), NOBODYS), leads=leads))


def _marked(step: StepView) -> bool:
    return step.kind == "quiz"


def _mark(mark: Mark | None) -> tuple[tables.Cell, tables.Cell]:
    return (mark.points, mark.of) if mark else (None, None)


def _cell(step: StepView) -> tables.Cell:
    if step.done_at:
        return step.done_at
    return tables.Share(step.seen_seconds / step.duration) if step.duration and step.ranges else None
