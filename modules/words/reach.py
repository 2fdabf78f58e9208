"""For whom a step is there that comes to a running module, and who had done the module: for who adds it."""

from app.i18n import _, ngettext
from modules.queries.reach import Reach
from modules.words.kinds import listing


def cohorts(found: Reach) -> str:
    """The cohorts that have the module: those that the reader leads by name, the others by number."""
    others = ngettext("%(num)d cohort led by others", "%(num)d cohorts led by others", found.others)
    return listing([*found.cohorts, *([others] if found.others else [])])


def for_whom(found: Reach) -> str:
    """The cohorts that get the step too."""
    return _(
        "The cohorts that have the module (%(cohorts)s) have this step too as soon as it is saved.",
        cohorts=cohorts(found),
    )


def reopened(found: Reach) -> str:
    """How many have one more step to do."""
    if not found.done:
        return ""
    return ngettext(
        "%(num)d learner has done every step: there will be one more to do. What is done stays done.",
        "%(num)d learners have done every step: each of them will have one more to do. What is done stays done.",
        found.done,
    )


def brought_back(found: Reach) -> str:
    """The same of a step that was put away: some have done it before."""
    if not found.done:
        return ""
    return ngettext(
        "%(num)d learner has done every step above: a step that comes back is one more to do, unless it was done "
        "before.",
        "%(num)d learners have done every step above: a step that comes back is one more to do for each who has not "
        "done it before.",
        found.done,
    )
