"""Cells of a table that spreadsheets open: no text in them becomes a formula."""

import csv
import io
import re
from collections.abc import Iterable

_SIGNS = "=+@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212-"  # Also full-width, small and true minus signs.
_ENDS = ",;|\t\r\n\v\f\x85\u2028\u2029"  # What some spreadsheet takes for the end of a cell, whatever the quotes say.
_SKIPPED = r"[\s\"'\x00-\x20\u200b-\u200f\u2060\ufeff]*"
_BEGINS = re.compile(rf"(?:^(?=[{_ENDS}])|(?:^|(?<=[{_ENDS}]))(?={_SKIPPED}[{_SIGNS}]))")


def harmless(cell: str) -> str:
    """The cell with an apostrophe before whatever could begin a formula, at its start or after a separator in it.

    A French spreadsheet parts lines at semicolons and then does not see that these stand between quotes.
    """
    return _BEGINS.sub("'", cell)


def line_of(cells: Iterable[str]) -> str:
    """A line of the table: every cell between quotes."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow([harmless(cell) for cell in cells])
    return line.getvalue()
