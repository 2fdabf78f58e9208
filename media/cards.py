"""A folder that was dropped whole, as a camera's card is copied: which recordings lie in it, and what is left."""

import os
import stat
from pathlib import Path

from media.sniff import HEAD_BYTES, sniff

MOST_INSIDE, DEEPEST = 5000, 8


def within(folder: Path) -> list[Path] | None:
    """All that lies in a folder and below, links not followed; None where that is more than a camera's card holds."""
    found: list[Path] = []
    for path, folders, files in os.walk(folder):
        found += [Path(path, name) for name in [*folders, *files]]
        if len(found) > MOST_INSIDE or len(Path(path).relative_to(folder).parts) > DEEPEST:
            return None
    return sorted(found)


def recordings(folder: Path) -> list[Path]:
    """The files in a folder and below that begin as a recording does."""
    return [file for file in within(folder) or [] if not file.name.startswith(".") and _is_recording(file)]


def swept(folder: Path) -> bool:
    """Whether nothing but folders was left in it; they are gone then."""
    left = within(folder)
    if left is None or any(path.is_symlink() or not path.is_dir() for path in left):
        return False
    for path in [*reversed(left), folder]:
        path.rmdir()
    return True


def _is_recording(file: Path) -> bool:
    try:
        if not stat.S_ISREG(file.stat(follow_symlinks=False).st_mode):
            return False
        with file.open("rb") as opened:
            return sniff(opened.read(HEAD_BYTES)) is not None
    except OSError:  # We may not read it: it stays with the rest.
        return False
