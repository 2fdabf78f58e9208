"""Tables as files: the same rows as CSV and as a workbook."""

import csv
import io
import tracemalloc
from datetime import UTC, date, datetime

import pytest

from app.web import tables
from tests import workbook

AT = datetime(2026, 6, 12, 22, 30, 15, tzinfo=UTC)
ODD = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "－1", "x;=1+1,=2", "http://example.org", "007", "12/06", "Zoé"]


def said(app, kind, rows, heads=("Nom", "Part", "Moment", "Jour", "Nombre"), zone="Indian/Antananarivo", lang="fr"):
    with app.test_request_context(headers={"Accept-Language": lang}):
        response = tables.answer(tables.Table("Table é", heads, rows, zone), kind)
        return response, response.get_data()


def test_a_workbook_holds_figures_dates_and_texts_as_such(app):
    rows = [("Zoé", tables.Share(0.4711), AT, date(2026, 6, 12), 1234.5), (None, tables.Share(0), None, None, 7)]
    response, data = said(app, "xlsx", rows)
    book = workbook.read(data)
    moment = book.rows[1][2]
    assert response.mimetype == tables.TYPES["xlsx"] and book.frozen and not book.from_right
    assert [round(cell, 4) if isinstance(cell, float) else cell for cell in book.rows[1][:2]] == ["Zoé", 0.4711]
    assert abs((moment - datetime(2026, 6, 13, 1, 30, 15)).total_seconds()) < 1  # Three hours east of UTC.
    assert book.rows[1][3:] == [datetime(2026, 6, 12), 1234.5]
    assert book.rows[2] == [None, 0.0, None, None, 7.0]
    assert all(width >= 8 for width in book.widths)


@pytest.mark.parametrize("name", ODD)
def test_no_text_of_a_workbook_becomes_a_formula_a_link_or_a_figure(app, name):
    book = workbook.read(said(app, "xlsx", [(name,)], heads=(name,))[1])
    assert book.rows == [[name], [name]] and book.formulas == 0


def test_both_files_tell_the_same_moment_in_the_zone_that_is_named(app):
    heads = (tables.timed("Vu le", "Indian/Antananarivo"),)
    lines = list(csv.reader(io.StringIO(said(app, "csv", [(AT,)], heads)[1].decode("utf-8-sig")), delimiter=";"))
    assert lines == [["Vu le (Indian/Antananarivo)"], ["2026-06-13 01:30:15"]]


def test_a_workbook_begins_at_the_right_where_the_language_does(app, monkeypatch):
    monkeypatch.setattr("app.web.tables.xlsx_file.direction", lambda: "rtl")
    assert workbook.read(said(app, "xlsx", [("اسم",)], heads=("الاسم",))[1]).from_right


def test_the_file_is_named_in_full_and_in_ascii_and_by_the_day_there(app):
    name = tables.named("progression", "Cohorte été/2", AT, "Indian/Antananarivo")
    with app.test_request_context():
        header = tables.answer(tables.Table(name, ["Nom"], []), "csv").headers["Content-Disposition"]
    assert "filename=progression-Cohorte_ete_2-2026-06-13.csv" in header
    assert "filename*=UTF-8''progression-Cohorte%20%C3%A9t%C3%A9%2F2-2026-06-13.csv" in header


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_large_table_is_never_whole_in_memory(app, kind):
    rows = ((f"Personne {number}", number, AT) for number in range(12_000))
    with app.test_request_context():
        tracemalloc.start()
        response = tables.answer(tables.Table("t", ["Nom", "Nombre", "Moment"], rows), kind)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        size = sum(len(piece) for piece in response.response)
        response.close()
    assert response.content_length in (None, size) and most < 3_000_000


def test_a_fault_half_way_is_no_half_table(app):
    def rows():
        yield ("a",)
        raise RuntimeError("half-way")

    with app.test_request_context(), pytest.raises(RuntimeError):
        tables.answer(tables.Table("t", ["Nom"], rows()), "csv")


def test_what_fills_a_sheet_goes_on_in_the_next_one(app, monkeypatch):
    monkeypatch.setattr("app.web.tables.xlsx_file.MOST_ROWS", 2)
    book = workbook.read(said(app, "xlsx", [(str(n),) for n in range(3)], heads=("Nom",))[1])
    assert [row[0] for row in book.rows] == ["Nom", "0", "1"]
