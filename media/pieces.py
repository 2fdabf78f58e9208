"""A file that was sent as several uploads at once: its pieces, and how they are joined to one file."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session

from app.config import Config
from app.errors import Conflict, NotFound
from app.i18n import lazy
from app.people.models import Person
from media import actions, room, tus, uploads
from media.models import Piece, Recording, Version
from media.rules import FAULT_OF_THE_SERVER, UPLOAD_DAYS, State


def create(session: Session, person: Person, config: Config, asked: tus.Creation, now: datetime) -> Piece:
    """Keep a place for one piece."""
    room.let_in(config, asked.size, actions.promises(session))
    piece = Piece(
        size=asked.size, upload_metadata=asked.metadata, state_at=now, created_at=now, created_by_id=person.id
    )
    session.add(piece)
    session.flush()
    uploads.create(config, piece.public_id)
    return piece


def join(
    session: Session,
    person: Person,
    config: Config,
    asked: tus.Creation,
    recording: Recording | None,
    now: datetime,
) -> Version:
    """Make one file of pieces that are whole; the worker joins their bytes. Asked again after a lost answer, the same
    pieces are the same file."""
    found = select(Piece).where(Piece.public_id.in_(asked.pieces), Piece.created_by_id == person.id)
    known = {piece.public_id: piece for piece in session.scalars(found)}
    if len(known) != len(asked.pieces):
        raise NotFound
    pieces = [known[public_id] for public_id in asked.pieces]
    before = {piece.version_id for piece in pieces}
    if before != {None}:
        return _again(session, pieces, before)
    if any(piece.state is not State.RECEIVED for piece in pieces):
        raise Conflict(lazy("Parts of this file have not arrived yet."))
    size = sum(piece.received for piece in pieces)
    version = actions.create(
        session, person, config, title=asked.named.get("title", ""), file_name=asked.named.get("filename", ""),
        size=size, metadata=asked.metadata, recording=recording, here=size, now=now,
    )  # fmt: skip
    for place, piece in enumerate(pieces):
        free = update(Piece).where(Piece.id == piece.id, Piece.version_id.is_(None))
        taken = session.execute(free.values(version_id=version.id, place=place))
        assert isinstance(taken, CursorResult)
        if not taken.rowcount:
            raise Conflict
    actions.arrived(session, version, size, now)
    return version


def of(session: Session, version_id: int) -> list[Piece]:
    """The pieces of a version, in order."""
    return list(session.scalars(select(Piece).where(Piece.version_id == version_id).order_by(Piece.place)))


def forget(session: Session, config: Config, piece: Piece) -> None:
    """Delete a piece that belongs to no file."""
    if piece.version_id is not None:
        raise Conflict(lazy("This file is already finished; there is nothing to cancel."))
    session.delete(piece)
    session.flush()
    uploads.discard(config, piece.public_id)


def assemble(config: Config, public_id: str, pieces: Sequence[tuple[str, int]], check: Callable[[], None]) -> None:
    """Make the file of a version of the files of its pieces. Its length says how far this has come, so that a crash
    costs nothing; each piece goes once its bytes are safe, so that the disk never holds the file twice."""
    target = uploads.part(config, public_id)
    first = uploads.part(config, pieces[0][0])
    if first.is_file() and not target.stat().st_size:
        os.replace(first, target)
    end = 0
    for piece, size in pieces:
        begin, end = end, end + size
        if target.stat().st_size < end:
            _append(config, public_id, piece, begin, check)
        uploads.discard(config, piece)


def _append(config: Config, public_id: str, piece: str, begin: int, check: Callable[[], None]) -> None:
    with uploads.part(config, piece).open("rb") as source, uploads.part(config, public_id).open("r+b") as target:
        at = target.seek(0, os.SEEK_END)
        while uploads.drawn(source.fileno(), target.fileno(), at - begin, at):
            os.fsync(target.fileno())
            check()
            at = target.seek(0, os.SEEK_END)


def clear(session: Session, config: Config, now: datetime) -> None:
    """Delete pieces that nobody goes on with, and what is left of those whose file needs them no longer."""
    ended = or_(
        Version.state.in_((State.READY, State.CANCELLED)),
        and_(Version.state == State.FAILED, Version.reason.not_in(FAULT_OF_THE_SERVER)),
    )
    old = and_(Piece.version_id.is_(None), Piece.state_at < now - timedelta(days=UPLOAD_DAYS))
    done = select(Piece).outerjoin(Version, Version.id == Piece.version_id).where(or_(old, ended))
    for piece in session.scalars(done):
        if piece.version_id is not None or not uploads.in_use(config, piece.public_id, now):
            session.delete(piece)
            uploads.discard(config, piece.public_id)


def _again(session: Session, pieces: Sequence[Piece], versions: set[int | None]) -> Version:
    if len(versions) != 1 or [piece.place for piece in pieces] != list(range(len(pieces))):
        raise Conflict(lazy("Parts of this file belong to another file already."))
    return session.get_one(Version, next(iter(versions)))
