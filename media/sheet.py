"""The contact sheet of a recording: what is to be seen when, as small pictures cut from one file (`media.stills`).

It is for administrators. Learners do not get it: an hour's sheet weighs some 160 kB, most of a minute of sound, and no
price that they are told holds it; chapters and what is said lead them to a place for less.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.config import Config
from media.captions import cues_of
from media.delivery import Links
from media.queries import Playable
from media.stills import SHEET, THUMBNAILS
from media.storage import storage_for

_PLACE = re.compile(r"#xywh=(\d+),(\d+),(\d+),(\d+)")


@dataclass(frozen=True)
class Thumbnail:
    """One picture: from which second on, and where it lies."""

    second: float
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Sheet:
    """All of them, in the order of the recording."""

    url: str
    thumbnails: Sequence[Thumbnail]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the file."""
        return max(t.x + t.width for t in self.thumbnails), max(t.y + t.height for t in self.thumbnails)


def of(config: Config, playable: Playable, links: Links) -> Sheet | None:
    """None where there is none: it is drawn last, and its lack is no failure."""
    if not links.thumbnails:
        return None
    try:
        text = storage_for(config).open(f"{playable.key}/{THUMBNAILS}").read().decode()
    except FileNotFoundError:
        return None
    places = [(cue.start, _PLACE.search(cue.line)) for cue in cues_of(text)]
    found = [Thumbnail(second, *map(int, place.groups())) for second, place in places if place]
    return Sheet(links.thumbnails.removesuffix(THUMBNAILS) + SHEET, found) if found else None
