"""The report of a programme in words and as tables."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.i18n import _, lazy, number, percent
from app.people import countries
from app.people.sentences import GENDERS
from app.web import tables
from modules.queries.programme import COHORT, COUNTRY, GENDER, INSTITUTION, MODULE, Group, Report
from modules.rules.masking import Hidden, K
from modules.rules.programme import Line
from modules.words.steps import SOURCES

HEADS: Mapping[str, Any] = {
    MODULE: lazy("By module"), COHORT: lazy("By cohort"), COUNTRY: lazy("By country"),
    INSTITUTION: lazy("By kind of institution"), GENDER: lazy("By gender, if given"),
}  # fmt: skip
FIRST: Mapping[str, Any] = {
    MODULE: lazy("Module"), COHORT: lazy("Cohort"), COUNTRY: lazy("Country"), INSTITUTION: lazy("Institution"),
    GENDER: lazy("Gender"),
}  # fmt: skip


def sentence(report: Report) -> str:
    """The answer first: how many learn, and how many have finished."""
    total = report.totals[COHORT]
    if not report.groups[COHORT]:
        return _("Nobody learns here yet.")
    if total is None:
        return _("The figures of the programme")
    return _(
        "%(enrolled)s people learn, %(finished)s have finished.", enrolled=figure(total.enrolled),
        finished=figure(total.finished),
    )  # fmt: skip


def name(dimension: str, group: Group, lang: str) -> str:
    """A group by its name; what nobody has said is named so."""
    if dimension == COUNTRY:
        return countries.name(group.name, lang) or _("not said")
    if dimension == GENDER:
        return str(GENDERS[group.name]) if group.name in GENDERS else group.name or _("not said")
    return group.name or _("not said")


def heads(dimension: str) -> list[str]:
    """The heads of a table."""
    return [
        str(FIRST[dimension]), _("Enrolled"), _("Begun"), _("Finished"), _("Hours seen"), _("Presences in person"),
        _("Days to finish, median"),
    ]  # fmt: skip


def figure(value: Any) -> str:
    """A figure as it may be shown."""
    if value is Hidden.SMALL:
        return f"<\u00a0{K}"
    if value is Hidden.ALSO:
        return _("hidden")
    return "" if value is None else number(value, 1)


def share(line: Line) -> float | None:
    """What part has finished, where both figures are shown."""
    if isinstance(line.enrolled, Hidden) or isinstance(line.finished, Hidden) or not line.enrolled:
        return None
    return line.finished / line.enrolled


def share_word(line: Line) -> str:
    """The same in words, for the bar."""
    part = share(line)
    return "" if part is None else _("%(share)s finished", share=percent(part))


def table(report: Report, dimension: str, named: str, lang: str) -> tables.Table:
    """One of its tables to take along: the same figures, hidden where the page hides them."""
    rows = [[name(dimension, group, lang), *_cells(group.line)] for group in report.groups[dimension]]
    total = report.totals[dimension]
    return tables.Table(named, heads(dimension), [*rows, [_("In all"), *_cells(total)]] if total else rows)


def file_name(dimension: str, title: str, now: datetime) -> str:
    """What it tells, of which cycle."""
    what = _("programme")
    return tables.named(f"{what}-{FIRST[dimension]}", title, now)


def completions_table(rows: Iterable[Any], title: str, now: datetime) -> tables.Table:
    """Who did what, when, by which rule: with names, for administrators."""
    heads = [
        _("Id"), _("Learner"), _("Module number"), _("Module"), _("Step"), _("Kind"), tables.timed(_("Done on"), "UTC"),
        _("Source"), _("Rule"),
    ]  # fmt: skip
    sources = {key: str(word) for key, word in SOURCES.items()}
    told = ((*row[:7], sources.get(row[7], row[7]), row[8]) for row in rows)
    what = _("what was done")
    return tables.Table(tables.named(what, title, now), heads, told)


def _cells(line: Line) -> list[tables.Cell]:
    values = (line.enrolled, line.begun, line.finished, line.hours, line.presences, line.days)
    return [figure(value) if isinstance(value, Hidden) else value for value in values]
