"""Rules of the spine: pure, without database and without Flask."""

from modules.rules.attendance import all_ahead, overtaken, reason_needed, to_write
from modules.rules.batch import MOST_SEGMENTS, Batch, Refused, marks, read, within
from modules.rules.coverage import (
    DEFAULT_THRESHOLD,
    MOST_PIECES,
    Range,
    bounded,
    clip,
    covered,
    fraction,
    merge,
    missing,
    parse_segments,
    seen_enough,
    threshold,
    width,
)
from modules.rules.dates import day_of, end_of_day, is_over, moment_there, span_there, start_of_day
from modules.rules.prints import print_of
from modules.rules.progress import DYES, StepState, dye, is_open, states
from modules.rules.versions import Carried, Kept, carried, finished

__all__ = [
    "DEFAULT_THRESHOLD",
    "DYES",
    "MOST_PIECES",
    "MOST_SEGMENTS",
    "Batch",
    "Carried",
    "Kept",
    "Range",
    "Refused",
    "StepState",
    "all_ahead",
    "bounded",
    "carried",
    "clip",
    "covered",
    "day_of",
    "dye",
    "end_of_day",
    "finished",
    "fraction",
    "is_open",
    "is_over",
    "marks",
    "merge",
    "missing",
    "moment_there",
    "parse_segments",
    "overtaken",
    "print_of",
    "read",
    "reason_needed",
    "seen_enough",
    "span_there",
    "start_of_day",
    "states",
    "threshold",
    "to_write",
    "width",
    "within",
]
