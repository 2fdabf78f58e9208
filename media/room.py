"""Room for uploads: what the disk has left when every promise is kept, and how many files one person sends at once."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Config
from app.errors import DomainError, TooLarge
from app.i18n import lazy
from media import holds, uploads
from media.models import Version
from media.rules import RUNNING, Rung, footprint, ladder

AT_ONCE = 4
CHECK_EVERY = 8 * 1024 * 1024

Promise = tuple[str, int]  # The public id of an upload that was let in, and the size it told.


class TooManyAtOnce(DomainError):
    """The same person is sending as many files as one may; a line that is free again is worth another try."""

    status = 423
    sentence = lazy("You are already sending four files. This one can go on when one of them has arrived.")


def let_in(config: Config, size: int | None, promises: Sequence[Promise], here: int = 0) -> None:
    """Refuse before the bytes travel: too large for us, or the disk would fill with what others were promised.

    `here`: how many bytes of it have come already.
    """
    if size is not None and size > config.max_upload_bytes:
        raise TooLarge(lazy("This file is larger than this server accepts."))
    _check(config, max(0, (size or 0) - here) + still_to_come(config, promises))


def watched(config: Config, body: uploads.Blocks, length: int | None, promises: Sequence[Promise]) -> uploads.Blocks:
    """The same blocks, while the disk keeps its reserve with what others were promised: a request may say nothing of
    its length, and other work fills the disk meanwhile."""
    unseen = 0
    _check(config, (length or 0) + still_to_come(config, promises))
    for block in body:
        unseen += len(block)
        if unseen >= CHECK_EVERY:
            _check(config, unseen + still_to_come(config, promises))
            unseen = 0
        yield block


def still_to_come(config: Config, promises: Sequence[Promise]) -> int:
    """Bytes that were promised and are not on the disk: the file knows, its row learns it when a request ends."""
    return sum(max(0, size - (uploads.offset(config, public_id) or 0)) for public_id, size in promises)


def lacking(session: Session, config: Config, version: Version, rungs: Sequence[Rung] | None = None) -> int:
    """How many bytes are missing for the conversion of this version beside those that run; 0: it may begin. `rungs`:
    the sizes to make of it, once they are known."""
    asked = footprint(version.size or 0, version.duration, _whole() if rungs is None else rungs)
    return missing(session, config, asked, version.id)


def missing(session: Session, config: Config, asked: int, version_id: int | None = None) -> int:
    """How many bytes are missing for work that asks for so many, beside the conversions that run (but that of this
    version). What uploads may not touch is for such work, but for a quarter."""
    running = select(Version.size, Version.duration, Version.progress)
    for row in session.execute(running.where(Version.state.in_(RUNNING), Version.id.is_distinct_from(version_id))):
        asked += round(footprint(row.size or 0, row.duration, _whole()) * (1 - row.progress))
    left = min(free(folder) for folder in disks(config))
    return max(0, asked + config.free_space_bytes // 4 - left)


def disks(config: Config) -> list[Path]:
    """The folders on whose disks conversions write."""
    return [config.data_dir / "work", *([] if config.storage_url else [config.data_dir / "media"])]


def free(folder: Path) -> int:
    """Bytes that are left on the disk where the folder lies, or will lie."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def _whole() -> list[Rung]:
    return ladder(1280, 720, 25)


@contextmanager
def line(config: Config, person_id: int, now: datetime) -> Iterator[holds.Hold]:
    """One of the person's few lines, held in whatever process; it is free again when the process ends."""
    for number in range(AT_ONCE):
        with holds.held(config, f"{person_id}-{number}", now) as hold:
            if hold is not None:
                yield hold
                return
    raise TooManyAtOnce


def _check(config: Config, needed: int) -> None:
    folder = uploads.part(config, "x").parent
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free - needed < config.free_space_bytes:
        raise uploads.DiskFull
