"""How much of a recording must be seen, for whom, in words: for who edits its step."""

from collections.abc import Sequence

from app.i18n import _, percent
from modules.models import Step
from modules.queries.reach import Reach
from modules.words.reach import cohorts


def share_line(reach: Reach | None, step: Step | None) -> str:
    """From when and for whom the share in the form of a recording counts."""
    if step is not None:
        return _(
            "The step is done when this share was seen. A change makes a new rule, for cohorts that are given the "
            "module from now on; the others keep theirs until somebody who leads them moves them on the page of the "
            "cohort."
        )
    if reach is None:
        return _("The step is done when this share was seen. It counts for every cohort that is given the module.")
    return _(
        "The step is done when this share was seen. It counts from now on for the cohorts that have the module "
        "(%(cohorts)s), and for those that are given it later.",
        cohorts=cohorts(reach),
    )


def share_facts(shares: Sequence[tuple[str, float | None]]) -> list[tuple[str, str]]:
    """Which share counts now in each cohort that has the module."""
    return [(_("Counts in %(cohort)s", cohort=name), percent(share)) for name, share in shares if share is not None]
