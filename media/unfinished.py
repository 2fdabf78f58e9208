"""Uploads that were begun and not finished: found again from any browser, and known by what is in the file."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.config import Config
from app.db import fetch
from app.people.models import Person
from media import tus, uploads
from media.holds import still
from media.models import Recording, Version
from media.rules import Origin, State, share, upload_ends

MOST_NOTICES = 3


@dataclass(frozen=True)
class Unfinished:
    """One upload and how far it has come."""

    public_id: str
    recording: str
    title: str
    file_name: str
    size: int | None
    print: str  # What the page found in the file; empty where the sender told none.
    here: int
    touched: datetime
    ends: datetime
    direct: bool  # It goes to the media store itself.

    @property
    def part(self) -> float:
        """How much of it is here, 0 to 1."""
        return share(self.here, self.size)


def of(
    session: Session, config: Config, person: Person, *, size: int | None = None, print: str = ""
) -> list[Unfinished]:
    """Somebody's own, newest first; only those of this size and this print, where they are asked for."""
    rows = fetch(session, _of(), {"person": person.id})
    found = [one for row in rows if (one := _read(config, row))]
    return [one for one in found if size in {None, one.size} and print in {"", one.print}]


def left(session: Session, config: Config, person: Person, now: datetime) -> list[Unfinished]:
    """The newest of somebody's own that nobody goes on sending; the list of recordings holds the rest."""
    return [one for one in of(session, config, person) if still(one.touched, now)][:MOST_NOTICES]


def announced(session: Session, config: Config, person: Person, size: int | None, metadata: str) -> Version | None:
    """The same file, announced by the same person in the same words, of which nothing came: its answer was lost. Only
    where a print says which file it is."""
    if not size or not tus.named(metadata).get("print"):
        return None
    asked = select(Version).where(Version.created_by_id == person.id, Version.state == State.UPLOADING)
    same = asked.where(Version.size == size, Version.upload_metadata == metadata).order_by(Version.id.desc())
    found = session.scalars(same.limit(1)).first()
    return found if found is not None and uploads.offset(config, found.public_id) == 0 else None


def at(session: Session, config: Config, public_id: str) -> Unfinished | None:
    """The one that comes to this address, whoever began it."""
    found = fetch(session, _at(), {"public_id": public_id})
    return _read(config, found[0]) if found else None


def _read(config: Config, row: Any) -> Unfinished | None:
    found = uploads.standing(config, row)
    if found is None:
        return None
    here, touched = found
    return Unfinished(
        public_id=row.public_id,
        recording=row.recording,
        title=row.title,
        file_name=row.file_name,
        size=row.size,
        print=tus.named(row.upload_metadata).get("print", ""),
        here=here,
        touched=touched,
        ends=upload_ends(row.state_at),
        direct=row.multipart is not None,
    )


def _begun() -> Any:
    own = (Version.public_id, Version.file_name, Version.size, Version.received, Version.state_at, Version.multipart)
    asked = select(*own, Version.upload_metadata, Recording.public_id.label("recording"), Recording.title)
    begun = (Version.state == State.UPLOADING, Version.origin == Origin.SENT)
    return asked.join(Version.recording).where(*begun).order_by(Version.id.desc())


@lru_cache(maxsize=1)
def _of() -> Any:
    return _begun().where(Version.created_by_id == bindparam("person"))


@lru_cache(maxsize=1)
def _at() -> Any:
    return _begun().where(Version.public_id == bindparam("public_id"))
