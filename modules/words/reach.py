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
    """How many have finished without it, and stay so."""
    if not found.done:
        return ""
    return ngettext(
        "%(num)d learner has finished this module and stays so: a new step may be left out there. The others need it; "
        "the rules of the module can say otherwise.",
        "%(num)d learners have finished this module and stay so: a new step may be left out there. The others need it; "
        "the rules of the module can say otherwise.",
        found.done,
    )


def brought_back(found: Reach) -> str:
    """The same of a step that was put away."""
    if not found.done:
        return ""
    return ngettext(
        "%(num)d learner has finished with the steps above and stays so, whatever comes back.",
        "%(num)d learners have finished with the steps above and stay so, whatever comes back.",
        found.done,
    )
