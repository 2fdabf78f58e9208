"""When people were last at work in the discussions of a cohort."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import fetch
from modules.cases.models import Post, Thread
from modules.queries.statements import COHORT


def last_posts(session: Session, cohort_id: int) -> Mapping[int, datetime]:
    """When each author last wrote in the cohort, by person id. One statement."""
    return dict(map(tuple, fetch(session, _last(), {"cohort": cohort_id})))


@cache
def _last() -> Any:
    return (
        sa.select(Post.author_id, sa.func.max(Post.at))
        .join(Thread, Thread.id == Post.thread_id)
        .where(Thread.cohort_id == COHORT)
        .group_by(Post.author_id)
    )
