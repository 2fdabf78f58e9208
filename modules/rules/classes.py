"""The classes of evidence: how somebody is said to have taken a passage in, and which of them count for a step."""

from collections.abc import Iterable, Mapping
from typing import Any

ONLINE = "online"
OFFLINE = "offline device"
IN_ROOM = "in room"
READ = "equivalent reading"
CLASSES = (ONLINE, OFFLINE, IN_ROOM, READ)

Classes = frozenset[str] | None  # None: all of them.


def classes(terms: Mapping[str, Any] | None, step_public_id: str) -> Classes:
    """Which classes a rule version counts for a step: where it names none, all."""
    asked = (terms or {}).get(step_public_id) or {}
    return frozenset(asked.get("classes") or ()) or None


def counted(summaries: Iterable[Any], which: Classes) -> list[Any]:
    """The summaries of these classes."""
    return [summary for summary in summaries if which is None or summary.klass in which]
