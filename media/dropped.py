"""The files of a drop folder: which have stopped growing, and where they go. Their names are hostile, and only ever the
last part of a path."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from media.actions import shown_name

STILL_SECONDS = 60
UNFINISHED_NAMES = (".part", ".tmp", ".filepart", ".crdownload", ".partial", "~")


def settled(folder: Path, now: datetime) -> Iterator[Path]:
    """A file's inode says when it was last written to, whatever date a copying program gives it."""
    for entry in sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name)):
        if entry.name.startswith(".") or entry.name.lower().endswith(UNFINISHED_NAMES):
            continue
        found = entry.stat(follow_symlinks=False)
        if not stat.S_ISDIR(found.st_mode) and now.timestamp() - found.st_ctime > STILL_SECONDS:
            yield Path(entry.path)


def put_away(target: Path, place: Path, file: Path, why: str = "") -> None:
    """Under its own name, or under its upload's where that is taken or too long to have a text beside it."""
    target.mkdir(exist_ok=True)
    name = file.name
    if len(os.fsencode(name)) > 250 or os.path.lexists(target / name) or os.path.lexists(target / f"{name}.txt"):
        name = f"{place.name}{file.suffix if len(os.fsencode(file.suffix)) < 20 else ''}"
    if why:
        (target / f"{name}.txt").write_text(f"{shown_name(file.name)}\n{why}\n", "utf-8", "replace")
    os.rename(file, target / name)
    place.rmdir()


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether no other worker is at it."""
    (folder / "working").mkdir(exist_ok=True)
    with (folder / "working" / ".lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
