"""Why a step, a module or a cycle stands as it does, in sentences."""

from typing import Any

from app.i18n import _, clock, day, moment, ngettext, percent, span
from modules import rules
from modules.queries.shapes import ModuleView, StepView
from modules.queries.whys import Place, Rule
from modules.rules import StepState
from modules.words.cohorts import proof
from modules.words.kinds import listing
from modules.words.notices import notice_reasons

MOST_PASSAGES = 40


def rule_sentence(rule: Rule | None, zone: str) -> str:
    """Which version of the rule counts, since when, by whom."""
    if rule is None:
        return _("No rule was made yet: all of it is needed.")
    on = day(rule.at, zone)
    if rule.by:
        return _("Rule %(number)d counts, made on %(day)s by %(name)s.", number=rule.number, day=on, name=rule.by)
    return _("Rule %(number)d counts, made on %(day)s.", number=rule.number, day=on)


def step_verdict(place: Place, step: StepView) -> str:
    """Whether it is done, and if not, whether it can be."""
    if step.done_at:
        return _("This step is done since %(day)s.", day=day(step.done_at, place.zone))
    if step.locked_by or step.state is StepState.LOCKED:
        return locked(place.module, step)
    return _("This step is not done yet.")


def locked(module: ModuleView, step: StepView) -> str:
    """Why it cannot be opened, and what opens it."""
    if not module.opened and module.opens_at:
        return _("This step is still closed: the module opens on %(when)s.", when=moment(module.opens_at, module.zone))
    return _("This step is still closed: finish “%(title)s” first.", title=step.locked_by)


def step_rule(place: Place, step: StepView) -> str:
    """What the rule asks of this step."""
    asks = {
        "recording": lambda: _("It counts as done once %(share)s of it is seen.", share=percent(step.threshold)),
        "page": lambda: _("It counts as done once its reader says that it is read."),
        "file": lambda: _("It counts as done once its reader says that it is read."),
        "in_person": lambda: _("It counts as done once the presence is noted."),
        "quiz": lambda: _("It counts as done once the quiz is passed."),
        "cases": lambda: _("It counts as done once enough contributions are in sight."),
    }.get(step.kind, str)
    optional = _("It may be left out: the module is finished without it.")
    terms = place.rule.terms if place.rule else {}
    parts = [rule_sentence(place.rule, place.zone), asks()]
    return " ".join(parts if rules.needed(terms, step.public_id) else [*parts, optional])


def seen(step: StepView) -> list[str]:
    """How much of a recording was seen, how much is needed, and which passages are missing."""
    if not step.duration:
        return [_("Its recording is not ready yet.")]
    share = step.seen_seconds / step.duration
    said = [_(
        "Seen: %(seen)s of %(all)s, that is %(share)s; needed: %(needed)s.",
        seen=span(step.seen_seconds), all=span(step.duration), share=percent(share), needed=percent(step.threshold),
    )]  # fmt: skip
    passages = [f"{clock(start)}–{clock(end)}" for start, end in step.missing[:MOST_PASSAGES]]
    if passages:
        said.append(_("Missing passages: %(list)s.", list=listing(passages)))
    if more := len(step.missing) - len(passages):
        said.append(ngettext("One more is shorter or later.", "%(num)d more are shorter or later.", more))
    if step.reported_at is None:
        said.append(_("No device has reported anything yet. What was kept without network counts once it is sent."))
    return said


def completions(proofs: Any, notices: Any, zone: str) -> list[str]:
    """Under which rule and by which source it came to be done, and what was taken back."""
    said = [proof(row, zone) for row in proofs]
    return said + [" ".join(notice_reasons(notice)) for notice in notices if notice.undone_at]


def later(at: Any, finished: Any, zone: str) -> str:
    """A step that came after its module was finished."""
    return _(
        "This step was added on %(added)s, after the module was finished on %(finished)s: it is not needed for it.",
        added=day(at, zone), finished=day(finished.at, zone),
    )  # fmt: skip


def whole_verdict(finished: Any, zone: str, done: bool, open_yet: bool = True) -> str:
    """Whether a module or a cycle is finished."""
    if finished and not finished.ended_at:
        return _(
            "Finished on %(day)s, under rule %(number)d.", day=day(finished.at, zone), number=finished.number
        )  # fmt: skip
    if finished and not done:
        said = {"day": day(finished.ended_at, zone), "why": finished.ended_why or ""}
        if finished.ended_by:
            return _("No longer finished: taken back on %(day)s by %(name)s: %(why)s", name=finished.ended_by, **said)
        return _("No longer finished: taken back on %(day)s: %(why)s", **said)
    if not open_yet:
        return _("Not finished yet, and still closed.")
    return _("Not finished yet.")


def whole_rule(rule: Rule | None, whole: str, parts: Any, zone: str) -> str:
    """How many of the parts are needed, and in which order; `parts` are public ids."""
    terms = rule.terms if rule else {}
    needed = [each for each in parts if rules.needed(terms, each)]
    many = rules.how_many(terms, whole, len(needed))
    said = [rule_sentence(rule, zone)]
    if many < len(needed):
        said.append(_("Needed: %(many)d of %(all)d.", many=many, all=len(needed)))
    elif needed:
        said.append(ngettext("The one that there is, is needed.", "All %(num)d are needed.", len(needed)))
    if rules.in_order(terms, whole):
        said.append(_("Each opens when the one before it is done."))
    return " ".join(said)


def part_line(title: str, done_at: Any, zone: str, optional: bool, word: str = "") -> str:
    """A part of a module or of a cycle: done, or not, and whether it may be left out."""
    state = _("done on %(day)s", day=day(done_at, zone)) if done_at else word or _("to be done")
    if optional:
        return _("“%(title)s”: %(state)s; it may be left out.", title=title, state=state)
    return _("“%(title)s”: %(state)s.", title=title, state=state)
