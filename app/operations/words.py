"""What the page of operations and its commands say."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.i18n import _, gettext, moment, ngettext, span
from app.operations.kinds import KINDS, Acts, Line, Standing


@dataclass(frozen=True)
class Shown:
    """A job in words."""

    line: Line
    kind: str
    stage: str
    why: str
    left: str
    url: str
    acts: Acts


def shown(line: Line) -> Shown:
    """This job in the language that speaks now."""
    kind = KINDS[line.kind]
    return Shown(line, str(kind.words), kind.stage(line), why(line), left(line), kind.url(line), kind.acts(line))


def state(line: Line) -> str:
    """Where it stands, and how far it is."""
    return " – ".join(filter(None, (headings()[Standing(line.standing)], KINDS[line.kind].stage(line))))


def left(line: Line) -> str:
    """How long it still takes, where there is something to measure."""
    return _("%(time)s left", time=span(max(1, line.left))) if line.left is not None else ""


def why(line: Line) -> str:
    """Why it waits, with its place or the next try; or why it failed."""
    said = KINDS[line.kind].sentence(line)
    if line.place is not None:
        said = said or _("It waits for a free worker.")
        said = f"{said} " + _("Place in the queue: %(place)d.", place=line.place)
    elif line.standing == Standing.WAITING and line.next_try_at:
        said = f"{said} " + _("Next try: %(moment)s.", moment=moment(line.next_try_at))
    return said.strip()


def headings() -> dict[Standing, str]:
    """The parts of the list."""
    return {
        Standing.RUNNING: gettext("In progress"),
        Standing.WAITING: gettext("Waiting"),
        Standing.FAILED: gettext("Failed"),
    }


def groups(lines: Sequence[Line], counts: dict[Standing, int]) -> list[tuple[str, int, list[Shown]]]:
    """The lines of a page in their parts; what none is in is left out."""
    parts = [(standing, [shown(line) for line in lines if line.standing == standing]) for standing in Standing]
    return [(headings()[standing], counts[standing], part) for standing, part in parts if part]


def headline(counts: dict[Standing, int]) -> str:
    """The first sentence: what the workers do."""
    running, waiting = counts.get(Standing.RUNNING, 0), counts.get(Standing.WAITING, 0)
    failed = counts.get(Standing.FAILED, 0)
    told = [
        ngettext("%(num)d job in progress", "%(num)d jobs in progress", running) if running else "",
        ngettext("%(num)d job waiting", "%(num)d jobs waiting", waiting) if waiting else "",
        ngettext("%(num)d job failed", "%(num)d jobs failed", failed) if failed else "",
    ]
    return _(", ").join(part for part in told if part) or _("The workers have nothing to do")


def troubles(counts: dict[Standing, int], living: int, pending: int | None) -> list[str]:
    """What keeps work from being done."""
    found = []
    if not living:
        waits = counts.get(Standing.RUNNING, 0) + counts.get(Standing.WAITING, 0)
        found.append(_("No worker is alive: what waits goes on when one is started.") if waits else
                     _("No worker is alive: what arrives will wait until one is started."))  # fmt: skip
    if pending is None:
        found.append(_("The queue does not answer. Nothing is lost: work goes on when it does."))
    return found
