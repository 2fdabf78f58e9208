"""A lock that a dead line cannot keep: its holder says with each block that it lives, and after a silence the next one
who asks takes it. It ends with the process. All its times are those of whoever asks, who has them from the database:
machines that share a folder may have clocks that are minutes apart, and so may the one that keeps the folder."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from app.config import Config
from app.errors import DomainError
from app.i18n import lazy

STILL_SECONDS = 20  # Longer without a byte is a pause: a slow line delivers a block within it.


def still(touched: datetime, now: datetime) -> bool:
    """Whether nothing has come for so long that nobody seems to be sending."""
    return (now - touched).total_seconds() > STILL_SECONDS


class Busy(DomainError):
    """Another request is writing to the same upload."""

    status = 423
    sentence = lazy("This file is already being sent from another window.")


class Hold:
    """What the holder has in hand; the file of a lock that was taken over has no name any more."""

    def __init__(self, opened: BinaryIO, now: datetime) -> None:
        self._opened, self._began = opened, now.timestamp() - time.monotonic()
        self._live()

    @property
    def lost(self) -> bool:
        """Whether somebody else has taken it."""
        return os.fstat(self._opened.fileno()).st_nlink == 0

    def beat(self) -> None:
        """Say that one lives; refused once the lock is somebody else's."""
        if self.lost:
            raise Busy
        self._live()

    def _live(self) -> None:
        os.utime(self._opened.fileno(), (self._began + time.monotonic(),) * 2)


@contextmanager
def held(config: Config, name: str, now: datetime) -> Iterator[Hold | None]:
    """The lock of this name, or None while somebody holds it who lives."""
    path = config.data_dir / "lines" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    opened = _taken(path, now)
    if opened is None:
        yield None
        return
    with opened:
        hold = Hold(opened, now)
        try:
            yield hold
        finally:
            if not hold.lost:
                path.unlink(missing_ok=True)


def beating(blocks: Iterator[bytes], *holds: Hold) -> Iterator[bytes]:
    """The same blocks; each is a sign of life, and none is passed on, nor their end, once a lock is lost."""
    for block in blocks:
        for hold in holds:
            hold.beat()
        yield block
    for hold in holds:
        hold.beat()


def _taken(path: Path, now: datetime) -> BinaryIO | None:
    while True:
        opened = path.open("ab")
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            still = now.timestamp() - os.fstat(opened.fileno()).st_mtime > STILL_SECONDS
            if still:
                _take_away(path, opened)
            opened.close()
            if not still:
                return None
            continue
        if os.fstat(opened.fileno()).st_nlink:
            return opened
        opened.close()  # Given back between our opening it and our locking it.


def _take_away(path: Path, opened: BinaryIO) -> None:
    with suppress(FileNotFoundError):
        if os.path.samestat(path.stat(), os.fstat(opened.fileno())):
            path.unlink()
