"""What another cohort changes for somebody who moves there, in words: which modules, until when, under which rules."""

from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app import i18n
from app.i18n import _, day, number
from app.people.changing import Change
from modules.models import Assignment, Completion, Module, RuleVersion, Step
from modules.queries.statements import LANG, PERSON, stands
from modules.queries.titles import Titled


def changes(session: Session, person_id: int, here: int, there: int) -> list[Change]:
    """A line for each module that one of the two cohorts has. One statement."""
    asked = {"person": person_id, "here": here, "there": there, "lang": i18n.current()}
    return [
        Change(
            f"{row.number}. {row.title}" if row.number else row.title,
            _("%(done)s of %(all)s steps", done=number(row.done), all=number(row.steps)),
            _given(row.here, row.here_due, row.here_zone, row.here_rules),
            _given(row.there, row.there_due, row.there_zone, row.there_rules),
        )
        for row in session.execute(_modules(), asked)
    ]


def _given(assignment: int | None, due_at: datetime | None, zone: str | None, rules: int | None) -> str:
    if assignment is None:
        return _("does not have it")
    until = _("until %(day)s", day=day(due_at, zone)) if due_at else _("no deadline")
    return _("%(until)s, rules %(number)s", until=until, number=rules)


@cache
def _modules() -> Any:
    titled, of_module = Titled(Module, LANG), (Step.module_id == Module.id, Step.archived_at.is_(None))
    done = sa.exists().where(Completion.step_id == Step.id, Completion.person_id == PERSON, stands())
    count = sa.select(sa.func.count()).select_from(Step)
    statement = sa.select(
        titled.text().label("title"), Module.number,
        count.where(*of_module).correlate(Module).scalar_subquery().label("steps"),
        count.where(*of_module, done.correlate(Step)).correlate(Module).scalar_subquery().label("done"),
    )  # fmt: skip
    either = []
    statement = statement.select_from(Module)
    for name in ("here", "there"):
        given, rules = aliased(Assignment), aliased(RuleVersion)
        cohort = sa.bindparam(name, type_=sa.Integer())
        statement = statement.outerjoin(given, sa.and_(given.module_id == Module.id, given.cohort_id == cohort))
        statement = statement.outerjoin(rules, rules.id == given.rule_version_id)
        statement = statement.add_columns(
            given.id.label(name), given.due_at.label(f"{name}_due"), given.zone.label(f"{name}_zone"),
            rules.number.label(f"{name}_rules"),
        )  # fmt: skip
        either.append(given.id.is_not(None))
    statement = statement.where(sa.or_(*either), Module.archived_at.is_(None))
    return titled.join(statement).order_by(Module.cycle_id, Module.position, Module.id)
