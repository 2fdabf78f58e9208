"""A file that waits for a yes, by machine: look at its map, write down the cuts, answer."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint

from app.errors import Conflict, Invalid, NotFound
from app.i18n import lazy
from app.web.access import api_admin_only, viewer
from app.web.api import validate
from app.web.session import session
from media import access, replacing
from media.models import Recording, Replacement
from media.replacing_schemas import AnsweredOut, AnswerIn, CutsIn, MarkIn, ReplacementOut
from media.review import Review, facts, review

bp = Blueprint("replacements_api", __name__, url_prefix="/api/v1/recordings/<public_id>/replacement")
bp.before_request(api_admin_only)


@bp.get("")
@validate({200: ReplacementOut}, tags=("recordings",))
def one(public_id: str) -> Any:
    """The file that waits, and where its time lies in the one in use; 404 where none does."""
    return _out(_waiting(public_id)[1])


@bp.post("/cuts")
@validate({200: ReplacementOut}, json=CutsIn, tags=("recordings",))
def cuts(public_id: str, json: CutsIn) -> Any:
    """Draw the map by a list of what was changed."""
    recording, found = _waiting(public_id)
    old, new = found.old.duration or 0.0, found.new.duration or 0.0
    if wrong := replacing.list_cuts(session(), found.row, json.cuts, old, new, datetime.now(UTC)):
        raise Invalid(fields={"cuts": " ".join(str(sentence) for sentence in wrong)})
    return _again(recording)


@bp.post("/marks")
@validate({200: ReplacementOut}, json=MarkIn, tags=("recordings",))
def mark(public_id: str, json: MarkIn) -> Any:
    """Ask a passage again, or count it as the same, where one knows better than the comparison."""
    recording, found = _waiting(public_id)
    if json.end <= json.start:
        raise Invalid(fields={"end": lazy("The passage ends before it begins.")})
    passage, now = (json.start, json.end), datetime.now(UTC)
    replacing.mark(session(), found.row, passage, found.lengths, viewer(), now, same=json.same)
    return _again(recording)


@bp.post("/acceptance")
@validate({200: AnsweredOut}, json=AnswerIn, tags=("recordings",))
def accept(public_id: str, json: AnswerIn) -> Any:
    """Use the new file."""
    recording, answer = _answered(public_id, json)
    did = replacing.accept(session(), recording, answer, json.map, viewer(), datetime.now(UTC))
    return _in_use(recording, did)


@bp.post("/rejection")
@validate({200: AnsweredOut}, json=AnswerIn, tags=("recordings",))
def keep(public_id: str, json: AnswerIn) -> Any:
    """Keep the present file."""
    recording, answer = _answered(public_id, json)
    return _in_use(recording, replacing.keep(session(), recording, answer, viewer(), datetime.now(UTC)))


def _again(recording: Recording) -> ReplacementOut:
    found = review(session(), recording)
    assert found is not None
    return _out(found)


def _out(found: Review) -> ReplacementOut:
    return ReplacementOut(**facts(found))


def _waiting(public_id: str) -> tuple[Recording, Review]:
    recording = access.recording_for(session(), viewer(), public_id)
    found = review(session(), recording)
    if found is None:
        raise NotFound
    return recording, found


def _answered(public_id: str, json: AnswerIn) -> tuple[Recording, Replacement]:
    recording = access.recording_for(session(), viewer(), public_id)
    return recording, access.replacement_of(session(), recording, json.id)


def _in_use(recording: Recording, did: bool) -> AnsweredOut:
    if recording.in_use is None:
        raise Conflict(lazy("Another file has come into use meanwhile. Look again before you answer."))
    return AnsweredOut(upload=recording.in_use.public_id, now=did)
