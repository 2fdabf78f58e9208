"""What administrators do with recordings, and how an upload moves on. Flush, never commit."""

import unicodedata
from datetime import datetime
from pathlib import PurePath
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.config import Config
from app.db import new_public_id, once
from app.errors import Conflict, Invalid
from app.i18n import lazy
from app.people.models import Person
from app.text import clean_line
from media import acts, room, rules, tus, uploads
from media.captions import LANGUAGES
from media.leases import VERSIONS
from media.models import Caption, Piece, Recording, Version
from media.rules import Act, Origin, State

TRIES = 3
LONGEST_TITLE = 300


def create(
    session: Session,
    person: Person | None,
    config: Config,
    *,
    title: str = "",
    file_name: str = "",
    size: int | None = None,
    metadata: str = "",
    recording: Recording | None = None,
    origin: Origin = Origin.SENT,
    here: int = 0,
    public_id: str | None = None,
    direct: bool = False,
    now: datetime,
) -> Version:
    """Save the record before the file: a new recording, or one more version of it. `here`: bytes of it that are on the
    disk already; `person` None: whoever looks after the server; `direct`: it goes to the media store itself."""
    tus.promised_sum(tus.named(metadata))
    room.let_in(config, size, promises(session), here)
    if recording is None:
        recording = Recording(title=checked_title(title), created_at=now, created_by_id=person.id if person else None)
        session.add(recording)
        session.flush()
    told = {"file_name": shown_name(file_name), "upload_metadata": metadata, "size": size, "origin": origin}
    told |= ({"public_id": public_id} if public_id else {}) | ({"multipart": ""} if direct else {})
    version = _next_version(session, recording, person, now, told)
    if not direct:
        uploads.create(config, version.public_id)
    return version


def promises(session: Session) -> list[room.Promise]:
    """The uploads that were let in with their sizes: room is kept for them."""
    whole = select(Version.public_id, Version.size).where(Version.state == State.UPLOADING, Version.size.is_not(None))
    asked = whole.where(Version.multipart.is_(None)).union_all(
        select(Piece.public_id, Piece.size).where(Piece.version_id.is_(None), Piece.size > Piece.received)
    )
    return [(row.public_id, row.size or 0) for row in session.execute(asked)]


def others_promises(session: Session, version: Version | Piece) -> list[room.Promise]:
    """What the bytes of this upload must leave room for: nothing more when its own size was let in already."""
    return promises(session) if version.size is None else []


def check_size(session: Session, config: Config, version: Version | Piece, size: int) -> None:
    """Whether there is room for a file whose deferred length is told with a later request."""
    if version.size is None:
        room.let_in(config, size, promises(session), uploads.offset(config, version.public_id) or 0)


def arrived(session: Session, version: Version | Piece, offset: int, now: datetime, size: int | None = None) -> None:
    """Note how far the file has come, and its `size` where it is told only now; a whole file goes to the worker."""
    if version.state is not State.UPLOADING:
        return
    if version.size is None:
        version.size = size
    version.received, version.state_at = offset, now
    if isinstance(version, Piece):
        return session.flush()
    version.progress = rules.share(offset, version.size)
    if version.size is not None and offset >= version.size:
        _move(version, State.RECEIVED, now)
        VERSIONS.ring(session, version)
    session.flush()


def check_cancel(version: Version) -> None:
    """Refuse where there is nothing left to stop."""
    if not rules.may_cancel(version.state):
        raise Conflict(lazy("This file is already finished; there is nothing to cancel."))


def cancel(session: Session, config: Config, version: Version, by: Person | None, now: datetime) -> None:
    """Stop it where it stands; the worker notices at its next sign of life."""
    if not VERSIONS.stop(session, version, State.CANCELLED, now, State.UPLOADING):
        raise Conflict(lazy("This file is already finished; there is nothing to cancel."))
    acts.keep(session, Act.CANCELLED, version.recording_id, by, now, version=version)
    uploads.discard(config, version.public_id)


def retry(session: Session, config: Config, version: Version, by: Person | None, now: datetime) -> None:
    """Try once more with the same file, or without waiting for the next try."""
    waits = version.state is State.RECEIVED
    if not (waits or rules.may_retry(version.state, version.reason)) or uploads.standing(config, version) is None:
        raise Conflict(lazy("The file is no longer here: send it again."))
    version.attempt, version.next_try_at, version.reason = 0, None, None
    _move(version, State.RECEIVED, now)
    acts.keep(session, Act.RETRIED, version.recording_id, by, now, version=version)
    VERSIONS.ring(session, version)


def put_away(session: Session, config: Config, recording: Recording, by: Person, now: datetime) -> None:
    """Keep the earlier file: the newest came to nothing, and stays on record only."""
    newest = recording.newest
    if newest.state not in {State.FAILED, State.CANCELLED} or recording.earlier is None:
        raise Conflict(lazy("There is no failed file to put away here."))
    newest.put_away_at = now
    acts.keep(session, Act.PUT_AWAY, recording.id, by, now, version=newest)
    uploads.discard(config, newest.public_id)


