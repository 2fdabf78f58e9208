"""A file that is to be used instead of another waits for a yes; the old one can come back. Flush, never commit."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from app.db import once
from app.errors import Conflict, Invalid
from app.i18n import clock, lazy
from app.people.models import Person
from media import acts, checking, cuts, marks, passages, time_maps, uses
from media.leases import COMPARISONS
from media.models import Recording, Replacement, Version
from media.passages import Passage
from media.rules import Act, Stage, State

SETTLED = frozenset({Stage.FOUND, Stage.LISTED, Stage.FAILED, Stage.STOPPED})
UNDER_WAY = frozenset({Stage.WAITING, Stage.COMPARING})
_CLEAR = {"token": None, "lease_until": None, "next_try_at": None, "progress": 0.0, "eta_s": None, "reason": None}


def of(session: Session, recording_id: int) -> Replacement | None:
    """The one that waits for a yes."""
    asked = select(Replacement).where(Replacement.recording_id == recording_id, Replacement.decided_at.is_(None))
    return session.scalar(asked)


def propose(session: Session, version_id: int, now: datetime) -> Replacement | None:
    """A file that became ready while learners see another one waits, and is compared; one that waited before it gives
    way. Nothing where it is in use already."""
    version = session.get_one(Version, version_id, populate_existing=True)
    recording = _recording(session, version.recording_id)
    shown = recording.in_use
    if version.state is not State.READY or shown is None or shown.id == version.id:
        return None
    _close(session, recording.id, now)
    files = {"from_version_id": shown.id, "version_id": version.id}
    row = Replacement(recording_id=recording.id, **files, created_at=now, state_at=now)
    if not once(session, row):
        raise Conflict(lazy("Another file of this recording was proposed in the same moment. Look again."))
    COMPARISONS.ring(session, row)
    return row


def look_again(session: Session, recording: Recording, version: Version, now: datetime) -> None:
    """Propose a file that was kept out before."""
    if version.state is not State.READY or version is recording.in_use:
        raise Conflict(lazy("This file cannot be compared: it is in use, or is not ready."))
    version.put_away_at = None
    session.flush()
    propose(session, version.id, now)


def compare(session: Session, row: Replacement, now: datetime) -> None:
    """Compare the two files once more, by sound and picture."""
    if row.stage in UNDER_WAY:
        return
    _settle(row, Stage.WAITING, now)
    row.attempt, row.cuts, row.pieces, row.sure = 0, "", [], None
    row.marked_at = row.marked_by_id = None
    COMPARISONS.ring(session, row)
    session.flush()


def hurry(session: Session, row: Replacement, now: datetime) -> None:
    """Compare now what waits for its next try, or failed."""
    if row.stage is Stage.WAITING:
        row.next_try_at, row.reason = None, None
        COMPARISONS.ring(session, row)
        session.flush()
    else:
        compare(session, row, now)


def stop(session: Session, row: Replacement, now: datetime) -> None:
    """Compare no longer; whoever does notices at the next sign of life."""
    COMPARISONS.stop(session, row, Stage.STOPPED, now)


def list_cuts(session: Session, row: Replacement, text: str, old: float, new: float, now: datetime) -> list[object]:
    """Take the pieces from a list of what was cut instead of the comparison; what is wrong in it, line by line, and
    then nothing is taken."""
    row = _locked(session, row)
    if row.decided_at is not None:
        raise Conflict(lazy("This was answered meanwhile. Look at the recording again."))
    read = cuts.read(text, old, new)
    if not read.wrong:
        _settle(row, Stage.LISTED, now)
        row.cuts, row.pieces, row.sure = text.strip(), [list(piece) for piece in read.pieces], None
        row.marked_at = row.marked_by_id = None
        session.flush()
    return read.wrong


def mark(
    session: Session, row: Replacement, passage: Passage, files: tuple[float, float], by: Person, now: datetime, *,
    same: bool,
) -> bool:  # fmt: skip
    """Ask a passage of the new file again, or count it as `same` as what stands opposite in the present one; whether
    that changed the map. `files`: how long the present file lasts, and the new one."""
    for name, second in zip(("start", "end"), passage, strict=True):
        if second > ceil(files[1]):  # As the page writes how long it is.
            raise Invalid(fields={name: lazy("The new file ends at %(end)s.", end=clock(files[1]))})
    row = _locked(session, row)
    if row.decided_at is not None:
        raise Conflict(lazy("This was answered meanwhile. Look at the recording again."))
    if row.stage in UNDER_WAY:
        raise Conflict(lazy("The two files are still being compared. Stop that first, or wait for its end."))
    before = passages.tidy(row.pieces)
    pieces = marks.filled(before, [passage], *files) if same else marks.without(before, [passage])
    if pieces == before:
        return False
    row.pieces, row.marked_at, row.marked_by_id = [list(piece) for piece in pieces], now, by.id
    session.flush()
    return True


def print_of(row: Replacement) -> str:
    """What an answer names, so that a yes is for the map that was seen."""
    told = json.dumps([row.id, row.stage in SETTLED, [list(map(float, piece)) for piece in row.pieces]])
    return sha256(told.encode()).hexdigest()[:16]


def accept(session: Session, recording: Recording, answer: Replacement, seen: str, by: Person | None, now: datetime,
           ) -> bool:  # fmt: skip
    """Use the new file; whether this was the answer that did it. `seen`: the print of the map that was answered."""
    row = _locked(session, answer)
    if row.decided_at is not None:
        return _decided(row, True)
    if row.stage in UNDER_WAY or seen != print_of(row):
        raise Conflict(lazy("The map has changed meanwhile. Look at it again before you answer."))
    recording = _recording(session, recording.id)
    version, shown = _version(recording, row.version_id), recording.in_use
    if version.state is not State.READY or shown is None or shown.id != row.from_version_id:
        raise Conflict(lazy("Another file has come into use meanwhile. Look again before you answer."))
    row.decided_at, row.decided_by_id, row.accepted = now, by.id if by else None, True
    _settle(row, row.stage, now)
    session.flush()
    time_maps.write(session, recording.id, row.decided_by_id, now)
    _show(recording, version, now)
    checking.captions(session, shown, version, row.pieces, by, now)
    acts.keep(session, Act.REPLACED, recording.id, by, now, version=version)
    uses.shown_anew(session, recording.id, now)
    return True


def keep(session: Session, recording: Recording, answer: Replacement, by: Person | None, now: datetime) -> bool:
    """Keep the present file; the other one stays on record and can be looked at again."""
    row = _locked(session, answer)
    if row.decided_at is not None:
        return _decided(row, False)
    row.decided_at, row.decided_by_id, row.accepted = now, by.id if by else None, False
    _settle(row, row.stage, now)
    version = _version(_recording(session, recording.id), row.version_id)
    version.put_away_at = now
    acts.keep(session, Act.KEPT, recording.id, by, now, version=version)
    return True


def bring_back(session: Session, recording: Recording, version: Version, by: Person | None, now: datetime) -> bool:
    """Use a file again that was in use before: what was seen of the others is carried to it by the maps of then."""
    recording = _recording(session, recording.id)
    version = _version(recording, version.id)
    if version.state is not State.READY or version.shown_at is None:
        raise Conflict(lazy("This file was never in use: compare it with the present one first."))
    if version is recording.in_use:
        return False
    waiting = of(session, recording.id)
    _show(recording, version, now, waiting.version_id if waiting else None)
    session.flush()
    acts.keep(session, Act.BROUGHT_BACK, recording.id, by, now, version=version)
    uses.shown_anew(session, recording.id, now)
    if waiting is not None:
        other = waiting.version_id
        _close(session, recording.id, now)
        if other != version.id and _version(recording, other).put_away_at is None:
            propose(session, other, now)
    return True


def came_back(recording: Recording) -> Sequence[Version]:
    """The files that can come back."""
    shown = recording.in_use
    return [each for each in recording.versions if each.shown_at and each is not shown and each.state is State.READY]


def _show(recording: Recording, version: Version, now: datetime, waiting: int | None = None) -> None:
    """From now on learners see this one; ready ones that came after it are put away but for the one that is `waiting`,
    and it counts as the newest."""
    last = max((each.shown_at for each in recording.versions if each.shown_at), default=now)
    version.shown_at, version.put_away_at = max(now, last + timedelta(microseconds=1)), None
    for other in recording.versions:
        ready = other.state is State.READY and other.put_away_at is None and other.id != waiting
        if ready and other.number > version.number:
            other.put_away_at = now


def _close(session: Session, recording_id: int, now: datetime) -> None:
    still = Replacement.recording_id == recording_id, Replacement.decided_at.is_(None)
    session.execute(update(Replacement).where(*still).values(decided_at=now, **_CLEAR))


def _settle(row: Replacement, stage: Stage, now: datetime) -> None:
    row.stage, row.state_at = stage, now
    for name, value in _CLEAR.items():
        setattr(row, name, value)


def _locked(session: Session, row: Replacement) -> Replacement:
    asked = select(Replacement).where(Replacement.id == row.id).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one()


def _recording(session: Session, recording_id: int) -> Recording:
    """Locked, so that only one file comes into use at a time."""
    asked = select(Recording).where(Recording.id == recording_id).with_for_update()
    fresh = asked.options(selectinload(Recording.versions)).execution_options(populate_existing=True)
    return session.scalars(fresh).one()


def _version(recording: Recording, version_id: int) -> Version:
    return next(version for version in recording.versions if version.id == version_id)


def _decided(row: Replacement, wanted: bool) -> bool:
    if row.accepted is wanted:
        return False
    raise Conflict(lazy("This was answered meanwhile, and otherwise. Look at the recording again."))
