"""What is known of one file."""

from pathlib import Path
from typing import Any, NamedTuple

from media.align import frames, pictures, sound
from media.align.sound import Prints


class Film(NamedTuple):
    """Without sound or picture the part is None."""

    duration: float
    sound: Prints | None
    stills: Any = None
    moves: Any = None  # Whether something moves around each still.
    looks: Any = None  # Key frames, larger.


def drawn(name: str, duration: float) -> Film:
    """As `media.comparing` drew it into this folder."""
    heard, seen, large = (Path(f"{name}-{what}.raw") for what in ("sound", "stills", "looks"))
    prints = sound.prints(heard) if heard.is_file() else None
    if not seen.is_file():
        return Film(duration, prints)
    stills = pictures.stills(seen)
    looks = frames.looks(large) if large.is_file() else None
    return Film(duration, prints, stills, pictures.moving(stills), looks)
