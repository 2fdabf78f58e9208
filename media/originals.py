"""The file that was sent, before it is worked on: whole on this disk, and known by its checksum."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from app.config import Config
from app.db import db
from media import direct, fetching, pieces, storage, tus, uploads
from media.models import Version
from media.processes import Refused
from media.rules import Reason

_BLOCK = 4 * 1024 * 1024


def ready(config: Config, version_id: int, check: Callable[[], None]) -> tuple[Path, str]:
    """Where the file lies, and its SHA-256; refused where it is not what its sender said. `check` may stop it."""
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        version = session.get_one(Version, version_id)
        sent, size = version.multipart, version.size or 0
        parts = [(piece.public_id, piece.received) for piece in pieces.of(session, version_id)]
    if sent is not None:
        fetching.fetch(config, version.public_id, size, check)
    file = uploads.part(config, version.public_id)
    if not file.is_file():
        raise Refused(Reason.INTERRUPTED, "the upload is gone")
    if parts:
        pieces.assemble(config, version.public_id, parts, check)
    found = sha256(file, check)
    if tus.promised_sum(tus.named(version.upload_metadata)) not in {None, found}:
        raise Refused(Reason.OTHER_BYTES)
    return file, found


def copied(config: Config, version_id: int, target: str, content_type: str) -> bool:
    """Whether the store has kept what was sent to it under this key, too, without a byte passing through us."""
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        version = session.get_one(Version, version_id)
    store = storage.direct(config)
    if version.multipart is None or store is None:
        return False
    try:
        store.copy(direct.key(version.public_id), target, content_type)
    except FileNotFoundError:
        return False
    return True


def sha256(file: Path, check: Callable[[], None]) -> str:
    """Of the whole file, in hexadecimal digits. Read once, just before the conversion reads it: the state of a sum
    cannot be kept over the many requests of an upload."""
    summed = hashlib.sha256(usedforsecurity=False)
    with file.open("rb", buffering=0) as opened:
        while block := opened.read(_BLOCK):
            check()
            summed.update(block)
    return summed.hexdigest()
