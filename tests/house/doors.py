"""Open every door of the house as everybody: which address each endpoint has in the furnished house, what is sent."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.db import PublicId
from tests.house.rooms import Rooms

ROLES = ("nobody", "other_learner", "learner", "other_trainer", "trainer", "admin")
QUIET = {"HEAD", "OPTIONS"}
SENT: dict[str, dict[str, Any]] = {  # The API says 422 before it looks who asks: it needs something to read.
    "POST modules_api.add_note": {"second": 1.0, "body": "Texte d’exemple"},
    "PATCH modules_api.change_note": {"body": "Texte d’exemple"},
    "POST modules_api.revoke_evidence": {"facts": [1], "again": True},
    "POST modules_api.object_to": {"body": "Texte d’exemple"},
    "POST modules_api.write_watching": {"segments": [[0, 1]]},
    "POST attendance_api.report": {"segments": []},
    "POST attendance_api.write_attendance": {"present": True, "sure": True},
    "POST cases_api.write_post": {"kind": "question", "body": "Texte d’exemple"},
    "PATCH cases_api.change_post": {"body": "Texte d’exemple"},
    "POST replacements_api.cuts": {"cuts": ""},
    "POST replacements_api.mark": {"start": 0, "end": 1},
    "POST replacements_api.accept": {"id": "1", "map": "unknown"},
    "POST replacements_api.keep": {"id": "1", "map": "unknown"},
    "POST direct_uploads.create": {"size": 1},
    "POST quizzes_api.save": {"answers": [{"position": 1, "value": "Texte d’exemple"}]},
}
ALSO_QUIET = {"uploads.offset": {"HEAD"}, "uploads.options": {"OPTIONS"}}


@dataclass(frozen=True)
class Door:
    """An endpoint and one of its methods."""

    endpoint: str
    method: str
    rule: Rule

    @property
    def name(self) -> str:
        """As the table calls it."""
        return f"{self.method} {self.endpoint}"


def doors(app: Flask) -> list[Door]:
    """Every endpoint with every method of it; the first address of an endpoint that has several."""
    found: dict[str, Door] = {}
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - (QUIET - ALSO_QUIET.get(rule.endpoint, set()))):
            door = Door(rule.endpoint, method, rule)
            found.setdefault(door.name, door)
    return sorted(found.values(), key=lambda door: door.name)


def address(app: Flask, door: Door, rooms: Rooms) -> str:
    """Where the door is in this house."""
    values = {name: _value(door, name, rooms) for name in door.rule.arguments}
    with app.test_request_context():
        return app.url_for(door.endpoint, **values)


def knock(app: Flask, door: Door, rooms: Rooms, clients: dict[str, Any]) -> int:
    """The status of the answer."""
    status: int = answer(app, door, rooms, clients).status_code
    return status


def answer(app: Flask, door: Door, rooms: Rooms, clients: dict[str, Any]) -> TestResponse:
    """What the door says; forms are sent empty, for a refusal of the content shows that the door is open."""
    options: dict[str, Any] = {}
    if door.method not in {"GET", "HEAD", "OPTIONS"}:
        options = {"json": SENT.get(door.name, {})} if door.rule.rule.startswith("/api/") else {"data": {}}
    if door.endpoint.startswith("uploads."):
        options = {"headers": {"Tus-Resumable": "1.0.0"}}
    client = clients["api" if door.rule.rule.startswith("/api/") else "pages"]
    response: TestResponse = client.open(address(app, door, rooms), method=door.method, **options)
    response.close()
    return response


KINDS = {"grading": "quiz", "minutes": "recording", "play": "recording"}


def _value(door: Door, name: str, rooms: Rooms) -> Any:
    steps, house = rooms.house.steps, rooms.house
    rows: dict[str, PublicId] = {
        "person_id": house.learner, "module_id": house.module, "cohort_id": house.cohort, "question_id": rooms.question,
        "attempt_id": rooms.handed_in, "caption_id": rooms.caption, "version_id": rooms.version,
        "step_id": steps[KINDS.get(_about(door), "in_person")],
    }  # fmt: skip
    if "/evidence" in door.rule.rule:
        rows["step_id"] = steps["recording"]
    words: dict[str, Any] = {
        "role": "learner", "position": 1, "stage": "conception", "secret": "unknown", "token": "unknown",
        "name": "master.m3u8", "lang": "fr", "language": "fr", "form": "vtt", "file_type": "txt", "table_type": "csv",
        "dimension": "module", "row_id": "unknown", "text": "unknown",
        "kind": "open" if door.endpoint.startswith("quiz_editor.") else "page",
        "number": 0,
    }  # fmt: skip
    if door.endpoint == "modules.download_recording" and name == "name":
        return "240p"
    if "/why/" in door.rule.rule and name in ("kind", "about"):
        return {"kind": "step", "about": steps["page"].public_id}[name]
    if name == "public_id":
        return _row(door, rooms).public_id
    return rows[name].public_id if name in rows else words[name]


def _about(door: Door) -> str:
    """The room that grades, or what a page of a cohort is about."""
    room, _, page = door.endpoint.partition(".")
    return room if room == "grading" else page.removesuffix("_table")


def _row(door: Door, rooms: Rooms) -> PublicId:
    """What `<public_id>` names is said by the word before it in the address."""
    steps, house = rooms.house.steps, rooms.house
    by_endpoint: dict[str, PublicId] = {
        "modules.download": steps["file"], "modules.poster": steps["recording"], "building.dates": steps["in_person"],
        "modules_api.read_formats": steps["recording"], "modules_api.add_note": steps["recording"],
        "modules_api.read_notes": steps["recording"], "modules.write_note": steps["recording"],
        "modules.read": steps["recording"], "modules.transcript": steps["recording"],
        "modules.download_recording": steps["recording"],
        "modules_api.read_watching": steps["recording"], "modules_api.write_watching": steps["recording"],
    }  # fmt: skip
    by_word: dict[str, PublicId] = {
        "recordings": rooms.recording, "uploads": rooms.upload, "attempts": rooms.attempt, "questions": rooms.question,
        "quizzes": steps["quiz"], "threads": rooms.thread, "posts": rooms.post, "cases": rooms.case,
        "sittings": rooms.sitting, "tokens": rooms.token, "sessions": rooms.sign_in, "cohorts": house.cohort,
        "people": house.learner, "erased": house.learner, "institutions": rooms.institution,
        "modules": house.module, "steps": steps["page"], "cycles": house.cycle,
        "direct-uploads": rooms.upload, "of": steps["cases"], "notes": rooms.note, "notices": rooms.notice,
        "certificates": rooms.certificate, "achievements": house.cycle,
        "viewings": rooms.viewing,
        "objections": rooms.contest,
    }  # fmt: skip
    word = door.rule.rule.split("/<public_id>")[0].rsplit("/", 1)[-1]
    return by_endpoint.get(door.endpoint) or by_word[word]
