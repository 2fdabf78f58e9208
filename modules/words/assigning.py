"""Modules given to cohorts and taken from them, in words."""

from app.i18n import _, day, ngettext
from modules.models import Assignment, AssignmentChange
from modules.queries.withdrawing import AtStake


def decision(change: AssignmentChange) -> str:
    """What was decided about a module for a cohort."""
    match change.what:
        case "given":
            return _("Given, with the dates %(dates)s", dates=_dates(change))
        case "dates":
            return _("Other dates: %(dates)s", dates=_dates(change))
        case "rules":
            return _("A newer rule")
    return _("Withdrawn")


def given_days(given: Assignment | AssignmentChange) -> list[tuple[str, str]]:
    """From which day to which a cohort has a module, or had it."""
    opens = day(given.opens_at, given.zone) if given.opens_at else _("at once")
    return [(_("Opens"), opens), (_("Last day"), day(given.due_at, given.zone) if given.due_at else _("none"))]


def withdrawal(stake: AtStake) -> str:
    """What happens to learners when their cohort loses a module."""
    if not stake.learners:
        return _("Nobody learns in this cohort yet.")
    return ngettext(
        "%(num)d learner no longer finds this module: its steps, its deadline and its days leave every page at once.",
        "%(num)d learners no longer find this module: its steps, its deadline and its days leave every page at once.",
        stake.learners,
    )


def _dates(change: AssignmentChange) -> str:
    opens = day(change.opens_at, change.zone) if change.opens_at else _("at once")
    return f"{opens} – {day(change.due_at, change.zone) if change.due_at else _('none')}"
