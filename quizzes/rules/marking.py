"""What an answer is worth: a fraction of the question's points, or None while it waits for a trainer."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, assert_never

from quizzes.rules.folding import Fold, folding
from quizzes.rules.kinds import Kind, Value, blank
from quizzes.rules.numbers import number

_WILDCARD = re.compile(r"(?<!\\)\*")
_EXACT = folding(())


def mark(kind: Kind, spec: dict[str, Any], value: Value) -> float | None:
    """The fraction (0 to 1) of its points that an answer earns; None for a written open answer."""
    if blank(value):
        return 0.0
    match kind:
        case Kind.SINGLE:
            return mark_single(spec["options"], str(value))
        case Kind.MULTIPLE:
            return mark_multiple(spec["options"], set(value) if isinstance(value, list) else set())
        case Kind.TRUEFALSE:
            return 1.0 if value == spec["right"] else 0.0
        case Kind.SHORT:
            return mark_short(spec["accepted"], str(value), folding(spec.get("fold", ())))
        case Kind.NUMBER:
            return mark_number(spec["accepted"], str(value))
        case Kind.OPEN:
            return None
        case _:
            assert_never(kind)


def mark_single(options: list[dict[str, Any]], chosen: str) -> float:
    """The worth of the one option chosen."""
    return _within(sum(_worth(option, 1) for option in options if option["key"] == chosen))


def mark_multiple(options: list[dict[str, Any]], chosen: set[str]) -> float:
    """Right options chosen minus wrong options chosen, over the number of right ones, never below 0.

    So choosing everything earns nothing more than guessing, and one slip does not lose the whole question.
    """
    rights = sum(1 for option in options if option["right"])
    return _within(sum(_worth(option, rights) for option in options if option["key"] in chosen))


def unreadable(kind: Kind, value: Value) -> bool:
    """Whether a number was asked for and something else was written: it is kept, but earns nothing."""
    return kind is Kind.NUMBER and not blank(value) and number(str(value)) is None


def mark_short(accepted: list[dict[str, Any]], answer: str, fold: Fold) -> float:
    """The best worth among the accepted forms that the answer matches."""
    return _best(accepted, lambda form: matches(form["text"], answer, fold))


def mark_number(accepted: list[dict[str, Any]], answer: str) -> float:
    """The best worth among the accepted values whose tolerance holds the number; what is no number earns 0."""
    given = number(answer)
    if given is None:
        return 0.0
    return _best(accepted, lambda form: abs(given - Decimal(form["value"])) <= Decimal(form.get("tolerance") or "0"))


def matches(pattern: str, answer: str, fold: Fold = _EXACT) -> bool:
    r"""Whether the answer is of that form; `*` stands for anything, also nothing, and `\*` for itself."""
    parts, text = _parts(pattern, fold), fold(answer)
    if len(parts) == 1:
        return text == parts[0]
    first, *middle, last = parts
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    place, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def takes_anything(pattern: str, fold: Fold) -> bool:
    """Whether the form holds a star and no letter or digit beside it, so that nearly every answer would be right."""
    parts = _parts(pattern, fold)
    return len(parts) > 1 and not any(letter.isalnum() for part in parts for letter in part)


def _parts(pattern: str, fold: Fold) -> list[str]:
    return [fold(part.replace("\\*", "*")) for part in _WILDCARD.split(pattern)]


def _best(accepted: list[dict[str, Any]], fits: Callable[[dict[str, Any]], bool]) -> float:
    return _within(max((float(form.get("fraction", 1)) for form in accepted if fits(form)), default=0.0))


def _worth(option: dict[str, Any], rights: int) -> float:
    """An imported question may give each option its own fraction; else a right one is worth its equal part."""
    if option.get("fraction") is not None:
        return float(option["fraction"])
    return (1 if option["right"] else -1) / max(rights, 1)


def _within(fraction: float) -> float:
    return min(max(float(fraction), 0.0), 1.0)
