"""A pasted or uploaded list of people: every line is read for itself, and what cannot be read says why."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial

from app.people import columns, countries, logins, sheet, zones
from app.people.columns import NAMES, Column
from app.people.logins import Kind
from app.people.rules import Role
from app.text import clean_line, fold

MOST_BYTES = 2 * 1024 * 1024
MOST_LINES = 5_000
LONGEST_NAME = 200
_LOGINS = {Column.EMAIL: Kind.EMAIL, Column.USERNAME: Kind.USERNAME, Column.STAFF: Kind.STAFF, Column.PHONE: Kind.PHONE}
_ADDRESSED = re.compile(r"<([^<>@\s]+@[^<>\s]+)>\s*$")
_BLANKS = dict.fromkeys([0xFEFF, 0x200B])


class ListFlaw(StrEnum):
    """Why nothing of a list can be read."""

    EMPTY = "empty"
    HEADER = "header"
    NO_NAME = "no_name"
    NO_LOGIN = "no_login"
    TOO_LONG = "too_long"
    NOT_TEXT = "not_text"
    FILE_TOO_LONG = "file_too_long"
    TWO = "two"


class Why(StrEnum):
    """Why one line is refused."""

    NAME_MISSING = "name_missing"
    NAME_LONG = "name_long"
    LOGIN_MISSING = "login_missing"
    LOGIN = "login"
    LANGUAGE = "language"
    ZONE = "zone"
    COUNTRY = "country"
    GENDER = "gender"
    ROLE = "role"
    CELLS = "cells"
    UNREADABLE = "unreadable"
    REPEATED = "repeated"
    TWO_PEOPLE = "two_people"
    CLOSED = "closed"
    OTHER_NAME = "other_name"


@dataclass(frozen=True)
class Trouble:
    """One reason, with what was typed, the earlier line, the flaw of a login, or the two names that differ."""

    why: Why
    typed: str = ""
    line: int = 0
    flaw: logins.Flaw | None = None
    owner: str = ""
    name: str = ""


@dataclass(frozen=True)
class Entry:
    """One readable line."""

    line: int
    raw: str
    name: str
    logins: tuple[tuple[Kind, str], ...]
    language: str | None = None
    zone: str | None = None
    country: str | None = None
    gender: str | None = None
    institution: str | None = None
    role: Role | None = None

    @property
    def folded(self) -> dict[str, tuple[Kind, str]]:
        """Its logins by their folded spelling."""
        return {logins.fold(kind, text): (kind, text) for kind, text in self.logins}

    def names(self, known: str) -> bool:
        """Whether its name is the known one, in any order, case and accents; an address that stands for it is none."""
        unnamed = self.name in (typed for _, typed in self.logins)
        return unnamed or _words(self.name) == _words(known)


@dataclass(frozen=True)
class Refusal:
    """One line that is left out, and all that is wrong with it."""

    line: int
    raw: str
    why: tuple[Trouble, ...]


@dataclass(frozen=True)
class Listing:
    """What was read of a list."""

    header: str = ""
    entries: list[Entry] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    used: list[tuple[str, Column]] = field(default_factory=list)  # What the list calls a column, and what it is.
    flaw: ListFlaw | None = None


def clean_name(text: str) -> str:
    """A name or title as a line is kept, without double spaces and without blanks of no width; "" for a blank one. What
    cannot be kept is refused."""
    return " ".join(clean_line(unicodedata.normalize("NFC", text).translate(_BLANKS), longest=MOST_BYTES).split())


def _words(name: str) -> list[str]:
    return sorted(re.findall(r"\w+", fold(name)))


def parse(text: str, languages: Collection[str] = tuple(columns.LANGUAGES)) -> Listing:
    """Read a list of people who speak these languages; a bad line never spoils the others."""
    if not text.strip():
        return Listing(flaw=ListFlaw.EMPTY)
    header, lines = sheet.read(text, lambda cells: sum(columns.column(cell) is not None for cell in cells))
    if header is None:
        return _parse_addresses(text)
    named = [columns.column(cell) for cell in header.cells]
    if flaw := _flaw_of_header(named):
        return Listing(flaw=flaw)
    unused = [cell.strip() for cell, column in zip(header.cells, named, strict=True) if column is None and cell.strip()]
    used = [(cell.strip(), column) for cell, column in zip(header.cells, named, strict=True) if column is not None]
    return _listing(Listing(header.raw, unused=unused, used=used), [_read(line, named, languages) for line in lines])


def _parse_addresses(text: str) -> Listing:
    """Lines without a header, as mail programs copy them: "Name <a@x>" or "a@x"."""
    lines = sheet.addresses(text)
    if not lines or not lines[0].cells[1]:
        return Listing(flaw=ListFlaw.HEADER)
    return _listing(Listing(), [_read(line, [Column.NAME, Column.EMAIL]) for line in lines])


def _listing(found: Listing, read: list[Entry | Refusal]) -> Listing:
    if len(read) > MOST_LINES:
        return Listing(flaw=ListFlaw.TOO_LONG)
    refusals = [row for row in read if isinstance(row, Refusal)]
    entries, repeated = without_repeats(row for row in read if isinstance(row, Entry))
    return replace(found, entries=entries, refusals=sorted(refusals + repeated, key=lambda row: row.line))


def without_repeats(entries: Iterable[Entry]) -> tuple[list[Entry], list[Refusal]]:
    """The first line of each person, and the lines that repeat a login of an earlier one."""
    kept: list[Entry] = []
    refused: list[Refusal] = []
    seen: dict[str, int] = {}
    for entry in entries:
        earlier = next(((seen[key], typed) for key, (_, typed) in entry.folded.items() if key in seen), None)
        if earlier:
            refused.append(Refusal(entry.line, entry.raw, (Trouble(Why.REPEATED, earlier[1], earlier[0]),)))
        else:
            kept.append(entry)
            seen.update(dict.fromkeys(entry.folded, entry.line))
    return kept, refused


def _flaw_of_header(named: list[Column | None]) -> ListFlaw | None:
    if not set(named) & set(NAMES):
        return ListFlaw.NO_NAME
    return None if set(named) & {*_LOGINS, Column.LOGIN} else ListFlaw.NO_LOGIN


def _read(line: sheet.Line, named: list[Column | None], languages: Collection[str] = ()) -> Entry | Refusal:
    troubles: list[Trouble] = []
    if any(cell.strip() for cell in line.cells[len(named) :]):
        troubles.append(Trouble(Why.CELLS))
    if any(unicodedata.category(letter) == "Cc" and letter not in "\n\t" or letter == "\ufffd" for letter in line.raw):
        return Refusal(line.number, line.raw, (*troubles, Trouble(Why.UNREADABLE)))
    cells: dict[Column, list[str]] = {}
    for column, cell in zip(named, line.cells, strict=False):
        if column is not None and clean_name(cell):
            cells.setdefault(column, []).append(clean_name(cell))
    name = _name(cells)
    if not name or len(name) > LONGEST_NAME:
        troubles.append(Trouble(Why.NAME_LONG if name else Why.NAME_MISSING))
    found = _found_logins(cells, troubles)
    details = _details(cells, troubles, languages)
    if troubles:
        return Refusal(line.number, line.raw, tuple(troubles))
    return Entry(line.number, line.raw, name, found, **details)


def _name(cells: dict[Column, list[str]]) -> str:
    """A full name; where the first name has its own column, "name" means the family name."""
    family = cells.get(Column.LAST_NAME, cells.get(Column.NAME, []))
    if Column.FIRST_NAME in cells:
        return " ".join([*cells[Column.FIRST_NAME], *family])
    return " ".join(cells.get(Column.NAME, family))


def _found_logins(cells: dict[Column, list[str]], troubles: list[Trouble]) -> tuple[tuple[Kind, str], ...]:
    found = []
    for column in (*_LOGINS, Column.LOGIN):
        for typed in cells.get(column, []):
            typed = _address(typed) if column in (Column.EMAIL, Column.LOGIN) else typed
            kind = _LOGINS.get(column) or logins.guess(typed)
            typed = typed.lstrip("'’") if kind in (Kind.PHONE, Kind.STAFF) else typed
            if flaw := logins.flaw(kind, typed):
                troubles.append(Trouble(Why.LOGIN, typed, flaw=flaw))
            found.append((kind, typed))
    if not found:
        troubles.append(Trouble(Why.LOGIN_MISSING))
    return tuple(found)


def _address(typed: str) -> str:
    """The address in "Name <a@x>", as mail programs copy it."""
    found = _ADDRESSED.search(typed)
    return found[1] if found else typed


def _details(cells: dict[Column, list[str]], troubles: list[Trouble], languages: Collection[str]) -> dict:
    readers: dict[Column, tuple[Callable[[str], str | None], Why]] = {
        Column.LANGUAGE: (partial(columns.language, offered=languages), Why.LANGUAGE),
        Column.ZONE: (zones.read, Why.ZONE),
        Column.COUNTRY: (countries.read, Why.COUNTRY),
        Column.GENDER: (columns.gender, Why.GENDER),
        Column.ROLE: (columns.role, Why.ROLE),
    }
    details: dict = {"institution": cells.get(Column.INSTITUTION, [None])[0]}
    for column, (reader, why) in readers.items():
        typed = cells.get(column, [""])[0]
        details[column.value] = reader(typed) if typed else None
        if typed and details[column.value] is None:
            troubles.append(Trouble(why, typed))
    return details
