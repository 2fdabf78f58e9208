"""Tables that spreadsheets open as the reader's language writes them: no text in them becomes a formula."""

import csv
import io
import re
from collections.abc import Iterable

from app.i18n import _, decimal_sign

_SIGNS = "=+@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212-"  # Also full-width, small and true minus signs.
_ENDS = ",;|\t\r\n\v\f\x85\u2028\u2029"  # What some spreadsheet takes for the end of a cell, whatever the quotes say.
_SKIPPED = r"[\s\"'\x00-\x20\u200b-\u200f\u2060\ufeff]*"
_BEGINS = re.compile(rf"(?:^(?=[{_ENDS}])|(?:^|(?<=[{_ENDS}]))(?={_SKIPPED}[{_SIGNS}]))")


def harmless(cell: str) -> str:
    """The cell with an apostrophe before whatever could begin a formula, at its start or after a separator in it.

    A French spreadsheet parts lines at semicolons and then does not see that these stand between quotes.
    """
    return _BEGINS.sub("'", cell)


def line_of(cells: Iterable[str | float]) -> str:
    """A line of the table: every cell between quotes, parted by what the decimals of the language leave free."""
    line, sign = io.StringIO(), decimal_sign()
    texts = [harmless(cell) if isinstance(cell, str) else _figure(cell, sign) for cell in cells]
    csv.writer(line, quoting=csv.QUOTE_ALL, delimiter=";" if sign == "," else ",").writerow(texts)
    return line.getvalue()


def table_note() -> str:
    """How the table is written, for who opens it in a spreadsheet of another language."""
    if decimal_sign() == ",":
        return _("The file is made for spreadsheets in this language: semicolons between cells, a comma in decimals.")
    return _("The file is made for spreadsheets in this language: commas between cells, a point in decimals.")


def _figure(value: float, sign: str) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", sign)
