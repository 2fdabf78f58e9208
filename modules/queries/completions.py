"""Who did what of a cycle, when, by which rule: row by row, however many there are."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Person
from modules.models import Completion, Cycle, Module, RuleVersion, Step
from modules.queries.statements import LANG, stands
from modules.queries.titles import Titled

AT_ONCE = 2000  # Rows in memory.


def completions(session: Session, cycle: Cycle, lang: str) -> Iterator[Any]:
    """Through a cursor that stays with the database. One statement."""
    modules, steps = Titled(Module, LANG), Titled(Step, LANG)
    statement = (
        sa.select(
            Person.public_id, Person.name, Module.number, modules.text(), steps.text(), Step.kind, Completion.at,
            Completion.source, RuleVersion.number,
        )
        .select_from(Completion)
        .join(Step, Step.id == Completion.step_id)
        .join(Module, Module.id == Step.module_id)
        .join(Person, Person.id == Completion.person_id)
        .join(RuleVersion, RuleVersion.id == Completion.rule_version_id)
        .where(Module.cycle_id == cycle.id, Person.erased_at.is_(None), stands())
        .order_by(Completion.id)
    )  # fmt: skip
    found = session.execute(
        steps.join(modules.join(statement)), {"lang": lang}, execution_options={"yield_per": AT_ONCE}
    )
    yield from found
