"""Rules that nobody could keep, and what a rule version changes of the one before."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from modules.rules.terms import MODULE, in_order, needed, of


class Trouble(StrEnum):
    """Why a rule cannot be kept."""

    NOTHING = "nothing"  # No step is needed.
    TOO_MANY = "too many"  # More steps than are needed at most.
    NONE = "none"  # Not even one.


class Difference(NamedTuple):
    """What is asked otherwise: of a step by its public id or of the whole, under which name, before and after."""

    of: str
    name: str
    before: Any
    after: Any


def impossible(terms: Mapping[str, Any], there: Sequence[str]) -> Trouble | None:
    """What makes terms impossible to keep in a module that has these steps now."""
    asked = [public_id for public_id in there if needed(terms, public_id)]
    many = of(terms, MODULE).get("need")
    if there and not asked:
        return Trouble.NOTHING
    if many is not None and many < 1:
        return Trouble.NONE
    return Trouble.TOO_MANY if many is not None and there and many > len(asked) else None


def differences(before: Mapping[str, Any], after: Mapping[str, Any], there: Sequence[str]) -> list[Difference]:
    """What another version asks otherwise of these steps and of the module."""
    found = []
    for public_id in (*there, MODULE):
        old, new = of(before, public_id), of(after, public_id)
        found += [
            Difference(public_id, name, old.get(name), new.get(name))
            for name in sorted({*old, *new})
            if old.get(name) != new.get(name)
        ]
    return found


def cleaned(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing, so that two versions that ask the same are the same."""
    kept = {name: {key: value for key, value in asked.items() if value} for name, asked in terms.items()}
    if not in_order(kept, MODULE):
        kept.get(MODULE, {}).pop("order", None)
    return {name: asked for name, asked in kept.items() if asked}
