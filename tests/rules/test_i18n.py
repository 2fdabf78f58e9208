"""Sizes, times and dates as people of each language write them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask, current_app

from app import i18n
from app.i18n.catalogues import Contradiction, merge
from app.i18n.languages import said
from app.i18n.pseudo import write_pseudo

AT = datetime(2023, 5, 16, 14, 3, tzinfo=UTC)
N = "\u00a0"


@pytest.fixture(scope="module")
def speaking():
    app = Flask("app")
    app.config["SECRET_KEY"] = "tests only"
    i18n.init_app(app)
    with app.app_context():
        yield i18n.speaking


def test_outside_of_a_request_the_default_language_speaks(app):
    with app.app_context():
        assert str(i18n.lazy("Help")) == "Aide"


def test_a_text_of_another_language_says_so_and_its_direction_where_it_turns(speaking):
    title = i18n.Said("Coopération <1>", "fr")
    for page, shown in (
        ("fr", "Coopération &lt;1&gt;"),
        ("en", '<span lang="fr">Coopération &lt;1&gt;</span>'),
        ("ar", '<span lang="fr" dir="ltr">Coopération &lt;1&gt;</span>'),
    ):
        with speaking(page):
            assert said(title) == shown
            assert said(i18n.Said("k3", "")) == said("k3") == "k3"
            assert said(said(title)) == shown
    assert title == "Coopération <1>" and f"{title}" == "Coopération <1>"


@pytest.mark.parametrize(
    "n_bytes, fr, en",
    [
        (0, "0 ko", "0 kB"),
        (1, "1 ko", "1 kB"),
        (40_000, "40 ko", "40 kB"),
        (200_000, "0,2 Mo", "0.2 MB"),
        (364_000, "0,36 Mo", "0.36 MB"),
        (2_700_000, "2,7 Mo", "2.7 MB"),
        (3_010_000, "3 Mo", "3 MB"),
        (9_960_000, "10 Mo", "10 MB"),
        (208_300_000, "208 Mo", "208 MB"),
        (4_200_000_000, "4,2 Go", "4.2 GB"),
    ],
)
def test_a_size_is_said_as_a_price(speaking, n_bytes, fr, en):
    for code, text in (("fr", fr), ("en", en)):
        with speaking(code):
            assert i18n.megabytes(n_bytes) == text.replace(" ", N)


@pytest.mark.parametrize("seconds, text", [(0, "0:00"), (59.9, "0:59"), (2480, "41:20"), (3723, "1:02:03")])
def test_a_place_in_a_recording_is_minutes_and_seconds(seconds, text):
    assert i18n.clock(seconds) == text


@pytest.mark.parametrize(
    "seconds, fr, en",
    [
        (45, "45 s", "45 s"),
        (895, "14 min 55", "14 min 55 s"),
        (2280, "38 min", "38 min"),
        (6660, "1 h 51", "1 h 51 min"),
        (3600, "1 h", "1 h"),
        (3599.6, "1 h", "1 h"),
    ],
)
def test_a_length_of_time_is_two_figures_at_most(speaking, seconds, fr, en):
    for code, text in (("fr", fr), ("en", en)):
        with speaking(code):
            assert i18n.span(seconds) == text.replace(" ", N)


def test_dates_stand_in_the_zone_of_the_reader_with_the_year_when_it_is_another(speaking):
    with speaking("fr"):
        assert i18n.day(AT) == f"16{N}mai 2023"
        assert i18n.day(date(2023, 6, 1), weekday=True) == f"jeudi 1er{N}juin 2023"
        assert i18n.day(datetime(2023, 5, 16, 23, 30, tzinfo=UTC), "Africa/Maputo") == f"17{N}mai 2023"
        assert i18n.moment(AT, "Africa/Casablanca") == f"16{N}mai 2023, 15{N}h{N}03"
        assert i18n.hour(AT.replace(minute=0)) == f"14{N}h"
        assert i18n.when(AT, AT.replace(hour=23), "Africa/Casablanca") == f"le 16{N}mai 2023, 15{N}h{N}03"
        assert i18n.when(AT, AT.replace(hour=22), "Africa/Casablanca") == f"à{N}15{N}h{N}03"
        assert i18n.weekday(AT) == "mardi"
    with speaking("en"):
        assert i18n.moment(AT) == f"16{N}May 2023, 14:03"
        assert i18n.day(date(2023, 6, 1)) == f"1{N}June 2023"
        assert i18n.day(date(2023, 6, 2), weekday=True) == f"Friday 2{N}June 2023"


def test_a_date_of_this_year_by_the_clock_of_the_request_and_the_zone_of_the_reader_has_no_year(speaking):
    app = current_app._get_current_object()
    told = app.extensions["now"]
    eve = datetime(2023, 12, 31, 23, 30, tzinfo=UTC)
    try:
        with speaking("fr"):
            for now, zone, text in (
                (AT, None, f"1er{N}janvier 2024"), (eve, None, f"1er{N}janvier 2024"),
                (eve, "Africa/Maputo", f"1er{N}janvier"), (AT.replace(year=2024), None, f"1er{N}janvier"),
            ):  # fmt: skip
                i18n.tell_time_by(app, lambda now=now: now)
                assert i18n.day(date(2024, 1, 1), zone) == text
    finally:
        i18n.tell_time_by(app, told)


def test_figures_have_the_comma_of_their_language(speaking):
    with speaking("fr"):
        assert i18n.percent(0.47) == f"47{N}%"
        assert i18n.number(7.5) == "7,5" and i18n.number(7.0) == "7" and i18n.number(12345) == "12\u202f345"
    with speaking("en"):
        assert i18n.percent(0.47) == "47%" and i18n.number(7.5) == "7.5"


@pytest.mark.parametrize(
    ("lang", "way"), [("fr", "ltr"), ("ar-MA", "rtl"), ("ff", "ltr"), ("ff-Adlm", "rtl"), ("pt", "ltr"), ("zz", "ltr")]
)
def test_a_language_that_is_only_written_in_has_a_direction_too(lang, way):
    assert i18n.direction(lang) == way


@pytest.mark.parametrize(
    "code, way, name", [("fr", "ltr", "Français"), ("ar", "rtl", "العربية"), ("pt", "ltr", "Português")]
)
def test_a_language_knows_its_name_and_direction(code, way, name):
    assert i18n.endonym(code) == name and i18n.direction(code) == way


def test_two_rooms_may_not_translate_a_text_differently(tmp_path: Path):
    folder = tmp_path / "fr"
    folder.mkdir()
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (folder / "a.po").write_text(head + 'msgid "Save"\nmsgstr "Enregistrer"\n', encoding="utf-8")
    (folder / "b.po").write_text(head + 'msgid "Save"\nmsgstr "Enregistrer"\n', encoding="utf-8")
    assert len(merge(folder)) == 1
    (folder / "b.po").write_text(head + 'msgid "Save"\nmsgstr "Sauver"\n', encoding="utf-8")
    with pytest.raises(Contradiction, match="a.po and b.po"):
        merge(folder)


def test_only_complete_catalogues_are_offered(tmp_path: Path):
    app = Flask("app")
    write_pseudo(i18n.languages.SOURCE / "fr", tmp_path)
    app.config["MORE_TRANSLATIONS"] = [tmp_path]
    i18n.init_app(app)
    half = Flask("app")
    half.config["MORE_TRANSLATIONS"] = [tmp_path / "half"]
    folder = tmp_path / "few" / "fr"
    folder.mkdir(parents=True)
    (folder / "a.po").write_text('msgid "Save"\nmsgstr "Enregistrer"\n')
    write_pseudo(folder, tmp_path / "half", "pt")
    i18n.init_app(half)
    with app.app_context():
        assert i18n.offered() == ["fr", "en", "ar"]
    with half.app_context():
        assert i18n.offered() == ["fr", "en"]
