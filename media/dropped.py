"""The files of a drop folder: which are still, and where they go. Hostile names are the last part of a path only."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from media import cards, writers
from media.actions import shown_name

STILL_SECONDS = 60
UNFINISHED_NAMES = (".part", ".tmp", ".filepart", ".crdownload", ".partial", "~")
OURS = {"working", "done", "refused"}


def settled(folder: Path, now: datetime) -> Iterator[Path]:
    """Files and folders that nobody has written to for a minute, nor has open for writing. An inode says when, whatever
    date a copying program gives the file; a folder is still when all in it is."""
    for entry in sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name)):
        if entry.name.startswith(".") or entry.name in OURS:
            continue
        path = Path(entry.path)
        inside = cards.within(path) or [] if entry.is_dir(follow_symlinks=False) else []
        if all(_is_still(each, now) for each in [path, *inside]):
            yield path


def moved(file: Path, place: Path, folder_name: str = "") -> None:
    """Take a file into its place; one from a folder is named after that too, for cameras give the same names again."""
    name = f"{folder_name} {file.name}" if folder_name else file.name
    place.mkdir()
    os.rename(file, place / (name if len(os.fsencode(name)) <= 250 else file.name))


def seen(place: Path, file: Path) -> str:
    """How the file looked when it was taken; noted beside its place the first time."""
    note = place.with_suffix(".seen")
    if not note.exists():
        note.write_text(writers.look(file))
    return note.read_text()


def put_away(target: Path, place: Path, file: Path, why: str = "") -> None:
    """Under its own name, or under its upload's where that is taken or too long to have a text beside it."""
    target.mkdir(exist_ok=True)
    name = file.name
    if len(os.fsencode(name)) > 250 or os.path.lexists(target / name) or os.path.lexists(target / f"{name}.txt"):
        name = f"{place.name}{file.suffix if len(os.fsencode(file.suffix)) < 20 else ''}"
    if why:
        (target / f"{name}.txt").write_text(f"{shown_name(file.name)}\n{why}\n", "utf-8", "replace")
    os.rename(file, target / name)
    for note in (place.with_suffix(".seen"), place.with_suffix(".txt")):
        note.unlink(missing_ok=True)
    if place.is_dir():
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


def _is_still(path: Path, now: datetime) -> bool:
    try:
        found = path.stat(follow_symlinks=False)
    except FileNotFoundError:  # Whoever put it there has taken it away.
        return False
    quiet = now.timestamp() - found.st_ctime > STILL_SECONDS and not path.name.lower().endswith(UNFINISHED_NAMES)
    return quiet and not (stat.S_ISREG(found.st_mode) and writers.busy(path))
