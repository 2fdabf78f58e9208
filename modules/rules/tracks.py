"""What passages of a recording weigh: the segments of the file that they touch, as they were measured.

A player fetches the list of the segments, the head of the file, and whole segments; so a passage costs what lies around
its ends too, and each answer has its headers. Slides are pictures beside the segments of the sound: one costs itself
wherever a passage begins while it stands. Where a file was not measured its bytes are spread evenly over its length.
app/static/weights.js is the same.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from math import ceil

from modules.rules.coverage import Range, width
from modules.rules.weights import Weights, pictures, touched

HEADERS = 600  # bytes of an answer before its content, as our server sends them
LISTED = 8  # bytes of a segment in the list, which travels packed
EACH = 6.0  # seconds of a segment, where that was not measured
PAGE, SIGN = 2400, 0.31  # bytes of the page of a text, and of each sign of its subtitles, packed
AHEAD = 3.0  # seconds before a picture is shown it is asked for (static/slides.js)


class Track:
    """One way to take a recording in, ready to be asked often what passages weigh."""

    def __init__(self, weights: Weights, listed: int = 0) -> None:
        """`listed`: how many segments its list names, where the weights tell fewer (`weights.coarse`)."""
        segments = [one for one in weights if len(one) == 2]
        self.listed = listed or len(segments)
        self._begins = [one[0] for one in segments]
        self._upto = list(accumulate((one[1] for one in segments), initial=0.0))
        self._pictures = pictures(weights)
        self._bytes = self._upto[-1] + sum(one[1] for one in self._pictures)

    def weigh(self, whole: int, ranges: Sequence[Range]) -> int:
        """How many bytes travel until these passages, in their order, have been played; `whole` is all of the file."""
        size, answers, reached = max(whole - self._bytes, 0), 2, 0
        for first, last in ranges:
            low = max(bisect_right(self._begins, first) - 1, reached)
            high = bisect_left(self._begins, last)
            if high > low:
                size += self._upto[high] - self._upto[low]
                answers += high - low
                reached = high
        shown = [each for begins, each, ends in self._pictures if touched(ranges, begins - AHEAD, ends)]
        answers += len(shown) + bool(self._pictures)  # and their list
        return round(size + sum(shown) + LISTED * self.listed + HEADERS * answers)


def weigh(track: Track | None, whole: int, ranges: Sequence[Range], duration: float) -> int:
    """How many bytes travel until these passages have been played."""
    if not ranges or duration <= 0:
        return 0
    if track is not None:
        return track.weigh(whole, ranges)
    part = min(width(ranges) / duration, 1.0)
    return round(whole * part + LISTED * ceil(duration / EACH) + HEADERS * (2 + ceil(duration * part / EACH)))


def text_weight(signs: int) -> int:
    """What the page of a text weighs, of whose subtitles only the length is known; it travels packed."""
    return round(PAGE + SIGN * signs + HEADERS)


def track(weights: Weights) -> Track | None:
    """The same ready for questions; None where nothing was measured."""
    return Track(weights) if weights else None


@lru_cache(maxsize=128)
def read_track(text: str) -> Track | None:
    """The same from how a database keeps it."""
    return track(json.loads(text))
