"""What waits for an administrator, in words."""

from collections.abc import Mapping, Sequence

from flask import url_for

from app.i18n import _, ngettext
from modules.panels import HomeLine
from modules.queries.waiting import Some, Waiting


def waiting(lines: Mapping[str, Sequence[HomeLine]]) -> str:
    """What a trainer or administrator reads first."""
    count = sum(line.count for line in lines.get("grading", ()))
    things = len(lines.get("waiting", ())) + bool(count)
    if lines.get("waiting"):
        return ngettext("One thing is waiting for you.", "%(num)d things are waiting for you.", things)
    if not count:
        return _("Nothing is waiting for you.")
    return ngettext("One answer is waiting for your grade.", "%(num)d answers are waiting for your grade.", count)


def admin_lines(found: Waiting) -> list[HomeLine]:
    """A line for each kind of thing that waits; it leads to the one thing, or to the list of many."""
    lines = [
        _failed(found.failed),
        _unfinished(found.unfinished),
        _empty(found.empty),
        _bare(found.bare),
    ]
    if not found.cohorts:
        lines.append(HomeLine(_("There is no cohort yet: make the first one."), url_for("enrolment.add"), 1, "waiting"))
    return lines


def _line(some: Some, one: tuple[str, str], several: str, url: str) -> HomeLine:
    """`one` is the sentence and the endpoint for a single thing, which is named and opened."""
    if some.many == 1:
        return HomeLine(one[0], url_for(one[1], public_id=some.public_id), 1, "waiting")
    return HomeLine(several, url_for(url), some.many, "waiting")


def _failed(some: Some) -> HomeLine:
    one = _("The recording “%(name)s” has failed.", name=some.name)
    several = ngettext("%(num)d recording has failed.", "%(num)d recordings have failed.", some.many)
    return _line(some, (one, "recordings.show"), several, "recordings.index")


def _unfinished(some: Some) -> HomeLine:
    one = _("The file of “%(name)s” has not arrived whole.", name=some.name)
    several = ngettext("%(num)d file has not arrived whole.", "%(num)d files have not arrived whole.", some.many)
    return _line(some, (one, "recordings.show"), several, "recordings.index")


def _empty(some: Some) -> HomeLine:
    one = _("Nobody learns in “%(name)s” yet.", name=some.name)
    several = ngettext("Nobody learns in %(num)d cohort yet.", "Nobody learns in %(num)d cohorts yet.", some.many)
    return _line(some, (one, "enrolment.people"), several, "cohorts.index")


def _bare(some: Some) -> HomeLine:
    one = _("“%(name)s” has no module yet.", name=some.name)
    several = ngettext("%(num)d cohort has no module yet.", "%(num)d cohorts have no module yet.", some.many)
    return _line(some, (one, "assigning.show"), several, "cohorts.index")
