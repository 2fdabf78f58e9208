"""A file that lies in the media store, on its way to the disk of a worker."""

import errno
from collections.abc import Callable
from pathlib import Path

from app.config import Config
from media import direct, room, uploads

_BLOCK = 1024 * 1024


def fetch(config: Config, public_id: str, size: int, check: Callable[[], None]) -> Path:
    """The file on this disk, for the worker; what a killed one had fetched counts."""
    file = uploads.part(config, public_id)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as target:
        try:
            room.let_in(config, size, (), target.tell())
        except uploads.DiskFull as full:
            raise OSError(errno.ENOSPC, "no room to fetch the file") from full
        if target.tell() < size:
            source = direct.store_of(config).open(direct.key(public_id), target.tell())
            while block := source.read(_BLOCK):
                check()
                target.write(block)
    if file.stat().st_size != size:
        raise OSError(f"{file.stat().st_size} of {size} bytes came from the store")
    return file
