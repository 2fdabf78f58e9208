"""Which file of a recording counts is one rule for all rooms: the highest number that is ready."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from media import queries
from media.models import Recording, Version
from media.rules import State
from tests.world import World


def test_the_newest_file_is_that_with_the_highest_number_whenever_its_row_was_written(
    session: Session, house: World
) -> None:
    now = datetime.now(UTC)
    recording = Recording(title="Module 5", created_at=now)
    session.add(recording)
    session.flush()
    made = {}
    for number, state in ((3, State.FAILED), (2, State.READY), (1, State.READY)):
        made[number] = Version(recording_id=recording.id, number=number, state=state, state_at=now, created_at=now)
        made[number].shown_at = now if state is State.READY else None
        session.add(made[number])
        session.flush()
    assert made[1].id > made[2].id > made[3].id
    asked = sa.select(queries.in_use(Recording.id)).where(Recording.id == recording.id)
    assert session.scalar(asked) == made[2].id
    assert queries.playable(session, [recording.id])[recording.id].version_id == made[2].id
    made[1].shown_at = now + timedelta(seconds=1)
    session.flush()
    assert session.scalar(asked) == queries.playable(session, [recording.id])[recording.id].version_id == made[1].id
    made[1].shown_at = made[2].shown_at = None
    session.flush()
    assert session.scalar(asked) is None
    assert queries.playable(session, [recording.id])[recording.id].version_id == made[3].id
