"""What a machine wrote, until somebody has read it and learners see it. Flush, never commit."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.i18n import lazy
from app.people.models import Person
from media import actions
from media.captions import LANGUAGES
from media.models import Caption, SpeechDraft, Version

MACHINE = "%s (auto)"
"""What subtitles are called that nobody has published."""


def keep(session: Session, row: SpeechDraft, body: str, now: datetime) -> Caption:
    """What the machine wrote, where no learner sees it."""
    told = {"language": row.language, "label": MACHINE % LANGUAGES[row.language], "by_id": row.created_by_id}
    kept = Caption(version_id=row.version_id, body=body, at=now, put_away_at=now, **told)
    session.add(kept)
    session.flush()
    session.execute(update(SpeechDraft).where(SpeechDraft.id == row.id).values(caption_id=kept.id))
    return kept


def unpublished(session: Session, caption: Caption) -> bool:
    """Whether a machine wrote this, and nobody has published it or put it away."""
    return session.scalar(select(SpeechDraft.id).where(*_open(caption)).limit(1)) is not None


def change(session: Session, caption: Caption, body: str, now: datetime) -> None:
    """Correct a draft. It stays one row until it is published: no learner has seen what stood there before."""
    caption.body, caption.at = body, now
    session.flush()


def publish(session: Session, version: Version, caption: Caption, by: Person, now: datetime) -> None:
    """Somebody has read it: learners see it, under the plain name of its language, in place of what they saw."""
    if caption.put_away_at is not None:
        actions.clear_language(session, version, caption.kind, caption.language, by, now)
        caption.put_away_at = None
    caption.label = LANGUAGES.get(caption.language, caption.label)
    session.flush()
    looked_at(session, caption, by, now)


def looked_at(session: Session, caption: Caption, by: Person, now: datetime) -> None:
    """It is a draft no longer: somebody has published it, or put it away."""
    session.execute(update(SpeechDraft).where(*_open(caption)).values(reviewed_at=now, reviewed_by_id=by.id))


def check_seen(session: Session, caption: Caption) -> None:
    """Refuse to show learners a draft that nobody has opened to publish it."""
    if unpublished(session, caption):
        raise Conflict(lazy("A machine wrote these subtitles: read them first, then publish them from there."))


def _open(caption: Caption) -> tuple[Any, ...]:
    return SpeechDraft.caption_id == caption.id, SpeechDraft.reviewed_at.is_(None)
