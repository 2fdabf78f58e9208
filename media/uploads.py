"""The bytes of an upload on their way in: one file each, whose length is the offset. Nothing here knows a database."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from app.config import Config
from app.errors import DomainError, TooLarge
from app.i18n import lazy
from media import holds

Blocks = Iterator[bytes]

_BLOCK = 16 * 1024  # bytes; a line that brings so much in twenty seconds is not silent (media.holds)
_SYNC_EVERY = 64 * 1024 * 1024


class DiskFull(DomainError):
    """The disk has no room for it."""

    status = 507
    sentence = lazy("The server has no room left for this file. Nothing was lost; ask for space, then send it again.")


def part(config: Config, public_id: str) -> Path:
    """Where the bytes of this upload lie until it is worked on."""
    return config.data_dir / "uploads" / f"{public_id}.part"


def create(config: Config, public_id: str) -> None:
    """An empty file, unless its bytes are here already."""
    part(config, public_id).open("ab").close()


def offset(config: Config, public_id: str) -> int | None:
    """How many bytes are here; None where the file is gone."""
    found = arrived(config, public_id)
    return found[0] if found else None


def arrived(config: Config, public_id: str) -> tuple[int, datetime] | None:
    """How many bytes are here and when the last of them came; None where the file is gone."""
    try:
        found = part(config, public_id).stat()
    except FileNotFoundError:
        return None
    sure = _sure(part(config, public_id))
    return found.st_size if sure is None else min(sure, found.st_size), datetime.fromtimestamp(found.st_mtime, UTC)


def standing(config: Config, row: Any) -> tuple[int, datetime] | None:
    """The same of an upload; what goes to the media store itself is told by its row alone."""
    return arrived(config, row.public_id) if row.multipart is None else (row.received, row.state_at)


def discard(config: Config, public_id: str) -> None:
    """Forget the bytes."""
    part(config, public_id).unlink(missing_ok=True)
    _mark(part(config, public_id)).unlink(missing_ok=True)


def in_use(config: Config, public_id: str, now: datetime) -> bool:
    """Whether somebody is writing to it at this moment."""
    try:
        with locked(config, public_id, now):
            return False
    except (holds.Busy, FileNotFoundError):
        return True


@contextmanager
def locked(config: Config, public_id: str, now: datetime) -> Iterator[tuple[BinaryIO, holds.Hold]]:
    """The file opened for appending, for one writer at a time, and the lock that the writer must keep alive."""
    with part(config, public_id).open("r+b") as opened, holds.held(config, f"upload-{public_id}", now) as hold:
        if hold is None:
            raise holds.Busy
        sure = _sure(part(config, public_id))
        if sure is not None:  # Whoever wrote before was killed before the checksum of its bytes was known.
            opened.truncate(sure)
            _mark(part(config, public_id)).unlink(missing_ok=True)
        opened.seek(0, os.SEEK_END)
        yield opened, hold


@contextmanager
def unsure(config: Config, public_id: str, opened: BinaryIO) -> Iterator[None]:
    """What is written here counts once it ends well: a mark says, also to others and after a crash, where it began."""
    start, mark = opened.tell(), _mark(part(config, public_id))
    with mark.open("w") as written:
        written.write(str(start))
        written.flush()
        os.fsync(written.fileno())
    try:
        yield
    except holds.Busy:
        raise  # The file and the mark belong to whoever took the lock over.
    except BaseException:
        with suppress(OSError):  # Then the mark stays, and the next one who writes cuts the file there.
            opened.truncate(start)
            mark.unlink(missing_ok=True)
        raise
    mark.unlink(missing_ok=True)


def append(opened: BinaryIO, body: Blocks, limit: int) -> int:
    """Write what arrives; what arrived before a cut stays. How many bytes were written.

    More than `limit` is refused, and nothing of such a request counts.
    """
    start, written, unsynced = opened.tell(), 0, 0
    try:
        for block in body:
            if written + len(block) > limit:
                opened.seek(start)
                opened.truncate()
                raise TooLarge(lazy("More bytes than the file has were sent."))
            opened.write(block)
            written += len(block)
            unsynced += len(block)
            if unsynced >= _SYNC_EVERY:
                _sync(opened)
                unsynced = 0
        _sync(opened)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull from error
        raise
    return written


def drawn(source: int, target: int, start: int, at: int) -> int:
    """Take the next bytes of another open file over, none at its end. Within one file system this shares the blocks
    where it can, and copies inside the kernel otherwise."""
    try:
        return os.copy_file_range(source, target, _SYNC_EVERY, start, at)
    except OSError:  # Two file systems, or one that cannot.
        return os.pwrite(target, os.pread(source, _SYNC_EVERY // 64, start), at)


def blocks(read: Callable[[int], bytes], length: int | None) -> Blocks:
    """What a request carries, block by block, until it ends or the line is cut; never read past its stated length."""
    left = length
    try:
        while block := read(_BLOCK if left is None else min(_BLOCK, left)):
            yield block
            left = None if left is None else left - len(block)
    except OSError:
        return  # The client is gone; it will ask for the offset and go on.


def _mark(file: Path) -> Path:
    return file.with_suffix(".unsure")


def _sure(file: Path) -> int | None:
    """Up to where the bytes were checked, while a request is writing more that were not yet."""
    try:
        told = _mark(file).read_text()
    except FileNotFoundError:
        return None
    return int(told) if told else None  # Still empty: nothing was written after it.


def _sync(opened: BinaryIO) -> None:
    opened.flush()
    os.fsync(opened.fileno())
