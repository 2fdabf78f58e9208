"""A table as a workbook: rows go to the disk as they come, figures stay figures, days and moments are dates."""

from datetime import date, datetime
from typing import IO, Any

import xlsxwriter

from app.i18n import direction
from app.web.tables.cells import Cell, Share, Table, harmless, there

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": True,
}
MOST_ROWS = 1_048_575  # Of a sheet, beside its heads; the next one goes on.
MEASURED = 200  # Rows by which the columns get their widths.
NARROWEST, WIDEST = 8, 60
FORMATS = {
    "head": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1},
    "share": {"num_format": "0.0%"},
    "day": {"num_format": "yyyy-mm-dd"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm"},
    "text": {"quote_prefix": True},  # Stays a text when somebody touches the cell.
}


def write_xlsx(file: IO[bytes], table: Table) -> None:
    """Write the table, in as many sheets as it needs."""
    book = xlsxwriter.Workbook(file, OPTIONS)
    formats = {name: book.add_format(how) for name, how in FORMATS.items()}
    sheet, place = _Sheet(book, formats, table), 0
    for row in table.rows:
        if place == MOST_ROWS:
            sheet.close(place)
            sheet, place = _Sheet(book, formats, table), 0
        place += 1
        sheet.write(place, row)
    sheet.close(place)
    book.close()


class _Sheet:
    """One sheet: its heads stand while the rows scroll, from the right where the language is written so."""

    def __init__(self, book: Any, formats: dict[str, Any], table: Table) -> None:
        self._sheet, self._formats, self._zone = book.add_worksheet(), formats, table.zone
        self._widths = [max(len(word) for word in head.split() or [""]) for head in table.heads]
        if direction() == "rtl":
            self._sheet.right_to_left()
        self._sheet.freeze_panes(1, 0)
        for column, head in enumerate(table.heads):
            self._sheet.write_string(0, column, head, formats["head"])

    def write(self, place: int, row: Any) -> None:
        for column, cell in enumerate(row):
            self._write(place, column, cell)
        if place <= MEASURED:
            self._widths = [max(width, _width(cell)) for width, cell in zip(self._widths, row, strict=True)]

    def close(self, rows: int) -> None:
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, min(max(width + 2, NARROWEST), WIDEST))
        if rows and self._widths:
            self._sheet.autofilter(0, 0, rows, len(self._widths) - 1)

    def _write(self, place: int, column: int, cell: Cell) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, str):
            kind = self._formats["text"] if harmless(cell) != cell else None
            self._sheet.write_string(place, column, cell, kind)
        elif isinstance(cell, datetime):
            self._sheet.write_datetime(place, column, there(cell, self._zone), self._formats["moment"])
        elif isinstance(cell, date):
            self._sheet.write_datetime(place, column, cell, self._formats["day"])
        elif isinstance(cell, Share):
            self._sheet.write_number(place, column, round(cell, 4), self._formats["share"])
        else:
            self._sheet.write_number(place, column, round(cell, 4))


def _width(cell: Cell) -> int:
    if isinstance(cell, str):
        return max(map(len, cell.splitlines()), default=0)
    return 16 if isinstance(cell, datetime) else 10 if isinstance(cell, date) else 0
