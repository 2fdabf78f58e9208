"""A table as people send it: bytes or pasted text, any usual encoding and separator, into lines of cells."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SEPARATORS = "\t;,|"
LONGEST_CELL_LINES = 3
_HEADER_WITHIN = 10
_ADDRESSED = re.compile(r"(?:(.*?)\s*<([^<>@\s]+@[^<>\s]+)>|([^<>@\s,;]+@[^<>@\s,;]+))")
_BETWEEN = re.compile(r"(?<=>)\s*[,;]\s*|\s*[,;]\s*(?=[^<>@\s,;]+@[^<>@\s,;]+\s*(?:[,;]|$))")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")


class NotText(ValueError):
    """The file is a workbook or some other thing that no table can be read from."""


@dataclass(frozen=True)
class Line:
    """One record: the number of its first line in the text, the text itself, its cells."""

    number: int
    raw: str
    cells: tuple[str, ...]


def decode(data: bytes) -> str:
    """Text of a file in UTF-8, UTF-16 or, failing these, Windows-1252."""
    if data.startswith(_WORKBOOKS):
        raise NotText("a workbook, not a text")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    head = data[:2000]
    if head[1::2].count(0) > len(head) // 4:
        return data.decode("utf-16-le", errors="replace")
    if head[::2].count(0) > len(head) // 4:
        return data.decode("utf-16-be", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read(text: str, known: Callable[[tuple[str, ...]], int]) -> tuple[Line | None, Iterator[Line]]:
    """The header line and the lines after it; `known` counts the cells that name a column."""
    physical = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    best, header, separator = 1, None, ","
    for candidate in SEPARATORS:
        for index in _first_filled(physical):
            cells = _cells([physical[index]], candidate) or ()
            if known(cells) > best:
                best, header, separator = known(cells), Line(index + 1, physical[index], cells), candidate
    if header is None:
        return None, iter(())
    return header, _lines(physical, header.number, separator)


def addresses(text: str) -> list[Line]:
    """Each "Name <a@x>" or "a@x" as a name and an address; without a name the address stands for it too."""
    physical = text.removeprefix("\ufeff").splitlines()
    pieces = [(number, piece.strip(" ,;")) for number, line in enumerate(physical, 1) for piece in _BETWEEN.split(line)]
    lines = []
    for number, piece in pieces:
        found = _ADDRESSED.fullmatch(piece)
        address = (found[2] or found[3]) if found else ""
        name = (found[1] or "").strip("\"' ") if found else piece
        if piece:
            lines.append(Line(number, piece, (name or address, address)))
    return lines


def _first_filled(physical: list[str]) -> list[int]:
    return [index for index, line in enumerate(physical) if line.strip()][:_HEADER_WITHIN]


def _lines(physical: list[str], start: int, separator: str) -> Iterator[Line]:
    at = start
    while at < len(physical):
        taken, cells = _record(physical, at, separator)
        if any(cell.strip() for cell in cells):
            yield Line(at + 1, "\n".join(physical[at : at + taken]), cells)
        at += taken


def _record(physical: list[str], at: int, separator: str) -> tuple[int, tuple[str, ...]]:
    """A quoted cell may hold a few line ends; a quote that is never closed spoils only its own line."""
    for taken in range(1, LONGEST_CELL_LINES + 1):
        cells = _cells(physical[at : at + taken], separator)
        if cells is not None:
            return taken, cells
        if '"' not in physical[at]:
            break
    return 1, tuple(cell.strip('" ') for cell in physical[at].split(separator))


def _cells(lines: list[str], separator: str) -> tuple[str, ...] | None:
    try:
        rows = list(csv.reader(io.StringIO("\n".join(lines), newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return None
    return tuple(rows[0]) if len(rows) == 1 else () if not rows else None
