"""What is worth a look in subtitles although nothing had to be refused."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from app.i18n import lazy, ngettext
from media.captions.cues import Cue, clock


def about(found: Sequence[Cue], kept: Sequence[Cue], ordered: Sequence[Cue], duration: float | None) -> list[Any]:
    """Of those that were found, those of them that were kept, and the same in order."""
    told = []
    if empty := len(found) - len(kept):
        told.append(
            ngettext(
                "%(num)d subtitle without words was left out.",
                "%(num)d subtitles without words were left out.",
                empty,
            )
        )
    if ordered != kept:
        told.append(lazy("The subtitles were not in the order of their times; now they are."))
    return told + of_times(ordered, duration)


def of_times(cues: Sequence[Cue], duration: float | None) -> list[Any]:
    """What their times will do in a player."""
    told = []
    if sudden := sum(cue.end == cue.start for cue in cues):
        told.append(
            ngettext(
                "%(num)d subtitle ends in the moment it begins: nobody will see it.",
                "%(num)d subtitles end in the moment they begin: nobody will see them.",
                sudden,
            )
        )
    if over := sum(one.end > after.start != one.start for one, after in pairwise(cues)):
        told.append(
            ngettext(
                "%(num)d subtitle begins before the one before it has ended: players show both.",
                "%(num)d subtitles begin before the one before has ended: players show both.",
                over,
            )
        )
    if late := [cue for cue in cues if duration is not None and cue.start >= duration]:
        told.append(
            ngettext(
                "%(num)d subtitle begins after the end of the recording (at %(at)s): nobody will see it.",
                "%(num)d subtitles begin after the end of the recording (from %(at)s on): nobody will see them.",
                len(late),
                at=clock(late[0].start),
            )
        )
    return told
