"""Two accounts become one, or part again: what was seen is summed anew from the facts, and what is done follows."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.i18n import gettext
from app.people.belongings import Union
from modules.actions.completing import revoke
from modules.actions.finishing import end, settle
from modules.actions.rebuilding import finish_steps, sum_anew
from modules.models import Completion, Revocation, Step, Watching

ROOM = "modules"
_HERS = Completion.__table__.c


def join(session: Session, union: Union) -> None:
    """What both have seen counts together, and one of them has done counts; a step or a module may be done by that."""
    sum_anew(session, (union.gone_id, union.kept_id))
    before = _completions(session, union.kept_id)
    given = _given_again(session, union)
    finish_steps(session, _steps(session, union.kept_id), now=union.now)
    made = sorted(_completions(session, union.kept_id) - before)
    union.moved[ROOM] = {"given": given, "made": made}
    for module_id in _modules(session, union.kept_id):
        settle(session, module_id, [union.kept_id], now=union.now)


def part(session: Session, union: Union) -> None:
    """Each has seen and done what it had, and what came since belongs to the account that stayed."""
    kept = union.moved.get(ROOM, {"given": [], "made": []})
    sum_anew(session, (union.gone_id, union.kept_id))
    again = sa.update(Revocation).where(Revocation.id.in_(kept["given"]))
    session.execute(again.values(undone_at=None, undone_by_id=None))
    why = gettext("The two accounts were parted again: what one of them has seen and done is not enough.")
    _made_by_both(session, kept["made"], why, union)
    for person_id in (union.kept_id, union.gone_id):
        for module_id in _modules(session, person_id):
            settle(session, module_id, [person_id], now=union.now)
            end(session, module_id, {person_id: why}, by=union.by, now=union.now)


def moved(session: Session, person_id: int, now: datetime) -> None:
    """Somebody learns in another cohort: who has seen or done enough under its rules has done it."""
    finish_steps(session, _steps(session, person_id), now=now)
    for module_id in _modules(session, person_id):
        settle(session, module_id, [person_id], now=now)


def _given_again(session: Session, union: Union) -> list[int]:
    """Where one of the two has what was taken back from the other, she has it: which revocations that ends."""
    twin = Completion.__table__.alias("twin")
    stands = sa.exists().where(Revocation.completion_id == twin.c.id, Revocation.undone_at.is_(None))
    same = twin.c.step_id == Completion.step_id, twin.c.rule_version_id == Completion.rule_version_id
    holds = sa.exists().where(twin.c.person_id == union.gone_id, *same, ~stands.correlate(twin))
    asked = sa.select(Revocation.id).join(Completion, Completion.id == Revocation.completion_id).where(
        Completion.person_id == union.kept_id, Revocation.undone_at.is_(None), holds.correlate(Completion)
    )  # fmt: skip
    ids = list(session.scalars(asked))
    ended = sa.update(Revocation).where(Revocation.id.in_(ids))
    session.execute(ended.values(undone_at=union.now, undone_by_id=union.by.id))
    return ids


def _made_by_both(session: Session, ids: list[int], why: str, union: Union) -> None:
    """Steps that were done by what both had seen are taken back, but where the one that stayed has seen enough."""
    rows = session.execute(sa.select(Completion.__table__).where(Completion.id.in_(ids))).mappings().all()
    session.execute(sa.delete(Completion).where(Completion.id.in_(ids)))
    finish_steps(session, {row["step_id"] for row in rows}, now=union.now)
    for row in rows:
        hers = Completion.person_id == row["person_id"], Completion.step_id == row["step_id"]
        if session.scalar(sa.select(sa.func.count()).select_from(Completion).where(*hers)):
            continue
        taken: dict[str, Any] = {name: value for name, value in row.items() if name != "id"}
        completion = Completion(**taken)
        session.add(completion)
        session.flush()
        revoke(session, completion, by=union.by, why=why, now=union.now)


def _completions(session: Session, person_id: int) -> set[int]:
    return set(session.scalars(sa.select(Completion.id).where(Completion.person_id == person_id)))


def _steps(session: Session, person_id: int) -> set[int]:
    return set(session.scalars(sa.select(Watching.step_id).where(Watching.person_id == person_id).distinct()))


def _modules(session: Session, person_id: int) -> list[int]:
    asked = sa.select(Step.module_id).join(Completion, Completion.step_id == Step.id)
    return sorted(session.scalars(asked.where(Completion.person_id == person_id).distinct()))
