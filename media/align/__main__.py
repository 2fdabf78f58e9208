"""`python -m media.align NEW_SECONDS OLD_SECONDS` in a folder with what `media.comparing` drew from both files; writes
`found.json`."""

import json
import sys
from pathlib import Path

from media.align import path, pictures, sound
from media.align.path import Film
from media.align.pieces import pieces

FOUND = "found.json"
SOUND, STILLS = "sound.raw", "stills.raw"


def film(name: str, duration: float) -> Film:
    """One of the two, as far as it was drawn."""
    heard, seen = Path(f"{name}-{SOUND}"), Path(f"{name}-{STILLS}")
    prints = sound.prints(heard) if heard.is_file() else None
    if not seen.is_file():
        return Film(duration, prints)
    stills = pictures.stills(seen)
    return Film(duration, prints, stills, pictures.moving(stills))


def main(new: float, old: float) -> None:
    """Compare them."""
    found, sure = pieces(path.runs(film("new", new), film("old", old)), new, old)
    Path(FOUND).write_text(json.dumps({"pieces": found, "sure": sure}))


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
