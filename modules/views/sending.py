"""Files that come with a form: kept before the write transaction begins, and gone again unless the step takes them."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Response, after_this_request, current_app
from werkzeug.datastructures import FileStorage

from app.config import Config
from app.db import new_public_id
from app.errors import TooLarge
from app.text import LONGEST_LINE, clean_line
from app.web.session import after_answer, stands
from media import room
from media.storage import storage_for

LARGEST_FILE = 200_000_000
NAMELESS = "file"


def keep(sent: FileStorage, promised: Sequence[room.Promise]) -> dict[str, Any]:
    """Keep the file under a key of ours, for `actions.fill`; a refusal, of whatever kind, takes it away again.

    `promised` are the uploads that room is kept for.
    """
    size = sent.stream.seek(0, 2)
    sent.stream.seek(0)
    if size > LARGEST_FILE:
        raise TooLarge
    room.let_in(_config(), size, promised)
    name = clean_line(_own_name(sent), longest=10 * LONGEST_LINE)[-LONGEST_LINE:] or NAMELESS
    key = f"steps/{new_public_id()}"
    with tempfile.TemporaryDirectory(dir=_folder()) as folder:
        file = Path(folder) / "file"
        sent.save(file)
        storage_for(_config()).put(key, file, "application/octet-stream")

    @after_this_request
    def _undo(response: Response) -> Response:
        if not stands(response):
            _forget(key)
        return response

    return {"file_key": key, "file_name": name, "file_bytes": size, "file_type": (sent.mimetype or "")[:100]}


def forget_later(key: str | None) -> None:
    """Delete the file that another one has replaced, once that is on record."""
    if key:
        after_answer(lambda _session: _forget(key))


def _forget(key: str) -> None:
    storage_for(_config()).delete(key)


def _own_name(sent: FileStorage) -> str:
    """Its name without the folders that old browsers send along; an ending alone would name nothing."""
    name = (sent.filename or "").replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    return f"{NAMELESS}.{ending}" if dot and not stem.strip(". ") else name


def _folder() -> Path:
    folder = _config().data_dir / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _config() -> Config:
    found: Config = current_app.config["HOUSE"]
    return found
