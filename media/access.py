"""The only way from an id that someone typed to a recording, a version or an upload. All for administrators."""

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, selectinload

from app.errors import NotFound
from app.people.models import Person
from media.models import Caption, Piece, Recording, Replacement, Version
from media.rules import Origin


def recording_for(session: Session, person: Person, public_id: str) -> Recording:
    """The recording with its versions, renditions and captions."""
    asked = select(Recording).where(Recording.public_id == public_id).options(*_whole())
    found = session.scalar(asked) if person.is_admin else None
    if found is None:
        raise NotFound
    return found


def recording_alone(session: Session, person: Person, public_id: str) -> Recording:
    """The same, for whoever changes its subtitles: until this transaction ends, others who do so wait."""
    session.execute(select(Recording.id).where(Recording.public_id == public_id).with_for_update(key_share=True))
    return recording_for(session, person, public_id)


def upload_for(session: Session, person: Person, public_id: str) -> Version:
    """The version that is, or was, being sent to this address, with its recording; to what the server draws itself,
    nobody sends."""
    asked = (
        select(Version)
        .join(Version.recording)
        .where(Version.public_id == public_id, Version.origin == Origin.SENT)
        .options(contains_eager(Version.recording))
        .execution_options(populate_existing=True)  # Asked again after a long stream: others may have cancelled.
    )
    found = session.scalar(asked) if person.is_admin else None
    if found is None:
        raise NotFound
    return found


def sent_to(session: Session, person: Person, public_id: str) -> Version | Piece:
    """What is, or was, being sent to this address: a file, or one's own piece of one."""
    asked = select(Piece).where(Piece.public_id == public_id, Piece.created_by_id == person.id)
    found = session.scalar(asked.execution_options(populate_existing=True)) if person.is_admin else None
    return found or upload_for(session, person, public_id)


def caption_of(version: Version, public_id: str) -> Caption:
    """These subtitles of a version that is loaded with them."""
    found = next((caption for caption in version.captions if caption.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def version_of(recording: Recording, public_id: str) -> Version:
    """This file of a recording that is loaded with them."""
    found = next((version for version in recording.versions if version.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def replacement_of(session: Session, recording: Recording, number: str) -> Replacement:
    """What was asked about a file of this recording, answered or not: a page may be answered twice."""
    own = select(Replacement).where(Replacement.recording_id == recording.id)
    found = session.scalar(own.where(Replacement.id == int(number))) if number.isascii() and number.isdigit() else None
    if found is None:
        raise NotFound
    return found


def any_caption(recording: Recording, public_id: str) -> Caption:
    """These subtitles or chapters of any file of the recording."""
    every = (caption for version in recording.versions for caption in version.captions)
    found = next((caption for caption in every if caption.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def _whole() -> tuple:
    versions = selectinload(Recording.versions)
    return versions.selectinload(Version.renditions), versions.selectinload(Version.captions)
