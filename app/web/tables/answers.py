"""A table as an answer. The file is complete before its first byte goes out: a slow line holds no transaction, and a
fault half-way is a page and not half a table. Small ones wait in memory and travel packed, large ones on the disk."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from typing import IO
from zoneinfo import ZoneInfo

from flask import Response, request
from werkzeug.wsgi import wrap_file

from app.web.attachments import disposition
from app.web.tables.cells import Table
from app.web.tables.csv_file import write_csv
from app.web.tables.xlsx_file import write_xlsx

IN_MEMORY = 512 * 1024
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
WRITERS: dict[str, Callable[[IO[bytes], Table], None]] = {"csv": write_csv, "xlsx": write_xlsx}


def named(what: str, whose: str, now: datetime, zone: str = "UTC") -> str:
    """The name of a file: what it tells, of whom, and on which day there."""
    return "-".join(part for part in (what, whose, now.astimezone(ZoneInfo(zone)).date().isoformat()) if part)


def answer(table: Table, kind: str) -> Response:
    """The table as a file of this kind, one of TYPES."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)
    try:
        WRITERS[kind](file, table)
        size = file.seek(0, 2)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    if size <= IN_MEMORY:
        with file:
            response = Response(file.read(), content_type=TYPES[kind])
    else:
        response = Response(wrap_file(request.environ, file), content_type=TYPES[kind], direct_passthrough=True)
        response.content_length = size
    response.headers["Content-Disposition"] = disposition(f"{table.name}.{kind}")
    return response
