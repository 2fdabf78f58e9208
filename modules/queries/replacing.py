"""What another file of a recording means for learners: before it is used, cohort by cohort."""

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from app.people.models import Cohort, Membership
from app.people.rules import Role
from media.models import TimeMap, Version
from media.rules import carry
from media.uses import Change, Effect
from modules import rules
from modules.models import Assignment, Coverage, Module, RuleVersion, Step
from modules.queries.statements import done_by_member, kept, maps_to, newest_version
from modules.queries.titles import Titled


def effects(session: Session, change: Change, lang: str) -> list[Effect]:
    """A line for each step that shows the recording and each cohort that has it. One statement."""
    rows = fetch(session, _learners(), {"recording": change.recording_id, "lang": lang})
    of_line = attrgetter("cohort_id", "step_id")
    return [_effect(list(found), change) for _, found in groupby(rows, of_line)]


def _effect(rows: Sequence[Any], change: Change) -> Effect:
    first = rows[0]
    which = rules.classes(first.terms, first.step_public_id)
    threshold = rules.threshold(first.terms, first.step_public_id, first.share)
    done = below = watching = 0
    again = 0.0
    for _, found in groupby(rows, attrgetter("person_id")):
        own = list(found)
        facts = rules.counted([row for row in own if row.of_version_id], which)
        seen = rules.carried(facts, first.version_id, first.duration).ranges
        direct = [row.ranges for row in facts if row.of_version_id == change.version_id]
        after = rules.merge([*carry(seen, change.pieces), *(piece for ranges in direct for piece in ranges)])
        before = rules.covered(rules.missing(seen, first.duration))
        lacks = rules.covered(rules.missing(after, change.duration))
        if own[0].is_done:
            done += 1
            below += not rules.seen_enough(after, change.duration, threshold)
        elif seen:
            watching += 1
        if seen:
            again = max(again, lacks - before)
    return Effect(first.cohort, first.step, done, below, watching, round(again, 3))


@cache
def _learners() -> Any:
    """What each learner has seen, a row for each file, or one row for who has seen none."""
    step = Titled(Step, sa.bindparam("lang", type_=sa.String()))
    return step.join(
        sa.select(
            Cohort.id.label("cohort_id"), Cohort.name.label("cohort"), Step.id.label("step_id"),
            step.text().label("step"), Step.public_id.label("step_public_id"), Step.share, RuleVersion.terms,
            Version.id.label("version_id"), Version.duration, Membership.person_id,
            done_by_member().label("is_done"), *kept(),
        )
        .select_from(Step)
        .join(Module, Module.id == Step.module_id)
        .join(Assignment, Assignment.module_id == Module.id)
        .join(RuleVersion, RuleVersion.id == Assignment.rule_version_id)
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .join(
            Membership,
            sa.and_(
                Membership.cohort_id == Cohort.id, Membership.role == Role.LEARNER, Membership.ended_at.is_(None)
            ),
        )
        .join(Version, Version.id == newest_version())
        .outerjoin(Coverage, sa.and_(Coverage.step_id == Step.id, Coverage.person_id == Membership.person_id))
        .outerjoin(TimeMap, maps_to(Version.id))
        .where(
            Step.recording_id == sa.bindparam("recording"), Step.archived_at.is_(None), Module.archived_at.is_(None),
            Cohort.archived_at.is_(None),
        )
        .order_by(Cohort.name, Cohort.id, Step.id, Membership.person_id, Coverage.version_id)
    )  # fmt: skip
