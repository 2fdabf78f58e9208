"""What was done with a recording, by whom and when: kept with the act itself, and never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.i18n import lazy
from app.people.models import Person
from media.models import Caption, Recording, RecordingAct, Version
from media.rules import Act, Origin

MOST = 100
WORDS: dict[Act, Any] = {
    Act.ARCHIVED: lazy("Recording archived"),
    Act.RESTORED: lazy("Recording put back on the list"),
    Act.CANCELLED: lazy("File %(number)d cancelled"),
    Act.RETRIED: lazy("Conversion of file %(number)d tried again"),
    Act.PUT_AWAY: lazy("File %(number)d put away, the earlier one kept"),
    Act.SUBTITLES_AWAY: lazy("Subtitles put away: %(label)s"),
    Act.SUBTITLES_BACK: lazy("Subtitles put back: %(label)s"),
    Act.REPLACED: lazy("File %(number)d used instead of the one before"),
    Act.KEPT: lazy("File %(number)d not used, the present one kept"),
    Act.BROUGHT_BACK: lazy("File %(number)d brought back"),
}
CHAPTERS: dict[Act, Any] = {
    Act.SUBTITLES_AWAY: lazy("Chapters put away: %(label)s"),
    Act.SUBTITLES_BACK: lazy("Chapters put back: %(label)s"),
}


@dataclass(frozen=True)
class Done:
    """One act; `by` None: nobody who was signed in did it, or the account was `erased`."""

    act: Act
    file: int | None  # The number of the file it was done to.
    label: str | None  # Of the subtitles.
    at: datetime
    by: str | None
    erased: bool
    kind: str | None = None  # Whether they are subtitles or chapters.

    @property
    def words(self) -> str:
        """What was done, and to what."""
        words = CHAPTERS.get(self.act, WORDS[self.act]) if self.kind == "chapters" else WORDS[self.act]
        return str(words) % {"number": self.file or 0, "label": self.label or ""}


def keep(
    session: Session, act: Act, recording_id: int, by: Person | None, now: datetime, *, version: Version | None = None,
    caption_id: int | None = None,
) -> None:  # fmt: skip
    """Note who did it."""
    about = {"version_id": version.id if version else None, "caption_id": caption_id}
    session.add(RecordingAct(recording_id=recording_id, act=act, at=now, by_id=by.id if by else None, **about))
    session.flush()


def of(session: Session, recording: Recording) -> Sequence[Done]:
    """What was done with it, the newest first; of an erased person the act stays and the name goes."""
    asked = (
        select(
            RecordingAct.act,
            Version.number,
            Caption.label,
            RecordingAct.at,
            Person.name,
            Person.erased_at,
            Caption.kind,
        )
        .outerjoin(Version, Version.id == RecordingAct.version_id)
        .outerjoin(Caption, Caption.id == RecordingAct.caption_id)
        .outerjoin(Person, Person.id == RecordingAct.by_id)
        .where(RecordingAct.recording_id == recording.id)
        .order_by(RecordingAct.at.desc(), RecordingAct.id.desc())
        .limit(MOST)
    )
    return [
        Done(act, number, label, at, None if erased else name, erased is not None, kind)
        for act, number, label, at, name, erased, kind in session.execute(asked)
    ]


def senders(session: Session, recording: Recording) -> dict[int, tuple[str, bool]]:
    """Who sent each of its files, by the file's number: the name, and whether the account was erased."""
    asked = select(Version.number, Person.name, Person.erased_at).join(Person, Person.id == Version.created_by_id)
    sent = asked.where(Version.recording_id == recording.id, Version.origin == Origin.SENT)
    return {number: (name, erased is not None) for number, name, erased in session.execute(sent)}
