"""What people have in modules, as it is told before two accounts become one."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.i18n import lazy, number, span
from app.people.belongings import Held
from modules.models import Completion, Coverage, Note


def belongings(session: Session, people: Sequence[int]) -> list[Held]:
    """Seen minutes, steps done, notes."""
    seen = sa.select(Coverage.person_id, sa.func.sum(Coverage.seconds)).where(Coverage.person_id.in_(people))
    done = sa.select(Completion.person_id, sa.func.count(Completion.step_id.distinct()))
    noted = sa.select(Note.person_id, sa.func.count()).where(Note.person_id.in_(people), Note.removed_at.is_(None))
    seconds = dict(session.execute(seen.group_by(Coverage.person_id)).all())
    steps = dict(session.execute(done.where(Completion.person_id.in_(people)).group_by(Completion.person_id)).all())
    notes = dict(session.execute(noted.group_by(Note.person_id)).all())
    return [
        Held(lazy("Seen"), {one: span(seconds.get(one, 0.0)) for one in people}),
        Held(lazy("Steps done"), {one: number(steps.get(one, 0)) for one in people}),
        Held(lazy("Notes"), {one: number(notes.get(one, 0)) for one in people}),
    ]
