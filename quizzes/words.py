"""Points, scores and kinds in words, for templates."""

from typing import Any

from app.i18n import _, current, lazy, ngettext, number
from modules.queries.reach import Reach
from modules.words.notices import notice_head, notice_reasons
from modules.words.reach import cohorts
from quizzes.queries.headings import Heading
from quizzes.rules.kinds import Kind
from quizzes.rules.results import Result, Verdict

KINDS = {
    Kind.SINGLE: lazy("Single choice"),
    Kind.MULTIPLE: lazy("Multiple choice"),
    Kind.TRUEFALSE: lazy("True or false"),
    Kind.SHORT: lazy("Short answer"),
    Kind.NUMBER: lazy("Numerical answer"),
    Kind.OPEN: lazy("Open answer"),
}
HOW = {
    Kind.SINGLE: lazy("One answer."),
    Kind.MULTIPLE: lazy("Several answers are possible."),
    Kind.TRUEFALSE: lazy("True or false."),
    Kind.SHORT: lazy("A few words."),
    Kind.NUMBER: lazy("A number."),
    Kind.OPEN: lazy("A free text, read by a trainer."),
}
VERDICTS = {
    Verdict.PASSED: (lazy("Passed"), "good"),
    Verdict.FAILED: (lazy("Not passed"), "bad"),
    Verdict.WAITING: (lazy("Being marked"), "warn"),
}


def points(x: float) -> str:
    """ "1 point", "2.5 points"."""
    return ngettext("%(points)s point", "%(points)s points", _count(x), points=number(x, 2))


def out_of(earned: float, of: float) -> str:
    """ "7 points out of 9"."""
    return ngettext(
        "%(earned)s point out of %(of)s", "%(earned)s points out of %(of)s", _count(earned),
        earned=number(earned, 2), of=number(of, 2),
    )  # fmt: skip


def score(result: Result) -> str:
    """The sentence over a result: what is won, and what waits."""
    waiting = ngettext(
        "%(points)s point is waiting to be marked.", "%(points)s points are waiting to be marked.",
        _count(result.waiting), points=number(result.waiting, 2),
    )  # fmt: skip
    if result.waiting and not result.marked:
        return waiting
    won = _("%(score)s.", score=out_of(result.earned, result.marked))
    return f"{won} {waiting}" if result.waiting else won


def unmarked(result: Result) -> str:
    """Beside a total that is not final: how many answers have no mark yet that the learner may see."""
    return ngettext(
        "%(num)d answer still waits for a trainer: this total is not final.",
        "%(num)d answers still wait for a trainer: this total is not final.", result.unmarked,
    ) if result.unmarked else ""  # fmt: skip


def verdict(result: Result) -> str:
    """What the result means, with the pass mark."""
    mark = out_of(result.needed, result.total)
    if result.verdict is Verdict.PASSED:
        return _("The quiz is passed: the mark to reach is %(mark)s.", mark=mark)
    if result.verdict is Verdict.FAILED:
        return _("The quiz is not passed: the mark to reach is %(mark)s.", mark=mark)
    return _("Whether the quiz is passed will be known with the marks: the mark to reach is %(mark)s.", mark=mark)


def reach(found: Reach) -> str:
    """Before a quiz asks its first question: for whom it will be there, and who will be done no more."""
    there = _(
        "The cohorts that have the module (%(cohorts)s) have this quiz too as soon as it asks its first question.",
        cohorts=cohorts(found),
    )
    reopened = ngettext(
        "%(num)d learner has done all other steps: the module will be done again once the quiz is passed.",
        "%(num)d learners have done all other steps: the module will be done again for each who passes the quiz.",
        found.done,
    )
    return f"{there} {reopened}" if found.done else there


def module_name(place: Heading) -> str:
    """ "Module 5", or the title of a module without a number."""
    return _("Module %(number)s", number=place.number) if place.number else place.module_title


def for_templates() -> dict[str, Any]:
    """What the templates of this room may call."""
    return {
        "module_name": module_name,
        "points_text": points,
        "reach_text": reach,
        "out_of_text": out_of,
        "score_text": score,
        "unmarked_text": unmarked,
        "verdict_text": verdict,
        "notice_head": notice_head,
        "notice_reasons": notice_reasons,
        "kind_names": KINDS,
        "kind_how": HOW,
        "verdict_tags": VERDICTS,
    }


def _count(x: float) -> int:
    """The whole number whose plural form fits: French and Portuguese say "1,5 point", English says "1.5 points"."""
    return int(x) if x == int(x) or current() in ("fr", "pt") else 2
