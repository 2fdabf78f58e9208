"""What the progress of a cohort says in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.i18n import _, clock, day, moment, ngettext, percent, span
from modules.queries.learners import LearnerRow, Standing
from modules.queries.progress import CohortProgress
from modules.queries.shapes import ModuleView, StepView
from modules.rules import READ
from modules.stands import Line, Stand
from modules.words.home import Facts
from modules.words.kinds import listing, note
from modules.words.steps import SOURCES, module_name, numeral


def cohort_sentence(found: CohortProgress) -> str:
    """The answer first: who has finished everything."""
    count = len(found.learners)
    if not found.modules or not count:
        return _("Nothing to report yet.")
    done = found.all_done
    if done == count:
        return _("Everybody has finished.")
    return ngettext(
        "%(done)s of %(num)d person has finished everything.",
        "%(done)s of %(num)d people have finished everything.",
        count, done=done,
    )  # fmt: skip


def cloth_label(found: CohortProgress) -> str:
    """The cloth in words: "24 people, 5 modules: 4 have finished everything"."""
    people = ngettext("%(num)d person", "%(num)d people", len(found.learners))
    modules = ngettext("%(num)d module", "%(num)d modules", len(found.modules))
    return _(
        "%(people)s, %(modules)s; finished everything: %(done)d.", people=people, modules=modules, done=found.all_done
    )


def short_name(module: ModuleView) -> str:
    """ "Module 3", else the title."""
    return module_name(module)


def heads(modules: Sequence[ModuleView]) -> list[str]:
    """The heads of the columns, and of the cells of a narrow screen, one per module."""
    return [module_name(module) if module.number else numeral(module) for module in modules]


def module_cells(row: LearnerRow, names: Sequence[str]) -> list[tuple[str, str]]:
    """How far somebody is in each module, beside its name."""
    return [(name, _module_cell(standing)) for name, standing in zip(names, row.standings, strict=True)]


def _module_cell(module: Standing) -> str:
    if module.done:
        return _("finished")
    return percent(module.fraction) if module.begun else ""


def step_facts(step: StepView, zone: str, stand: Stand | None = None) -> Facts:
    """What one learner did of a step."""
    found: Facts = [(_("Kind"), note(step))]
    if step.duration:
        found += [(_("Seen"), span(step.seen_seconds)), (_("Missing"), span(step.missing_seconds))]
        found.append((_("Counts at"), percent(step.threshold)))
    if step.reported_at:
        found.append((_("Last seen"), moment(step.reported_at, zone)))
    if not step.done_at:
        word = stand.word if stand and stand.word else _("under way") if step.ranges else _("to do")
        found.append((_("State"), word))
    return found


def proof(row: Any, zone: str) -> str:
    """When a step was done, by which rule, from which source, and whether it was taken back."""
    _id, at, source, rule, giver, revoked_at, why, _noted_at = row
    said = _(
        "Done on %(when)s: %(source)s, rule %(rule)d.",
        when=moment(at, zone), source=SOURCES.get(source, source), rule=rule,
    )  # fmt: skip
    parts = [said]
    if giver:
        parts.append(_("Noted by %(name)s.", name=giver))
    if revoked_at:
        parts.append(_("Taken back on %(day)s: %(why)s", day=day(revoked_at, zone), why=why))
    return " ".join(parts)


def stand_line(line: Line, zone: str, *, leads: bool) -> str:
    """ "Attempt 1, 12 June 2027, 10:00: 5 points out of 8."; what is not released is for who leads."""
    said = line.said if leads else line.shown
    return _("%(what)s, %(when)s: %(said)s", what=line.what, when=moment(line.at, zone), said=said)


def odd_lines(found: Mapping[str, int]) -> list[str]:
    """What is odd about reports of watching, a sentence for each mark."""
    says: dict[str, Callable[[int], str]] = {
        "fast": lambda count: ngettext(
            "%(num)d report holds more than can be played in its time.",
            "%(num)d reports hold more than can be played in their time.",
            count,
        ),
        "unmeasured": lambda count: ngettext(
            "%(num)d report came in one large piece, with no clock to measure it against.",
            "%(num)d reports came in large pieces, with no clock to measure them against.",
            count,
        ),
        "future": lambda count: ngettext(
            "%(num)d report came from a device whose clock is ahead.",
            "%(num)d reports came from a device whose clock is ahead.",
            count,
        ),
        "clock": lambda count: ngettext(
            "%(num)d report came from a device whose clock is wrong or went back.",
            "%(num)d reports came from a device whose clock is wrong or went back.",
            count,
        ),
        "speed": lambda count: ngettext(
            "%(num)d report names a speed at which nothing plays.",
            "%(num)d reports name a speed at which nothing plays.",
            count,
        ),
        "overlap": lambda count: ngettext(
            "%(num)d report came while another device of the same person played.",
            "%(num)d reports came while another device of the same person played.",
            count,
        ),
        READ: lambda count: ngettext(
            "%(num)d report is of passages that were read, not watched.",
            "%(num)d reports are of passages that were read, not watched.",
            count,
        ),
    }
    return [say(found[mark]) for mark, say in says.items() if mark in found]


def missing_list(step: StepView) -> str:
    """The missing passages as a list of times."""
    return listing([f"{clock(start)}–{clock(end)}" for start, end in step.missing[:200]])


def days(modules: Sequence[ModuleView]) -> list[StepView]:
    """The days in person of a cohort's modules."""
    return [step for module in modules for step in module.steps if step.kind == "in_person"]
