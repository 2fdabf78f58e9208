"""Tables of reports as files for spreadsheets, CSV or XLSX, of the same rows: `answer(Table(…), "xlsx")`."""

from app.web.tables.answers import TYPES, answer, named
from app.web.tables.cells import Cell, Share, Table, harmless, timed
from app.web.tables.csv_file import note

__all__ = ["TYPES", "Cell", "Share", "Table", "answer", "harmless", "named", "note", "timed"]
