"""A file that lies on this server already becomes a recording without travelling."""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.config import Config
from app.db import db
from app.errors import DomainError, Invalid
from app.i18n import lazy
from media import actions, uploads, writers
from media.models import Recording, Version
from media.reasons import sentence
from media.rules import Reason

_FICLONE = 0x40049409
_TROUBLES = {
    errno.ENOENT: lazy("There is no such file on this server."),
    errno.ENOTDIR: lazy("There is no such file on this server."),
    errno.ENAMETOOLONG: lazy("There is no such file on this server."),
    errno.EISDIR: lazy("This is a folder: name the files in it."),
    errno.EACCES: lazy("This account may not read this file."),
    errno.EPERM: lazy("This account may not read this file."),
}


def check(file: Path) -> None:
    """Refuse a name that somebody typed and that leads to no file, or to none that this account may read."""
    try:
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, "")
        os.close(os.open(file, os.O_RDONLY | os.O_NONBLOCK))  # A pipe would wait for who writes into it.
    except OSError as failed:
        raise Invalid(trouble(failed)) from failed


def trouble(failed: OSError) -> Any:
    """What the system says of a file, in a sentence."""
    if failed.errno == errno.ENOSPC:
        return sentence(Reason.DISK_FULL)
    told = errno.errorcode.get(failed.errno or 0, "?")
    return _TROUBLES.get(failed.errno or 0) or lazy("This file cannot be read (%(error)s).", error=told)


class NoRoomTwice(uploads.DiskFull):
    """Whoever gave the file keeps it, so that it lies on the disk twice."""

    sentence = lazy(
        "There is no room for a second copy of this file. Nothing was lost; ask for space, then take it again."
    )


class Changed(DomainError):
    """What was taken is no longer what lies there."""

    status = 409
    sentence = lazy("Something wrote into this file while it was being taken. Take it again when it is whole.")


class StillWritten(Invalid):
    """It is not whole yet."""

    sentence = lazy("Something is still writing into this file. Try again when it is whole.")


def begin(
    config: Config, file: Path, public_id: str, now: datetime, *, title: str = "", link: bool = False,
    recording_id: int | None = None,
) -> int:  # fmt: skip
    """Keep the record, and the bytes too where the file system can share their blocks; the size of the file.

    With `link` the file gets a second name instead: what is written into it later is seen under both.
    """
    found = file.stat()
    if not stat.S_ISREG(found.st_mode):
        raise Invalid(lazy("This is not a file."))
    if not found.st_size:
        raise Invalid(sentence(Reason.EMPTY))
    if writers.busy(file.resolve()):
        raise StillWritten
    shared = (_linked if link else _cloned)(file, uploads.part(config, public_id))
    try:
        with db.sessionmaker.begin() as session:
            actions.create(
                session, None, config, title=title or actions.title_of(file.name), file_name=file.name,
                recording=session.get_one(Recording, recording_id) if recording_id else None,
                size=found.st_size, here=found.st_size if shared else 0, public_id=public_id, now=now,
            )  # fmt: skip
    except BaseException as stopped:
        uploads.discard(config, public_id)
        if isinstance(stopped, uploads.DiskFull):
            raise NoRoomTwice from stopped
        raise
    return found.st_size


def bring(config: Config, file: Path, public_id: str, now: datetime, seen: str) -> Iterator[int]:
    """Copy what is not here yet, and say how far it has come; whoever stops listening may go on later. At the end the
    worker is told. `seen`: how the file looked before its first byte was taken; if it looks otherwise, all was for
    nothing."""
    at = uploads.offset(config, public_id) or 0
    if at < file.stat().st_size:  # A second name may be of a file that we may not write to.
        with file.open("rb") as source, uploads.locked(config, public_id, now) as (opened, hold):
            while uploads.drawn(source.fileno(), opened.fileno(), at, at):
                os.fsync(opened.fileno())
                hold.beat()
                at = opened.seek(0, os.SEEK_END)
                yield at
    if writers.look(file.resolve()) != seen or writers.busy(file.resolve()):
        cancel(config, public_id, now)
        raise Changed
    with db.sessionmaker.begin() as session:
        version = session.scalars(select(Version).where(Version.public_id == public_id)).one()
        actions.arrived(session, version, at, now)


def cancel(config: Config, public_id: str, now: datetime) -> None:
    """Forget a file that was only begun."""
    with db.sessionmaker.begin() as session:
        version = session.scalars(select(Version).where(Version.public_id == public_id)).one()
        actions.cancel(session, config, version, None, now)


def _cloned(file: Path, part: Path) -> bool:
    """The same blocks under two files, until one of them is written to."""
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("rb") as source, part.open("xb") as target:
            fcntl.ioctl(target.fileno(), _FICLONE, source.fileno())
    except OSError:  # Two file systems, or one that cannot.
        part.unlink(missing_ok=True)
        return False
    return True


def _linked(file: Path, part: Path) -> bool:
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file.resolve(), part)
    except OSError:
        return False
    return True
