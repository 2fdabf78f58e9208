"""A table as CSV, as spreadsheets of the reader's language open it: UTF-8 that says so at its beginning, or they take
it for the code page of their machine; every cell between quotes, parted by what the decimals of the language leave
free."""

import csv
import io
from datetime import date, datetime
from typing import IO

from app.i18n import _, decimal_sign
from app.web.tables.cells import Cell, Table, harmless, there


def write_csv(file: IO[bytes], table: Table) -> None:
    """Write the table as it comes."""
    sign = decimal_sign()
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, delimiter=_separator(sign))
    text.write("\ufeff")
    writer.writerow(map(harmless, table.heads))
    writer.writerows([_text(cell, sign, table.zone) for cell in row] for row in table.rows)
    text.detach()


def note() -> str:
    """How the file is written, for who opens it in a spreadsheet of another language."""
    if _separator(decimal_sign()) == ";":
        return _(
            "The CSV file is made for spreadsheets in this language: semicolons between cells, a comma in decimals."
        )
    return _("The CSV file is made for spreadsheets in this language: commas between cells, a point in decimals.")


def _separator(sign: str) -> str:
    return ";" if sign == "," else ","


def _text(cell: Cell, sign: str, zone: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, datetime):
        return there(cell, zone).isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return f"{cell:.4f}".rstrip("0").rstrip(".").replace(".", sign)
