"""A media store that holds its files in memory."""

import io
from pathlib import Path
from typing import BinaryIO

from media.places import checked


class MemoryStorage:
    """As little as a store must do."""

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
