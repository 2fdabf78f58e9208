"""Charts as small inline SVG: a line of steps and bars under it. Pure. Shapes and patterns tell kinds apart, not colour
alone; no text stands in the picture but its name and description, so that nothing shrinks on a telephone.

Everything is drawn on a width of 1000 and the height that the style sheet gives, so that heights are not stretched.
"""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

WIDTH, HEIGHT = 1000, 160
GAP = 0.2  # Of a bar's place.


class Bars(NamedTuple):
    """Bars of one kind: `look` is a class of the style sheet; hatched ones are drawn as rungs."""

    look: str
    values: Sequence[float]
    hatched: bool = False


def steps_and_bars(line: Sequence[float | None], stacks: Sequence[Bars], name: str, description: str) -> Markup:
    """A line of steps over stacked bars, on one scale from nothing; None leaves a hole."""
    count = max(len(line), 1)
    sums = [sum(bars.values[place] for bars in stacks) for place in range(len(line))]
    most = max([*(value for value in line if value is not None), *sums, 1])
    base, drawn = [0.0] * len(line), list[str]()
    for bars in stacks:
        path = "".join(
            _bar(place, count, base[place], value, most, bars.hatched) for place, value in enumerate(bars.values)
        )
        if path:
            drawn.append(f'<path class="{escape(bars.look)}" d="{path}"/>')
        base = [low + value for low, value in zip(base, bars.values, strict=True)]
    drawn.append(f'<path class="saw" d="{_steps(line, count, most)}"/>')
    return Markup(
        f'<svg class="chart" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none">'
        f"<title>{escape(name)}</title><desc>{escape(description)}</desc>{''.join(drawn)}</svg>"
    )


def top(line: Sequence[float | None], stacks: Sequence[Bars]) -> float:
    """What the upper edge stands for."""
    sums = [sum(bars.values[place] for bars in stacks) for place in range(len(line))]
    return max([*(value for value in line if value is not None), *sums, 1])


def _steps(line: Sequence[float | None], count: int, most: float) -> str:
    drawn, pen = list[str](), False
    for place, value in enumerate(line):
        if value is None:
            pen = False
            continue
        start, end, height = _x(place / count), _x((place + 1) / count), _y(value / most)
        drawn.append(f"{'L' if pen else 'M'}{start} {height}H{end}")
        pen = True
    return "".join(drawn)


def _bar(place: int, count: int, base: float, value: float, most: float, hatched: bool) -> str:
    if not value:
        return ""
    start, end = _x((place + GAP) / count), _x((place + 1 - GAP) / count)
    low, high = _y(base / most), _y((base + value) / most)
    if not hatched:
        return f"M{start} {low}V{high}H{end}V{low}Z"
    rungs, height = list[str](), low
    while height > high:
        rungs.append(f"M{start} {height}V{max(round(height - 2, 1), high)}H{end}V{height}Z")
        height = round(height - 5, 1)
    return "".join(rungs)


def _x(part: float) -> float:
    return round(WIDTH * part, 1)


def _y(part: float) -> float:
    return round(HEIGHT * (1 - part), 1)
