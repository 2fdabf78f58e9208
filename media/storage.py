"""Where media files lie: a few methods, one suite of tests for every kind of place. Keys are ours and relative."""

import importlib
import io
import os
import re
import shutil
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol

from app.config import Config

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


class LocalStorage:
    """A folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, key: str, file: Path, content_type: str) -> None:
        """Write beside the place, then rename."""
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + ".part")
        try:
            os.replace(file, part)
        except OSError:  # Another file system.
            shutil.copyfile(file, part)
            file.unlink()
        with part.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(part, target)

    def open(self, key: str, start: int = 0, length: int | None = None) -> BinaryIO:
        """The file from this position; the caller counts the length."""
        opened = self.path(key).open("rb")
        opened.seek(start)
        return opened

    def delete(self, key: str) -> None:
        """Remove a file or a folder."""
        path = self.path(key)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        with suppress(OSError):  # Others still lie in it, or it never was there.
            if path.parent != self.folder:
                path.parent.rmdir()

    def below(self, key: str) -> list[str]:
        """What the folder holds."""
        path = self.path(key)
        return sorted(entry.name for entry in path.iterdir()) if path.is_dir() else []

    def link(self, key: str, expires: int, disposition: str = "") -> str | None:
        """None: the application delivers it."""
        return None

    def path(self, key: str) -> Path:
        """Where the key lies; a key that leaves the folder is refused."""
        return self.folder / checked(key)


class MemoryStorage:
    """For tests."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, key: str, file: Path, content_type: str) -> None:
        """Keep the bytes."""
        self.files[checked(key)] = file.read_bytes()
        file.unlink()

    def open(self, key: str, start: int = 0, length: int | None = None) -> BinaryIO:
        """The bytes from this position."""
        if checked(key) not in self.files:
            raise FileNotFoundError(key)
        return io.BytesIO(self.files[key][start:])

    def delete(self, key: str) -> None:
        """Forget it and everything below."""
        for kept in [k for k in self.files if k == checked(key) or k.startswith(key + "/")]:
            del self.files[kept]

    def below(self, key: str) -> list[str]:
        """The next part of every longer key."""
        start = checked(key) + "/"
        return sorted({k.removeprefix(start).partition("/")[0] for k in self.files if k.startswith(start)})

    def link(self, key: str, expires: int, disposition: str = "") -> str | None:
        """None: the application delivers it."""
        return None


def checked(key: str) -> str:
    """The key, if it is one of ours."""
    if not _KEY.fullmatch(key) or ".." in key:
        raise ValueError(f"not a key: {key!r}")
    return key


def storage_for(config: Config) -> Storage:
    """The place that STORAGE_URL names; a folder in DATA_DIR without it."""
    if not config.storage_url:
        return LocalStorage(config.data_dir / "media")
    return _remote(config.storage_url, os.getpid())


@lru_cache(maxsize=8)
def _remote(url: str, process: int) -> Storage:
    """One client for all requests of a process, for making it costs more than signing a link; a fork makes its own."""
    # Only who asks for S3 needs its library.
    made: Storage = importlib.import_module("media.storage_s3").from_url(url)
    return made
