"""The contents of the title page, for visitors who have not signed in: the newest cycle that a cohort follows, or else
the newest that has modules. A cycle in preparation does not push aside the one that people look for."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app import i18n
from app.i18n import gettext as _
from app.people.contents import Contents, ContentsLine
from app.people.models import Cohort
from media.models import Version
from modules import kinds, rules
from modules.models import Assignment, Module, Step
from modules.queries.overview import cycle_titles
from modules.queries.titles import Titled


def contents(session: Session) -> Contents | None:
    """Title, modules, cases and minutes; four statements, however many modules there are."""
    lang = i18n.current()
    title = Titled(Module, lang)
    wanted = title.join(sa.select(Module.id, Module.cycle_id, Module.number, Module.position, title.text()))
    modules = session.execute(
        wanted.where(Module.archived_at.is_(None)).order_by(
            sa.case((_followed(), 0), else_=1), Module.cycle_id.desc(), Module.position, Module.id
        )
    ).all()
    if not modules:
        return None
    shown = [module for module in modules if module.cycle_id == modules[0].cycle_id]
    measures = _measures(session, [module.id for module in shown])
    tell = kinds.get("cases").for_visitors if any(has_cases for _seconds, has_cases in measures.values()) else None
    cases = tell(session, modules[0].cycle_id) if tell else ""
    lines = []
    for module_id, _cycle, number, position, name in shown:
        seconds, has_cases = measures.get(module_id, (0.0, False))
        word = number or (_("Case") if has_cases else _("Day"))
        notes = [cases if has_cases else "", i18n.span(seconds) if seconds else ""]
        lines.append(ContentsLine(word, rules.dye(position), name, _(", ").join(filter(None, notes))))
    over = _("Hybrid cycle of training and capacity building")
    return Contents(cycle_titles(session, lang)[modules[0].cycle_id][1], over, lines)


def _followed() -> sa.ColumnElement[bool]:
    """Whether a cohort that is not archived has a module, not archived either, of the same cycle."""
    given = aliased(Module)
    return sa.exists().where(
        given.cycle_id == Module.cycle_id, given.archived_at.is_(None), Assignment.module_id == given.id,
        Cohort.id == Assignment.cohort_id, Cohort.archived_at.is_(None),
    ).correlate(Module)  # fmt: skip


def _measures(session: Session, module_ids: list[int]) -> dict[int, tuple[float, bool]]:
    """For each module its seconds of recordings that can be watched, and whether it has practical cases."""
    length = (
        sa.select(sa.func.max(Version.duration))
        .where(Version.recording_id == Step.recording_id, Version.shown_at.is_not(None))
        .correlate(Step)
        .scalar_subquery()
    )
    cases = sa.func.max(sa.case((Step.kind == "cases", 1), else_=0))
    wanted = sa.select(Step.module_id, sa.func.coalesce(sa.func.sum(length), 0.0), cases)
    wanted = wanted.where(Step.module_id.in_(module_ids), Step.archived_at.is_(None)).group_by(Step.module_id)
    return {module_id: (float(seconds), bool(has)) for module_id, seconds, has in session.execute(wanted)}