def rename(session: Session, recording: Recording, title: str) -> None:
    """Give it another title."""
    recording.title = checked_title(title, required=True)
    session.flush()


def retitle(session: Session, version: Version | Piece, title: str) -> None:
    """Take the title that comes with the bytes of a resumed upload. It counts once: told again with the next bytes, it
    must not undo what somebody else has written meanwhile."""
    if isinstance(version, Piece):
        return
    told = tus.named(version.upload_metadata)
    if title and title != told.get("title", "") and not told.get("recording"):
        version.recording.title = checked_title(title)
        version.upload_metadata = tus.retold(version.upload_metadata, title=title)
        session.flush()


def archive(session: Session, recording: Recording, by: Person, now: datetime) -> None:
    """Take it off the list; steps that show it go on showing it."""
    if recording.archived_at is None:
        recording.archived_at = now
        acts.keep(session, Act.ARCHIVED, recording.id, by, now)


def restore(session: Session, recording: Recording, by: Person, now: datetime) -> None:
    """Put it back on the list."""
    if recording.archived_at is not None:
        recording.archived_at = None
        acts.keep(session, Act.RESTORED, recording.id, by, now)


def caption(
    session: Session, version: Version, person: Person, language: str, label: str, body: str, now: datetime, *,
    kind: str = "captions",
) -> Caption:  # fmt: skip
    """Keep subtitles or chapters; those of the same language are put away."""
    values = {"kind": kind, "language": language, "label": label, "body": body, "at": now, "by_id": person.id}
    for _try in range(TRIES):
        clear_language(session, version, kind, language, person, now)
        if once(session, kept := Caption(version_id=version.id, **values)):
            return kept
    raise Conflict(lazy("Somebody is changing these subtitles as well. Look at them and save again."))


def put_caption_away(session: Session, version: Version, caption: Caption, by: Person, now: datetime) -> None:
    """Show these subtitles no longer; they can come back."""
    if caption.put_away_at is None:
        caption.put_away_at = now
        acts.keep(session, Act.SUBTITLES_AWAY, version.recording_id, by, now, version=version, caption_id=caption.id)


def put_caption_back(session: Session, version: Version, caption: Caption, by: Person, now: datetime) -> None:
    """Show subtitles again that were put away; those that are shown in their language change places with them."""
    if caption.put_away_at is None:
        return
    clear_language(session, version, caption.kind, caption.language, by, now)
    try:
        with session.begin_nested():
            caption.put_away_at = None
            caption.label = LANGUAGES.get(caption.language, caption.label)  # Also of what a machine had begun.
            session.flush()
    except IntegrityError:
        raise Conflict(lazy("Somebody is changing these subtitles as well. Look at them and save again.")) from None
    acts.keep(session, Act.SUBTITLES_BACK, version.recording_id, by, now, version=version, caption_id=caption.id)


def clear_language(session: Session, version: Version, kind: str, language: str, by: Person, now: datetime) -> None:
    """Put away what is shown in this language."""
    shown = select(Caption).where(Caption.version_id == version.id, Caption.language == language, Caption.kind == kind)
    for caption in session.scalars(shown.where(Caption.put_away_at.is_(None))):
        put_caption_away(session, version, caption, by, now)


def checked_title(title: str, required: bool = False) -> str:
    """A title as people may write it, or the sentence that says why not."""
    text = " ".join(title.split())
    if not text and not required:
        return ""
    if not text:
        raise Invalid(fields={"title": lazy("Write the title.")})
    try:
        return clean_line(text, longest=LONGEST_TITLE)
    except Invalid as refusal:
        raise Invalid(fields={"title": refusal.sentence}) from refusal


def shown_name(file_name: str) -> str:
    """The client's name for its file, without characters that hide or turn others; only ever shown."""
    kept = "".join(c for c in file_name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    return kept.strip()[-200:]


def title_of(file_name: str) -> str:
    """The title of a recording that nobody gave one: its file's name, without ending and underlines."""
    stem = PurePath(shown_name(file_name)).stem.replace("_", " ")
    try:
        return checked_title(stem)
    except Invalid:
        return ""


def _next_version(
    session: Session, recording: Recording, person: Person | None, now: datetime, told: dict[str, Any]
) -> Version:
    """The row of one more file; its number may be taken in the same moment by somebody else's."""
    last = select(func.coalesce(func.max(Version.number), 0)).where(Version.recording_id == recording.id)
    stamps = {"state_at": now, "created_at": now, "created_by_id": person.id if person else None}
    for _try in range(TRIES):
        number = session.scalars(last).one() + 1
        version = Version(recording_id=recording.id, number=number, **{"public_id": new_public_id(), **stamps, **told})
        if once(session, version):
            set_committed_value(version, "recording", recording)
            return version
    raise Conflict(lazy("Somebody is sending a file for this recording as well. Try again."))


def _move(version: Version, state: State, now: datetime) -> None:
    version.state, version.state_at, version.progress, version.eta_s = state, now, 0.0, None
