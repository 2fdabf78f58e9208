"""Woven bands: cloth where the work is done, bare threads where it is missing. Pure; returns small inline SVG.

A part of a band is `(dye, size, done)`: dye 1 to 6 (0: no dye), size in any unit, done a fraction or ranges of
fractions. Everything is drawn on a width of 1000; the style sheet gives thickness, colour and threads.
"""

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

Range = tuple[float, float]
Part = tuple[int, float, "float | Iterable[Range]"]
WIDTH = 1000
DYES = 6


def dye(position: int) -> int:
    """The dye of the module at a position of its cycle (from 1); after six, start again."""
    return (position - 1) % DYES + 1


def cycle(parts: Sequence[Part], label: str = "", kind: str = "", here: int | None = None) -> Markup:
    """A band of several parts with gaps between them; `here` is the index of the part to underline."""
    gap = 4
    whole = sum(max(size, 0) for _dye, size, _done in parts) or 1
    room = WIDTH - gap * max(len(parts) - 1, 0)
    drawn: list[str] = []
    ribs = ""
    start = 0.0
    for index, (colour, size, done) in enumerate(parts):
        end = start + room * max(size, 0) / whole
        seen = _clean([(0, done)] if isinstance(done, int | float) else done)
        cloth, bare = _placed(seen, start, end - start), _placed(missing(seen), start, end - start)
        drawn += [f'<path class="d{colour}" d="{cloth}"/>'] if cloth else []
        drawn += [f'<path class="d{colour} t" d="{bare}"/>'] if bare else []
        drawn += [f'<path class="h" d="{_path([(start, end)], 1)}"/>'] if index == here else []
        ribs += cloth
        start = end + gap
    if ribs:
        drawn.append(f'<path class="r" d="{ribs}"/>')
    return _svg("".join(drawn), label, kind)


def bar(fraction: float, colour: int = 1, label: str = "", kind: str = "") -> Markup:
    """A band of one part."""
    return cycle([(colour, 1, fraction)], label, kind)


def score(won: float, lost: float, waiting: float, colour: int = 1, label: str = "") -> Markup:
    """A result: cloth won, threads lost, wide threads still being marked."""
    parts = [(size, kind) for size, kind in ((won, ""), (lost, "t"), (waiting, "w")) if size > 0]
    whole = sum(size for size, _kind in parts) or 1
    gap = 10
    room = WIDTH - gap * max(len(parts) - 1, 0)
    drawn = ""
    start = 0.0
    for size, kind in parts:
        hue = "d0" if kind == "w" else f"d{colour}"
        path = _path([(start, start + room * size / whole)])
        drawn += f'<path class="{_classes(hue, kind)}" d="{path}"/>'
        drawn += "" if kind else f'<path class="r" d="{path}"/>'
        start += room * size / whole + gap
    return _svg(drawn, label, "l")


def tape(
    ranges: Iterable[Range],
    duration: float,
    colour: int = 1,
    required: Iterable[Range] = (),
    here: float | None = None,
    label: str = "",
    kind: str = "l",
) -> Markup:
    """The strip of a recording, in seconds: seen, missing, required (underlined), needle. Never mirrored."""
    whole = duration if duration > 0 else 1
    seen = _clean((a / whole, b / whole) for a, b in ranges)
    cloth, bare = _scaled(seen), _scaled(missing(seen))
    drawn = f'<path class="d{colour}" d="{cloth}"/><path class="r" d="{cloth}"/>' if cloth else ""
    drawn += f'<path class="d{colour} t" d="{bare}"/>' if bare else ""
    needed = _path(((a / whole * WIDTH, b / whole * WIDTH) for a, b in required), 1)
    drawn += f'<path class="q" d="{needed}"/>' if needed else ""
    if here is not None:
        drawn += f'<path class="n" d="M{_n(min(max(here / whole, 0), 1) * WIDTH)}-1v2"/>'
    return _svg(drawn, label, f"tape {kind}".strip())


def missing(seen: Iterable[Range], whole: float = 1) -> list[Range]:
    """What the ranges leave bare of [0, whole]."""
    gaps: list[Range] = []
    reached = 0.0
    for start, end in seen:
        if start > reached:
            gaps.append((reached, start))
        reached = max(reached, end)
    return [*gaps, (reached, whole)] if reached < whole else gaps


def _clean(ranges: Iterable[Range]) -> list[Range]:
    """Clipped to [0, 1], in order, merged."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        start, end = start if start > 0 else 0.0, end if end < 1 else 1.0
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _scaled(ranges: Iterable[Range]) -> str:
    return _placed(ranges, 0, WIDTH)


def _placed(ranges: Iterable[Range], start: float, size: float) -> str:
    return _path([(start + size * a, start + size * b) for a, b in ranges])


def _path(ranges: Iterable[Range], y: int = 0) -> str:
    """Horizontal strokes; what would be thinner than half a unit is left out."""
    return "".join([f"M{_n(a)} {y}H{_n(b)}" for a, b in ranges if b - a >= 0.5])


def _n(x: float) -> str:
    return f"{x:.1f}".removesuffix(".0")


def _classes(*names: str) -> str:
    return " ".join(name for name in names if name)


def _svg(drawn: str, label: str, kind: str) -> Markup:
    described = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    kinds = escape(_classes("band", kind))
    frame = 'viewBox="0 -1 1000 2" preserveAspectRatio="none"'
    return Markup(f'<svg class="{kinds}" {frame} {described}>{drawn}</svg>')
