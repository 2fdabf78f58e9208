"""Where media files lie: a few methods, one suite of tests for every kind of place. Keys are ours and relative."""

import importlib
import os
import shutil
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import parse_qs, urlsplit

from app.config import Config
from media.places import Direct, Storage, checked


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


def storage_for(config: Config) -> Storage:
    """The place that STORAGE_URL names; a folder in DATA_DIR without it."""
    if not config.storage_url:
        return LocalStorage(config.data_dir / "media")
    return _remote(config.storage_url, os.getpid())


def direct(config: Config) -> Direct | None:
    """The place itself where browsers send large files straight to it; `direct=0` in its address keeps them from it."""
    wanted = parse_qs(urlsplit(config.storage_url).query).get("direct", ["1"]) != ["0"]
    return cast(Direct, storage_for(config)) if config.storage_url and wanted else None


@lru_cache(maxsize=8)
def _remote(url: str, process: int) -> Storage:
    """One client for all requests of a process, for making it costs more than signing a link; a fork makes its own."""
    # Only who asks for S3 needs its library.
    made: Storage = importlib.import_module("media.storage_s3").from_url(url)
    return made
