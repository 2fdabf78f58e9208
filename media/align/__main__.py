"""`python -m media.align NEW_SECONDS OLD_SECONDS` in a folder with what `media.comparing` drew from both files; writes
`found.json`."""

import json
import sys
from pathlib import Path

from media.align import details, path
from media.align.films import Film, drawn
from media.align.pieces import pieces
from media.marks import without
from media.passages import Piece

FOUND = "found.json"


def main(new: float, old: float) -> None:
    """Compare them."""
    found, sure = compared(drawn("new", new), drawn("old", old))
    Path(FOUND).write_text(json.dumps({"pieces": found, "sure": sure}))


def compared(new: Film, old: Film) -> tuple[list[Piece], float]:
    """What both hold alike, and how surely. A slide on which a detail was changed is not alike."""
    found, sure = pieces(path.runs(new, old), new.duration, old.duration)
    if new.looks is None or old.looks is None:
        return found, sure
    return without(found, details.changed(new.looks, old.looks, found, new.stills)), sure


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
