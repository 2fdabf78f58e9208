"""`python -m media.align NEW_SECONDS OLD_SECONDS` in a folder with what `media.comparing` drew from both files; writes
`found.json`."""

import json
import sys
from pathlib import Path

from media.align import path
from media.align.films import drawn
from media.align.pieces import pieces

FOUND = "found.json"


def main(new: float, old: float) -> None:
    """Compare them."""
    found, sure = pieces(path.runs(drawn("new", new), drawn("old", old)), new, old)
    Path(FOUND).write_text(json.dumps({"pieces": found, "sure": sure}))


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
