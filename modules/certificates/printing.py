"""From rows to files: what draws is loaded when the first certificate is printed, for it takes half a second."""

import importlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from modules.certificates.models import Certificate
from modules.certificates.paper.sheet import Sheet

DRAWING = "modules.certificates.paper.drawing"
PDF, ZIP = "application/pdf", "application/zip"


def printed(sheet: Sheet, key: Ed25519PrivateKey | None = None) -> bytes:
    """The PDF of a sheet; a specimen is not sealed."""
    file: bytes = importlib.import_module(DRAWING).drawn(sheet, key)
    return file


def file_name(row: Certificate, ending: str = "pdf") -> str:
    """What the file is called: number and name, as every system can keep them."""
    name = re.sub(r"[^\w \-’']", "", row.name).strip()[:60]
    return f"{row.number} {name}.{ending}"


class _Pipe(io.RawIOBase):
    """What a ZIP is written into and taken from as it grows."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """All that came since."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def zipped(sheets: Iterable[tuple[str, Sheet]], key: Ed25519PrivateKey) -> Iterator[bytes]:
    """The PDFs one after the other: memory holds one."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        for name, sheet in sheets:
            entry = zipfile.ZipInfo(name, sheet.issued_at.timetuple()[:6])
            archive.writestr(entry, printed(sheet, key))
            yield pipe.taken()
    yield pipe.taken()
