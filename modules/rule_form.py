"""The form of a module's rules: a few questions of the module, a few of each step, as its room states them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.i18n import lazy
from modules import asks, rules
from modules.asks import Ask
from modules.rules.impossible import Trouble, cleaned, impossible
from modules.rules.terms import of

SENTENCES = {
    Trouble.NOTHING: lazy("With every step left out nothing would be needed: let at least one be needed."),
    Trouble.TOO_MANY: lazy("This is more than the steps that are needed: nobody could finish."),
    Trouble.NONE: lazy("At least one step must be needed."),
}


@dataclass
class Field:
    """A question about a step, with what is typed."""

    ask: Ask
    name: str
    text: str
    error: Any = ""


@dataclass
class StepFields:
    """The questions about one step."""

    public_id: str
    title: str
    optional: bool
    fields: list[Field] = field(default_factory=list)


@dataclass
class RuleForm:
    """The whole form; `terms` once it was read, `errors` as (id, sentence)."""

    steps: list[StepFields]
    order: bool
    need: str
    errors: list[tuple[str, Any]] = field(default_factory=list)
    terms: dict[str, Any] = field(default_factory=dict)


def filled(lines: Sequence[Any], terms: Mapping[str, Any]) -> RuleForm:
    """The form as a rule version fills it in."""
    steps = []
    for line in lines:
        row, own = line.row, of(terms, line.row.public_id)
        fields = [
            Field(ask, f"{row.public_id}-{ask.name}", ask.show(asks.value(ask, own, row))) for ask in asks.of(row.kind)
        ]
        steps.append(StepFields(row.public_id, line.title, not rules.needed(terms, row.public_id), fields))
    need = of(terms, rules.MODULE).get("need")
    return RuleForm(steps, rules.in_order(terms, rules.MODULE), str(need or ""))


def typed(lines: Sequence[Any], sent: Mapping[str, str], before: Mapping[str, Any]) -> RuleForm:
    """The form as it came, read and judged; what other steps' terms say stays."""
    form = filled(lines, before)
    rows = {line.row.public_id: line.row for line in lines}
    form.order, form.need = bool(sent.get("order")), sent.get("need", "").strip()
    terms: dict[str, Any] = {name: dict(asked) for name, asked in before.items() if name not in rows}
    for step in form.steps:
        step.optional = bool(sent.get(f"{step.public_id}-optional"))
        own = dict(of(before, step.public_id)) | {"optional": step.optional}
        for each in step.fields:
            each.text = sent.get(each.name, each.text)
            _read(form, each, own, rows[step.public_id])
        terms[step.public_id] = own
    terms[rules.MODULE] = {**of(before, rules.MODULE), "order": form.order, "need": _number(form)}
    form.terms = cleaned(terms)
    trouble = None if form.errors else impossible(form.terms, list(rows))
    if trouble is not None:
        form.errors.append(("need", SENTENCES[trouble]))
    return form


def _read(form: RuleForm, each: Field, own: dict[str, Any], row: Any) -> None:
    try:
        value = each.ask.read(each.text)
    except (ValueError, ArithmeticError):
        each.error = each.ask.refusal
        form.errors.append((each.name, each.ask.refusal))
        return
    said = own.get(each.ask.name)
    if said is not None or value != each.ask.first(row):
        own[each.ask.name] = value


def _number(form: RuleForm) -> int | None:
    if not form.need:
        return None
    if not form.need.isdecimal() or not 0 < int(form.need) < 1000:
        form.errors.append(("need", lazy("Write how many steps must be done, or nothing for all of them.")))
        return None
    return int(form.need)
