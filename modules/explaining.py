"""Why a step, a module and a cycle of this room stand as they do (modules.whys)."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from modules import rules, whys
from modules.models import Cycle
from modules.queries import standing
from modules.queries import whys as queries
from modules.queries.learners import LearnerRow
from modules.queries.notices import notices_of_step
from modules.queries.progress import cohort_progress
from modules.queries.proofs import proofs
from modules.queries.shapes import ModuleView, StepView
from modules.queries.titles import title
from modules.whys import Asked, Why
from modules.words import whys as words
from modules.words.steps import module_name


def step(session: Session, asked: Asked) -> Why | None:
    """A step: seen, read, noted or handed in, and by which rule."""
    found = queries.step_place(session, asked)
    if found is None:
        return None
    place, view = found
    return Why(
        title=view.title, verdict=words.step_verdict(place, view), rule=words.step_rule(place, view),
        facts=_facts(session, asked, place, view), cohort_id=place.cohort_id,
        back=_back(asked, url_for("modules.step", public_id=view.public_id)),
    )  # fmt: skip


def module(session: Session, asked: Asked) -> Why | None:
    """A module: which of its steps are needed and done, and by which rule."""
    place = queries.module_place(session, asked, asked.about)
    if place is None:
        return None
    view, zone = place.module, place.zone
    terms = place.rule.terms if place.rule else {}
    ids = [step.public_id for step in view.steps]
    return Why(
        title=view.title, verdict=words.whole_verdict(place.finished, zone, view.done, view.opened),
        rule=words.whole_rule(place.rule, rules.MODULE, ids, zone),
        facts=[
            words.part_line(
                each.title, each.done_at, zone, not rules.needed(terms, each.public_id), str(each.stand.word)
            )
            for each in view.steps
        ],
        cohort_id=place.cohort_id, back=_back(asked, url_for("modules.show", public_id=view.public_id)),
    )  # fmt: skip


def cycle(session: Session, asked: Asked) -> Why | None:
    """A cycle: which of its modules are needed and finished, and by which rule."""
    row = session.scalar(sa.select(Cycle).where(Cycle.public_id == asked.about))
    views = _modules(session, asked, row.id) if row else []
    if row is None or not views:
        return None
    zone = views[0].zone or "UTC"
    rule = queries.cycle_rule(session, row.id)
    terms = rule.terms if rule else {}
    done = {view.public_id: queries.finished(session, asked.person_id, view.id) for view in views}
    finished = queries.cycle_finished(session, asked.person_id, row.id)
    return Why(
        title=title(row, asked.lang), verdict=words.whole_verdict(finished, zone, False),
        rule=words.whole_rule(rule, rules.CYCLE, [view.public_id for view in views], zone),
        facts=[
            words.part_line(module_name(view), _at(done[view.public_id]), zone, not rules.needed(terms, view.public_id))
            for view in views
        ],
        cohort_id=asked.cohort.id if asked.cohort else views[0].cohort_id, back=_back(asked, url_for("modules.index")),
    )  # fmt: skip


def _modules(session: Session, asked: Asked, cycle_id: int) -> list[ModuleView]:
    if asked.cohort is None:
        found: Any = standing.learning(session, asked.reader, asked.lang, asked.now)
    else:
        person = LearnerRow(asked.person_id, "", "")
        found = cohort_progress(session, asked.cohort, asked.lang, only=person).learners[0].modules
    return [view for view in found if view.cycle_id == cycle_id]


def _at(finished: Any) -> Any:
    return finished.at if finished and not finished.ended_at else None


def _facts(session: Session, asked: Asked, place: queries.Place, view: StepView) -> list[Any]:
    facts: list[Any] = []
    person = LearnerRow(asked.person_id, "", "")
    done = place.finished
    if done and not done.ended_at and not view.done_at:
        added = queries.added_later(session, view.id, done.at)
        facts += [words.later(added, done, place.zone)] if added else []
    if view.kind == "recording":
        facts += words.seen(view)
    facts += whys.told(session, replace(asked, zone=place.zone), view)
    notices = notices_of_step(session, asked.person_id, view.id, asked.lang, asked.now)
    return facts + words.completions(proofs(session, person, [view.id]).get(view.id, ()), notices, place.zone)


def _back(asked: Asked, own: str) -> str:
    return own if asked.cohort is None else ""


def register() -> None:
    """Make the addresses known."""
    whys.register("step", step)
    whys.register("module", module)
    whys.register("cycle", cycle)
