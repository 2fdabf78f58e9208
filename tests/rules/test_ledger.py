"""The union of what was seen: in any order, repeated, split over devices, classes and versions, it is the same."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from modules import rules
from modules.rules import CLASSES, Kept

OLD, NEW = 1, 2
LENGTH = 600.0
PIECES = [
    [0, 200, 50],
    [250, 600, 250],
]  # Of the old file in the new one: fifty seconds were put in, fifty cut out.
seconds = st.integers(0, 600_000).map(lambda milliseconds: milliseconds / 1000)
passage = st.tuples(seconds, seconds).map(lambda pair: (min(pair), max(pair)))
batch = st.tuples(st.sampled_from((OLD, NEW)), st.sampled_from(CLASSES), st.lists(passage, max_size=6))


def kept_of(batches):
    """The summaries as they grow, batch by batch; each is never lower than before."""
    kept = {}
    for version, klass, segments in batches:
        had = kept.get((version, klass), [])
        kept[version, klass] = rules.bounded(rules.merge([*had, *rules.clip(segments, LENGTH)]))
        assert rules.covered(kept[version, klass]) >= rules.covered(had)
    return [
        Kept(version, ranges, pieces=PIECES if version == OLD else None, klass=klass)
        for (version, klass), ranges in sorted(kept.items())
    ]


@settings(max_examples=1000)
@given(st.lists(batch, max_size=12), st.randoms(use_true_random=False), st.sets(st.sampled_from(CLASSES), min_size=1))
def test_any_order_repetition_and_splitting_gives_the_same_coverage(batches, chance, which):
    again = [*batches, *chance.sample(batches, len(batches) // 2)]
    split = [(version, klass, [piece]) for version, klass, pieces in again for piece in pieces]
    for other in (again, split):
        chance.shuffle(other)
        for classes in (None, frozenset(which)):
            seen = rules.carried(kept_of(batches), NEW, LENGTH, classes)
            assert rules.carried(kept_of(other), NEW, LENGTH, classes).ranges == seen.ranges


@given(st.lists(batch, max_size=12), st.sampled_from(CLASSES))
def test_a_class_that_counts_too_never_lowers_what_is_seen(batches, more):
    kept = kept_of(batches)
    fewer = rules.covered(rules.carried(kept, NEW, LENGTH, frozenset(CLASSES) - {more}).ranges)
    assert fewer <= rules.covered(rules.carried(kept, NEW, LENGTH).ranges)


def test_more_batches_never_take_a_step_back():
    chance, kept, before = random.Random(5), [], False
    for _ in range(200):
        start = chance.uniform(0, LENGTH)
        kept.append((chance.choice((OLD, NEW)), chance.choice(CLASSES), [(start, start + 15)]))
        done = rules.finished(kept_of(kept), NEW, {OLD: LENGTH, NEW: LENGTH}, 0.9)
        assert done >= before
        before = done
    assert before
