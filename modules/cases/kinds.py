"""What this room tells the spine: how a case step opens, and what is new on the home page."""

from datetime import datetime
from typing import Any

from flask import url_for
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from app.i18n import Said, lazy, ngettext, said
from app.people.rules import Role
from modules.cases import rules, words
from modules.cases.access import may_identify, places
from modules.cases.queries.listing import case_names, cases_in
from modules.cases.queries.steps import silent
from modules.cases.queries.threads import news
from modules.kinds import Kind
from modules.panels import HomeLine


def for_visitors(session: Session, cycle_id: int) -> str:
    """How many cases, and nothing of any of them."""
    count = cases_in(session, cycle_id)
    return ngettext("%(num)d practical case", "%(num)d practical cases", count) if count else ""


KIND = Kind("cases", lazy("Practical cases"), open_endpoint="cases.open_step", for_visitors=for_visitors)


def panel(session: Session, person: Any, now: datetime) -> list[HomeLine]:
    """One line per discussion with unread posts: how many and where, never a text of a post."""
    mine = [place for place in places(session, person, now) if place.member]
    if not mine:
        return []
    found = news(session, person.id, {place.cohort_id for place in mine}, {place.cycle_id for place in mine})
    return [
        _line(row, Said(row.case_title, row.lang) if may_identify(row, person) else words.unnamed(row.consent))
        for row in found
    ]


def silence(session: Session, person: Any, now: datetime) -> list[HomeLine]:
    """For a trainer: case steps where learners find nowhere to write; the link leads to the first of them."""
    cohorts = person.cohorts_as(Role.TRAINER)
    found = silent(session, cohorts, now) if cohorts else []
    if not found:
        return []
    count = sum(each.steps for each in found)
    text = ngettext(
        "%(num)d step of practical cases has no open discussion.",
        "%(num)d steps of practical cases have no open discussion.",
        count,
    )
    return [HomeLine(text, url_for("cases.index", cohort=found[0].cohort, cycle=found[0].cycle), count, "waiting")]


def about(session: Session, person: Any, module: Any) -> dict[int, str]:
    """Of each case step of a module: which cases it discusses, and what completes it."""
    names = case_names(session, person, module.cycle_id)
    named = words.cases(names)
    steps = [step for step in module.steps if step.kind == KIND.name]
    return {
        step.id: Markup("{} {}").format(named, words.completed_by(rules.posts_wanted(module.terms.get(step.public_id))))
        for step in steps
    }


def _line(row: Any, case: str) -> HomeLine:
    title = row.title if rules.may_show(row.consent, rules.Surface.PANEL, inside=True) else ""
    if title:
        text = ngettext(
            "%(case)s, “%(thread)s”: %(num)d new post",
            "%(case)s, “%(thread)s”: %(num)d new posts",
            row.unread,
            case=said(case),
            thread=escape(title),
        )
    else:
        text = ngettext("%(case)s: %(num)d new post", "%(case)s: %(num)d new posts", row.unread, case=said(case))
    return HomeLine(Markup(text), url_for("threads.first_unread", public_id=row.public_id), row.unread, "new")
