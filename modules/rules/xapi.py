"""Statements of the xAPI video profile: facts of watching as other systems read them, and such statements read here.

One statement for each fact: what was played from one report to the next is a session of its own, so that its
`played-segments` are exactly the fact's. Ids are made from the fact's, so that a statement that is sent twice is one.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from modules.rules.batch import Batch, Refused, read
from modules.rules.coverage import PLACES, covered, parse_segments

PROFILE = "https://w3id.org/xapi/video"
EXTENSION = f"{PROFILE}/extensions/"
SEGMENTS = f"{EXTENSION}played-segments"
PAUSED = f"{PROFILE}/verbs/paused"
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
LONGEST_NAME = 200


class Unusable(ValueError):
    """A statement that cannot become a fact; `why` is a word, `what` its subject."""

    def __init__(self, why: str, what: str = "") -> None:
        super().__init__(why)
        self.why, self.what = why, what


@dataclass(frozen=True, slots=True)
class Said:
    """What a statement says of watching: who, of what, which passages, when."""

    id: str
    home: str
    name: str
    activity: str
    played: Batch
    at: datetime | None
    fact: int | None  # The fact of this or another installation that it was made from.


def statement_id(base: str, kind: str, number: int) -> str:
    """The id of the statement that is made from a row: the same each time, another one elsewhere."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{base}/xapi/{kind}/{number}"))


def watched(fact: Mapping[str, Any], base: str) -> dict[str, Any]:
    """The statement of a fact: `paused`, with what was played until then."""
    length, segments = fact["duration"], fact["segments"]
    progress = min(covered(segments) / length, 1.0) if length else 0.0
    reached = fact["position"] if fact["position"] is not None else max((piece[1] for piece in segments), default=0)
    result = {
        "time": round(reached, PLACES),
        "progress": round(progress, 3), "played-segments": written(segments),
    }  # fmt: skip
    context = {
        "session-id": statement_id(base, "session", fact["id"]), "length": length,
        "completion-threshold": fact["threshold"], "speed": f"{fact['speed'] or 1:g}x",
    }  # fmt: skip
    made = _statement(fact, base, statement_id(base, "fact", fact["id"]), PAUSED, "paused", context)
    made["context"]["extensions"] |= {f"{base}/xapi/class": fact["klass"], f"{base}/xapi/fact": fact["id"]}
    return made | {"result": {"extensions": _extended(result)}}


def completed(done: Mapping[str, Any], base: str) -> dict[str, Any]:
    """The statement of a step that is done."""
    context = {
        "session-id": statement_id(base, "done", done["id"]), "length": done["duration"],
        "completion-threshold": done["threshold"],
    }  # fmt: skip
    made = _statement(done, base, statement_id(base, "completion", done["id"]), COMPLETED, "completed", context)
    return made | {"result": {"completion": True, "extensions": _extended({"time": done["duration"], "progress": 1})}}


def voided(revocation: Mapping[str, Any], base: str) -> dict[str, Any]:
    """The statement by which another store hears that a fact no longer counts."""
    return {
        "id": statement_id(base, "revocation", revocation["id"]),
        "actor": _agent(base, revocation["by"] or "server"),
        "verb": {"id": VOIDED, "display": {"en-US": "voided"}},
        "object": {"objectType": "StatementRef", "id": statement_id(base, "fact", revocation["watching_id"])},
        "timestamp": revocation["at"].isoformat(),
    }


def understood(statement: Any) -> Said | None:
    """What a statement says of watching, None where it says nothing of it; Unusable where it cannot be told."""
    if not isinstance(statement, dict):
        raise Unusable("no_object")
    extensions = _dict(_dict(statement.get("result")).get("extensions"))
    if SEGMENTS not in extensions:
        return None
    found = statement.get("id")
    try:
        name = str(uuid.UUID(found if isinstance(found, str) else ""))
    except ValueError:
        raise Unusable("no_id") from None
    account = _dict(_dict(statement.get("actor")).get("account"))
    who, home = account.get("name"), account.get("homePage")
    if not (isinstance(who, str) and who and isinstance(home, str)):
        raise Unusable("no_account")
    activity = _dict(statement.get("object")).get("id")
    if not (isinstance(activity, str) and activity):
        raise Unusable("no_activity")
    fact = _dict(_dict(statement.get("context")).get("extensions")).get(f"{home}/xapi/fact")
    return Said(
        name, home[:LONGEST_NAME], who[:LONGEST_NAME], activity[:LONGEST_NAME], _played(extensions[SEGMENTS]),
        _moment(statement.get("timestamp")), fact if type(fact) is int else None,
    )  # fmt: skip


def _played(text: Any) -> Batch:
    if not isinstance(text, str):
        raise Unusable("not_a_number")
    try:
        return read(parse_segments(text), None, None)
    except Refused as refusal:
        raise Unusable(refusal.why) from refusal
    except ValueError as error:
        raise Unusable("not_a_number") from error


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo and 1900 <= moment.year <= 2199 else None


def _statement(
    about: Mapping[str, Any], base: str, name: str, verb: str, said: str, context: Mapping[str, Any]
) -> dict[str, Any]:
    parent = {"id": f"{base}/modules/{about['module']}", "objectType": "Activity"}
    return {
        "id": name,
        "actor": _agent(base, about["person"]),
        "verb": {"id": verb, "display": {"en-US": said}},
        "object": {
            "objectType": "Activity",
            "id": f"{base}/steps/{about['step']}",
            "definition": {"type": f"{PROFILE}/activity-type/video", "name": {about["lang"]: about["title"]}},
        },
        "context": {
            "contextActivities": {"category": [{"id": PROFILE}], "parent": [parent]},
            "extensions": _extended(context),
        },
        "timestamp": about["at"].isoformat(),
    }


def _agent(base: str, name: str) -> dict[str, Any]:
    return {"objectType": "Agent", "account": {"homePage": base, "name": name}}


def _extended(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{EXTENSION}{name}": value for name, value in values.items() if value is not None}


def written(segments: Sequence[Sequence[float]]) -> str:
    """Segments as the profile writes them: a[.]b[,]c[.]d."""
    return "[,]".join(f"{round(start, PLACES)}[.]{round(end, PLACES)}" for start, end in segments)


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
