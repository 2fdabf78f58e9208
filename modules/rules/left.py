"""What is left of a cycle, so told that its lines add up to their sum."""

from collections.abc import Sequence

HUNDREDTH = 10_000


def hundredths(n_bytes: float) -> int:
    """A price in hundredths of a megabyte, never less than what travels: sums are made of these."""
    return -(-int(n_bytes) // HUNDREDTH)


def way_of(wanted: str, names: Sequence[tuple[str, str]]) -> int | None:
    """Which of a recording's ways (name, kind), from the largest picture to the sound, stands for the one that is
    wanted: itself, else the smallest picture, else the last; None where there is none."""
    if not names:
        return None
    exact = [place for place, (name, _kind) in enumerate(names) if name == wanted]
    pictures = [place for place, (_name, kind) in enumerate(names) if kind == "video"]
    return (exact or pictures[-1:] or [len(names) - 1])[0]
