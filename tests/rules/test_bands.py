"""Bands: cloth where the work is done, threads where it is missing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from app.web import bands

FIVE = [(1, 38, 1.0), (2, 52, [(0, 0.36), (0.4, 0.64), (0.68, 0.8)]), (3, 40, 0.68), (4, 47, 0.26), (5, 61, 0.0)]
STROKE = re.compile(r"M([\d.]+) \d+H([\d.]+)")
fractions = st.floats(0, 1, allow_nan=False)
ranges = st.lists(st.tuples(fractions, fractions).map(lambda pair: tuple(sorted(pair))), max_size=8)


def strokes(svg: str, kind: str) -> list[tuple[float, float]]:
    """The strokes of one class of path: "" is cloth, "t" threads."""
    found = []
    for path in etree.fromstring(svg).iter("{*}path", "path"):
        names = path.get("class").split()
        if names[1:] == [kind] if kind else len(names) == 1 and names[0].startswith("d"):
            found += [(float(a), float(b)) for a, b in STROKE.findall(path.get("d"))]
    return found


def test_a_band_of_five_modules_weighs_less_than_700_bytes():
    assert len(bands.cycle(FIVE, "Votre cycle : 47 % vu").encode()) < 700


@given(st.lists(st.tuples(st.integers(1, 6), st.floats(1, 1e5), ranges), min_size=1, max_size=9))
def test_cloth_and_threads_fill_the_band_and_never_overlap(parts):
    svg = bands.cycle(parts)
    drawn = sorted(strokes(svg, "") + strokes(svg, "t"))
    assert all(a[1] <= b[0] + 0.11 for a, b in zip(drawn, drawn[1:], strict=False))
    assert all(0 <= a <= b <= 1000 for a, b in drawn)


@pytest.mark.parametrize("done, cloth, threads", [(0, 0, 1000), (1, 1000, 0), (0.25, 250, 750), ([(0.5, 2)], 500, 500)])
def test_a_bar_is_as_long_as_its_fraction(done, cloth, threads):
    svg = bands.cycle([(1, 10, done)])
    assert sum(b - a for a, b in strokes(svg, "")) == cloth
    assert sum(b - a for a, b in strokes(svg, "t")) == threads


def test_a_tape_shows_seen_missing_required_and_where_you_are():
    svg = bands.tape([(0, 1120), (1265, 1990)], 3120, 2, required=[(2480, 2760)], here=2480)
    assert strokes(svg, "") == [(0, 359), (405.4, 637.8)]
    assert strokes(svg, "t") == [(359, 405.4), (637.8, 1000)]
    assert 'class="q" d="M794.9 1H884.6"' in svg and 'class="n" d="M794.9-1v2"' in svg
    assert 'class="band tape' in svg


@given(st.lists(st.tuples(fractions, fractions)), st.floats(0, 1e5), fractions)
def test_a_tape_bears_any_ranges(pairs, duration, here):
    etree.fromstring(bands.tape(pairs, duration, here=here, label='<&">'))


def test_a_band_is_read_by_its_label_or_hidden():
    assert 'role="img" aria-label="a &amp; b"' in bands.bar(0.5, label="a & b")
    assert 'aria-hidden="true"' in bands.bar(0.5)
    assert "style" not in bands.score(7, 2, 3)


def test_a_band_without_parts_is_empty():
    assert strokes(bands.cycle([]), "") == []
    assert strokes(bands.cycle([(1, 0, 1.0)]), "t") == []


@pytest.mark.parametrize("position, dye", [(1, 1), (6, 6), (7, 1), (14, 2)])
def test_after_six_dyes_they_start_again(position, dye):
    assert bands.dye(position) == dye


@pytest.mark.parametrize(
    "seen, gaps",
    [([], [(0, 10)]), ([(0, 10)], []), ([(2, 4)], [(0, 2), (4, 10)]), ([(0, 5), (3, 4), (8, 12)], [(5, 8)])],
)
def test_what_is_missing_is_what_no_range_covers(seen, gaps):
    assert bands.missing(seen, 10) == gaps
