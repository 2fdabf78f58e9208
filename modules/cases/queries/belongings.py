"""What people have in cases, as it is told before two accounts become one."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.i18n import lazy, number
from app.people.belongings import Held
from modules.cases.models import Post


def belongings(session: Session, people: Sequence[int]) -> list[Held]:
    """Posts, withdrawn ones too."""
    asked = sa.select(Post.author_id, sa.func.count()).where(Post.author_id.in_(people)).group_by(Post.author_id)
    found = dict(session.execute(asked).all())
    return [Held(lazy("Posts in discussions"), {one: number(found.get(one, 0)) for one in people})]
