"""What a place for media files can do. Keys are ours and relative."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")


class Storage(Protocol):
    """A place for files."""

    def put(self, key: str, file: Path, content_type: str) -> None:
        """Keep the file under the key, whole or not at all; the file itself may be moved away."""

    def open(self, key: str, start: int = 0, length: int | None = None) -> BinaryIO:
        """Read from a position; FileNotFoundError where there is nothing."""

    def delete(self, key: str) -> None:
        """Forget the key and everything below it; nothing there is no error."""

    def below(self, key: str) -> list[str]:
        """Names of the files and folders right below the key; nothing there is no error."""

    def link(self, key: str, expires: int, disposition: str = "") -> str | None:
        """An address that is good for so many seconds, or None where the application delivers the bytes itself.

        `disposition`: how the answer names a file that is to be saved.
        """


class Direct(Storage, Protocol):
    """A place that takes large files from elsewhere, in parts, without their passing through us."""

    def begin(self, key: str) -> str:
        """The name of an object to come, whose parts others send."""

    def part_link(self, key: str, upload: str, number: int, expires: int) -> str:
        """An address that takes one part, and nothing else."""

    def parts(self, key: str, upload: str) -> dict[int, tuple[int, str]]:
        """The size and the tag of each part that has come; FileNotFoundError where this upload has ended."""

    def complete(self, key: str, upload: str, tags: Mapping[int, str]) -> None:
        """Make one object of these parts."""

    def abort(self, key: str, upload: str) -> None:
        """Forget the parts; an upload that has ended is no error."""

    def begun(self) -> list[tuple[str, str, datetime]]:
        """Key, name and beginning of all that others are sending."""

    def copy(self, key: str, target: str, content_type: str) -> None:
        """Keep the object under another key too; its bytes stay in the place. FileNotFoundError: there is nothing."""

    def size(self, key: str) -> int:
        """How many bytes lie there; FileNotFoundError where there is nothing."""


def checked(key: str) -> str:
    """The key, if it is one of ours."""
    if not _KEY.fullmatch(key) or ".." in key:
        raise ValueError(f"not a key: {key!r}")
    return key
