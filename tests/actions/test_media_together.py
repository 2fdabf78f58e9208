"""Two people send a file for the same recording, or the same subtitles, in the same moment."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from app.db import db
from app.errors import Conflict
from media import actions
from media.models import Caption, Recording, Version
from tests.world import ready_recording

NOW = datetime.now(UTC)


@pytest.fixture
def rival(app: Any) -> Iterator[Callable[..., None]]:
    """`rival(table, times, values)`: so many times, somebody else's row is there just before ours is written."""
    engine, listeners = db.engine, []

    def enter(table: sa.Table, times: int, values: Callable[[int], dict[str, Any]]) -> None:
        left = [times]

        def first(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if left[0] and statement.startswith(f"INSERT INTO {table.name} "):
                left[0] -= 1
                mine, left[0] = left[0], 0
                connection.execute(table.insert().values(values(times - mine)))
                left[0] = mine

        event.listen(engine, "before_cursor_execute", first)
        listeners.append(first)

    yield enter
    for first in listeners:
        event.remove(engine, "before_cursor_execute", first)


def test_one_more_version_takes_the_next_free_number(app, session, house, rival):
    """The rival's row comes inside our savepoint and leaves with it: the number is asked again and is free."""
    recording = session.get_one(Recording, ready_recording(session, house.steps["recording"]).recording_id)
    session.commit()
    row = {"recording_id": recording.id, "state": "uploading", "state_at": NOW, "created_at": NOW}
    row |= {"file_name": "", "upload_metadata": "", "received": 0, "progress": 0, "attempt": 0}
    rival(Version.__table__, 1, lambda turn: {**row, "number": 2, "public_id": f"rival{turn}"})
    made = actions.create(session, house.admin, app.config["HOUSE"], recording=recording, size=3, now=NOW)
    assert (made.number, made.recording) == (2, recording)
    rival(Version.__table__, actions.TRIES, lambda turn: {**row, "number": 3, "public_id": f"other{turn}"})
    with pytest.raises(Conflict):
        actions.create(session, house.admin, app.config["HOUSE"], recording=recording, size=3, now=NOW)


def test_subtitles_that_come_together_are_kept_once(app, session, house, rival):
    version = ready_recording(session, house.steps["recording"])
    session.commit()
    row = {"version_id": version.id, "language": "fr", "label": "Français", "at": NOW}
    rival(Caption.__table__, 1, lambda _turn: {**row, "body": "rival"})
    actions.caption(session, version, house.admin, "fr", "Français", "mine", NOW)
    session.commit()
    assert session.scalars(sa.select(Caption.body)).all() == ["mine"]
