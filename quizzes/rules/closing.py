"""When an attempt takes no more answers."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from quizzes.rules.kinds import Value

# Every save is kept. Who writes for three hours and rests every three seconds saves 3,600 times; as many saves of
# texts that grow to four thousand letters are 8 MB. A machine that never stops is held there.
MOST_SAVES = 4_000
MOST_BYTES = 8_000_000
# The server has only the device's word for when something was written: a phone may wait so long, then it is over.
LATEST = timedelta(days=14)


class Closed(StrEnum):
    """Why an attempt takes no more answers."""

    HANDED_IN = "handed_in"
    ARCHIVED = "archived"
    FULL = "full"


def closed(
    submitted_at: datetime | None,
    archived_at: datetime | None,
    said: Collection[datetime],
    saves: int,
    size: int,
    now: datetime,
) -> Closed | None:
    """Why answers that were given at these moments are refused, if they are; with them the attempt holds so many saves
    of so many bytes.

    What was answered before the attempt was handed in, or its step put away, may arrive later: a phone without signal
    has to wait, and what was written is kept. It waits for two weeks.
    """
    for reason, at in ((Closed.HANDED_IN, submitted_at), (Closed.ARCHIVED, archived_at)):
        if at is not None and (now > at + LATEST or any(moment > at for moment in said)):
            return reason
    return Closed.FULL if saves > MOST_SAVES or size > MOST_BYTES else None


def size_of(values: Collection[Value]) -> int:
    """How many bytes the answers are, counted as people write them: an Arabic letter is two, not six."""
    return sum(len(json.dumps(value, ensure_ascii=False).encode()) for value in values)
