"""What stands in a table: texts, figures, shares, days and moments; no text of it becomes a formula."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

_SIGNS = "=+@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212-"  # Also full-width, small and true minus signs.
_ENDS = ",;|\t\r\n\v\f\x85\u2028\u2029"  # What some spreadsheet takes for the end of a cell, whatever the quotes say.
_SKIPPED = r"[\s\"'\x00-\x20\u200b-\u200f\u2060\ufeff]*"
_BEGINS = re.compile(rf"(?:^(?=[{_ENDS}])|(?:^|(?<=[{_ENDS}]))(?={_SKIPPED}[{_SIGNS}]))")


class Share(float):
    """A fraction that is read as a percentage."""


Cell = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class Table:
    """`name`: of the file, without its ending. `rows` are read once, one by one; moments are told in `zone`."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    zone: str = "UTC"


def timed(head: str, zone: str) -> str:
    """The head of a column of moments, with the zone in which they are told."""
    return f"{head} ({zone})"


def there(at: datetime, zone: str) -> datetime:
    """The moment as clocks show it there, to the second: spreadsheets know no zones."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)


def harmless(cell: str) -> str:
    """The cell with an apostrophe before whatever could begin a formula, at its start or after a separator in it.

    A French spreadsheet parts lines at semicolons and then does not see that these stand between quotes.
    """
    return _BEGINS.sub("'", cell)
