"""What a question must hold before it can be asked."""

from collections.abc import Iterator
from typing import Any

from quizzes.rules.folding import folding
from quizzes.rules.kinds import Kind
from quizzes.rules.marking import takes_anything
from quizzes.rules.numbers import number

FEWEST_OPTIONS = 2
MOST_OPTIONS = 20
MOST_FORMS = 50
MOST_POINTS = 1_000


def faults(kind: Kind, spec: dict[str, Any], points: float) -> Iterator[tuple[str, str]]:
    """(field, name of the fault) for everything that keeps the question from being asked."""
    if not 0 <= points <= MOST_POINTS:
        yield "points", "points"
    if kind in (Kind.SINGLE, Kind.MULTIPLE):
        yield from _options(kind, spec["options"])
    elif kind is Kind.TRUEFALSE and not isinstance(spec.get("right"), bool):
        yield "right", "verdict"
    elif kind is Kind.SHORT:
        if not spec["accepted"]:
            yield "accepted", "no_form"
        elif len(spec["accepted"]) > MOST_FORMS:
            yield "accepted", "many_forms"
        elif any(takes_anything(form["text"], folding(spec.get("fold", ()))) for form in spec["accepted"]):
            yield "accepted", "any_form"
    elif kind is Kind.NUMBER:
        yield from _numbers(spec["accepted"])


def _options(kind: Kind, options: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    rights = sum(1 for option in options if option["right"])
    texts = [option["text"].strip() for option in options]
    if len(options) < FEWEST_OPTIONS:
        yield "options", "few_options"
    elif len(options) > MOST_OPTIONS:
        yield "options", "many_options"
    elif len(set(texts)) < len(texts):
        yield "options", "same_options"
    elif kind is Kind.SINGLE and rights != 1:
        yield "options", "one_right"
    elif rights == 0:
        yield "options", "no_right"


def _numbers(accepted: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for form in accepted:
        if number(form["value"]) is None:
            yield "value", "number"
        tolerance = number(form["tolerance"] or "0")
        if tolerance is None or tolerance < 0:
            yield "tolerance", "tolerance"
