"""What a rule version asks: of each step, of the module, of the cycle. Data in, verdict out.

A rule version's terms name steps by their public ids and, under MODULE, the module itself; a cycle's name modules by
theirs and, under CYCLE, the cycle. Where they say nothing, all of it is needed, in any order.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

MODULE = "module"
CYCLE = "cycle"

Terms = Mapping[str, Any]


def of(terms: Terms | None, name: str) -> Mapping[str, Any]:
    """What terms say of one thing: of a step or module by its public id, or of the whole."""
    found: Mapping[str, Any] = (terms or {}).get(name) or {}
    return found


def needed(terms: Terms | None, public_id: str) -> bool:
    """Whether a step or module must be done; one that no version names is."""
    return not of(terms, public_id).get("optional", False)


def how_many(terms: Terms | None, whole: str, there: int) -> int:
    """How many of the needed ones that are there must be done: all, or as many as the rule says."""
    asked = of(terms, whole).get("need")
    return min(asked, there) if isinstance(asked, int) and asked > 0 else there


def in_order(terms: Terms | None, whole: str) -> bool:
    """Whether each opens when the one before it is done."""
    return bool(of(terms, whole).get("order", False))


def done_since(terms: Terms | None, whole: str, there: Sequence[str], done: Mapping[str, datetime]) -> datetime | None:
    """When the last thing that was needed was done, of those that are `there`; None while something is lacking.

    Where nothing is needed nothing can be finished, so that an empty module never is.
    """
    asked = [public_id for public_id in there if needed(terms, public_id)]
    many = how_many(terms, whole, len(asked))
    moments = sorted(done[public_id] for public_id in asked if public_id in done)
    return moments[many - 1] if many and len(moments) >= many else None


def locked_by(terms: Terms | None, whole: str, there: Sequence[tuple[str, bool]]) -> dict[str, str]:
    """Of things in their order, with whether each is done: which one must be done first, by the one that waits for it.

    What is done is never locked, whatever stands before it, and what is optional keeps nobody waiting.
    """
    if not in_order(terms, whole):
        return {}
    found: dict[str, str] = {}
    first: str | None = None
    for public_id, done in there:
        if first is not None and not done:
            found[public_id] = first
        if first is None and not done and needed(terms, public_id):
            first = public_id
    return found
