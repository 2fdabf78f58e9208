"""Behind the progress of a cohort: how each step came to be done, and who was there."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.people.models import Person
from app.text import fold
from modules.models import Completion, Revocation, RuleVersion, Watching
from modules.queries.learners import LearnerRow
from modules.queries.progress import CohortProgress
from modules.queries.shapes import ModuleView, StepView
from modules.queries.statements import noted_at, stands, taken_back
from modules.rules import READ


def noted(session: Session, people: Sequence[int], steps: Sequence[int]) -> dict[tuple[int, int], datetime]:
    """When each presence that counts was last noted, by the ids of person and step."""
    rows = session.execute(
        sa.select(Completion.person_id, Completion.step_id, sa.func.max(noted_at()))
        .where(Completion.person_id.in_(people), Completion.step_id.in_(steps), stands())
        .group_by(Completion.person_id, Completion.step_id)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def by_name(found: CohortProgress, module: ModuleView) -> list[tuple[LearnerRow, Sequence[StepView]]]:
    """Each learner, by name, with the steps of one module."""
    place = [each.id for each in found.modules].index(module.id)
    return [(row, row.standings[place].view.steps) for row in sorted(found.learners, key=lambda row: fold(row.name))]


def proofs(session: Session, person: LearnerRow, step_ids: Sequence[int]) -> dict[int, list[Any]]:
    """How each step came to be done: (completion id, at, source, rule number, by name, revoked at, why, when
    it was last given), by step id."""
    giver = aliased(Person)
    rows = session.execute(
        sa.select(
            Completion.step_id, Completion.id, Completion.at, Completion.source, RuleVersion.number,
            giver.name, Revocation.at, Revocation.why, noted_at(),
        )
        .join(RuleVersion, RuleVersion.id == Completion.rule_version_id)
        .outerjoin(giver, giver.id == Completion.by_id)
        .outerjoin(Revocation, taken_back())
        .where(Completion.person_id == person.id, Completion.step_id.in_(step_ids))
        .order_by(Completion.at)
    )  # fmt: skip
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row[1:])
    return found


def standing(found: Mapping[int, Sequence[Any]]) -> dict[int, datetime]:
    """Of such proofs: when each step that stands was last given."""
    given = {step_id: [row[-1] for row in rows if row[5] is None] for step_id, rows in found.items()}
    return {step_id: max(moments) for step_id, moments in given.items() if moments}


def odd_reports(session: Session, person: LearnerRow, step_ids: Sequence[int]) -> dict[int, Counter[str]]:
    """How many of the person's reports of watching carry each mark, or are of reading, by step id. Nothing was dropped
    for one."""
    marks = sa.cast(Watching.marks, sa.String)
    rows = session.execute(
        sa.select(Watching.step_id, marks, Watching.klass, sa.func.count())
        .where(Watching.person_id == person.id, Watching.step_id.in_(step_ids))
        .where(sa.or_(marks != "[]", Watching.klass == READ))
        .group_by(Watching.step_id, marks, Watching.klass)
    )
    found: dict[int, Counter[str]] = {}
    for step_id, text, klass, times in rows:
        for mark in [*json.loads(text), *([READ] if klass == READ else [])]:
            found.setdefault(step_id, Counter())[mark] += times
    return found
