"""Subtitles and chapters of one file as those of another."""

import pytest

from media import marks, passages
from media.captions import Cue
from media.carrying import chapters, cues

OLD, NEW = 100.0, 110.0
REPLACED = [[0, 20, 0], [30, 60, 30], [80, 100, 90]]  # 20–30 is another, 60–80 came again in 30 seconds


@pytest.mark.parametrize(
    ("cue", "place", "to_check"),
    [
        ((5, 8), (5, 8), False),
        ((22, 25), (22, 25), True),  # as long as before: at the same second
        ((19.8, 21), (20, 21), True),
        ((60, 64), (60, 66), True),  # longer than before: at the same part
        ((79, 80.4), (88.5, 90), True),
        ((85, 88), (95, 98), False),
    ],
)
def test_a_subtitle_of_a_changed_passage_stays_where_it_was_said_and_is_marked(cue, place, to_check):
    (kept,), number, gone = cues([Cue(*cue, "text", id="a")], REPLACED, OLD, NEW)
    assert ((kept.start, kept.end), kept.to_check, number, gone) == (place, to_check, int(to_check), [])
    assert kept.id == ("to-check a" if to_check else "a")


def test_what_was_taken_out_is_told_and_a_mark_is_kept_until_somebody_has_looked():
    (kept,), number, gone = cues([Cue(5, 8, "gone"), Cue(50, 52, "stays", id="to-check")], [[40, 100, 0]], OLD, 60.0)
    assert (kept.start, kept.id, number, [cue.text for cue in gone]) == (10, "to-check", 1, ["gone"])


def test_a_chapter_whose_whole_passage_came_again_begins_where_that_does():
    found = chapters([Cue(0, 60, "a"), Cue(60, 80, "b"), Cue(80, 100, "c")], REPLACED, OLD, NEW)
    assert [(cue.start, cue.end, cue.text) for cue in found] == [(0, 60, "a"), (60, 90, "b"), (90, 110, "c")]


def test_chapters_of_which_nothing_is_left_are_left_out_though_they_are_all():
    assert chapters([Cue(0, 20, "a"), Cue(20, 40, "b")], [[40, 100, 0]], 100.0, 60.0) == []
    assert chapters([], REPLACED, OLD, NEW) == []


def test_only_what_lasts_as_long_as_what_stands_opposite_can_be_counted_as_the_same():
    assert marks.filled(REPLACED, [(22, 25)], OLD, NEW) == [(0, 20, 0), (22, 25, 22), (30, 60, 30), (80, 100, 90)]
    assert marks.filled(REPLACED, [(0, 40)], OLD, NEW)[0] == (0, 60, 0)
    assert marks.filled(REPLACED, [(60, 90)], OLD, NEW) == passages.tidy(REPLACED)
