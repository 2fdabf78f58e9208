"""A workbook read back by the rules of its format (ECMA-376), without the library that wrote it."""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

_NAMES = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
_EPOCH = datetime(1899, 12, 30)


@dataclass
class Workbook:
    """The cells of its first sheet, and what is said of the sheet."""

    rows: list[list[Any]]
    formulas: int
    from_right: bool
    frozen: bool
    widths: list[float]


def read(data: bytes) -> Workbook:
    """Texts as texts, figures as figures, and as moments where their format says so."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    dated = {
        int(kind.get("numFmtId", 0))
        for kind in styles.findall("x:numFmts/x:numFmt", _NAMES)
        if "yyyy" in kind.get("formatCode", "")
    }
    kinds = [int(kind.get("numFmtId", 0)) in dated for kind in styles.findall("x:cellXfs/x:xf", _NAMES)]
    view = sheet.find("x:sheetViews/x:sheetView", _NAMES)
    assert view is not None
    return Workbook(
        rows=[_row(row, kinds) for row in sheet.findall("x:sheetData/x:row", _NAMES)],
        formulas=len(sheet.findall(".//x:f", _NAMES)),
        from_right=view.get("rightToLeft") == "1",
        frozen=view.find("x:pane[@state='frozen']", _NAMES) is not None,
        widths=[float(column.get("width", 0)) for column in sheet.findall("x:cols/x:col", _NAMES)],
    )


def _row(row: ElementTree.Element, kinds: list[bool]) -> list[Any]:
    cells: list[Any] = []
    for cell in row.findall("x:c", _NAMES):
        letters = re.sub(r"\d", "", cell.get("r", ""))
        place = 0
        for letter in letters:
            place = 26 * place + ord(letter) - 64
        cells += [None] * (place - 1 - len(cells)) + [_value(cell, kinds)]
    return cells


def _value(cell: ElementTree.Element, kinds: list[bool]) -> Any:
    if cell.get("t") == "inlineStr":
        return "".join(cell.itertext())
    figure = float(cell.findtext("x:v", "", _NAMES))
    return _EPOCH + timedelta(days=figure) if kinds[int(cell.get("s", 0))] else figure
