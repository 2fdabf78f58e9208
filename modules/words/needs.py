"""Who needs a word, in words and as a table."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask import url_for

from app.i18n import _, day, ngettext
from app.web import tables
from modules.desks import ToGrade
from modules.queries.needs import Need
from modules.words.steps import module_name

FILTERS = ("all", "stuck", "silent")


def sentence(needs: Sequence[Need], grading: Sequence[ToGrade]) -> str:
    """The answer first."""
    waiting = sum(desk.answers for desk in grading)
    people = ngettext("%(num)d person needs a word", "%(num)d people need a word", len(needs))
    answers = ngettext("%(num)d answer waits for a grade", "%(num)d answers wait for a grade", waiting)
    if needs and waiting:
        return _("%(people)s, %(answers)s.", people=people, answers=answers)
    if needs or waiting:
        return _("%(what)s.", what=people if needs else answers)
    return _("Nobody waits for you here.")


def filters(public_id: str, needs: Sequence[Need], wanted: str) -> list[tuple[str, str, str]]:
    """Key, address and word, with how many each shows."""
    words = {
        "all": _("All (%(num)d)", num=len(needs)),
        "stuck": _("Stuck (%(num)d)", num=len(chosen(needs, "stuck"))),
        "silent": _("Silent (%(num)d)", num=len(chosen(needs, "silent"))),
    }
    return [
        (key, url_for("cohorts.needs", public_id=public_id, only=key, q=wanted or None), words[key]) for key in FILTERS
    ]


def chosen(needs: Iterable[Need], only: str) -> list[Need]:
    """Those of one filter."""
    keep = {"stuck": lambda need: need.stuck_at, "silent": lambda need: need.silent_since}.get(only, lambda _need: True)
    return [need for need in needs if keep(need)]


def stuck_line(need: Need, zone: str) -> str:
    """Where and since when somebody is stuck."""
    if not (need.stuck_at and need.stuck_since):
        return ""
    place = need.stuck_at
    return _(
        "%(module)s, “%(step)s”, since %(day)s", module=module_name(place.module), step=place.step.title,
        day=day(need.stuck_since, zone),
    )  # fmt: skip


def silent_line(need: Need, zone: str) -> str:
    """Since when nothing was heard."""
    return _("since %(day)s", day=day(need.silent_since, zone)) if need.silent_since else ""


def needs_table(needs: Iterable[Need], name: str, zone: str) -> tables.Table:
    """A row for each person."""
    heads = [
        _("Learner"), _("Id"), _("Module"), _("Step"), tables.timed(_("Stuck since"), zone),
        tables.timed(_("Silent since"), zone), tables.timed(_("Written to"), zone),
    ]  # fmt: skip
    rows = (_row(need) for need in needs)
    return tables.Table(name, heads, rows, zone)


def _row(need: Need) -> list[tables.Cell]:
    place, learner = need.stuck_at, need.learner
    where: list[tables.Cell] = [module_name(place.module), place.step.title] if place else [None, None]
    return [learner.name, learner.public_id, *where, need.stuck_since, need.silent_since, need.written_at]


def oldest(desk: ToGrade, now: datetime, zone: str) -> str:
    """Since when the oldest answer waits."""
    return _("the oldest since %(day)s", day=day(desk.oldest, zone)) if desk.oldest else ""
