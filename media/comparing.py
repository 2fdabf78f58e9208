"""The worker's side of a replacement: fetch what was made of both files, draw sound and stills, look for one in the
other."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app import jobs
from app.config import ROOT
from app.db import db
from app.operations.work import Hold, work
from media import room
from media.leases import COMPARISONS
from media.making import QUIET, clock, opening
from media.models import Rendition, Replacement, Version
from media.processes import Limits, program, run, why
from media.rules import Reason, Stage, drawn, share
from media.storage import Storage, storage_for

DRAWN = 0.8  # How much of the work is done when both files are drawn.
_BLOCK = 1 << 20
_SOUND = ("-map", "0:a:0", "-vn", "-ac", "1", "-ar", "8000", "-f", "s16le")
_STILLS = ("-map", "0:v:0", "-an", "-vf", "fps=5,scale=32:18:flags=area,format=gray", "-f", "rawvideo")
_LOOKS = ("-map", "0:v:0", "-an", "-vf", "fps=1/6,scale=640:360:flags=area,format=gray", "-f", "rawvideo")
_ROUGH = ("-skip_loop_filter", "all")  # What it smooths is not seen in stills of 32 pixels.
_KEYS = ("-skip_frame", "nokey")
_LOOKED_AT = 360  # Lines of the picture in which details are sought.
_START = "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module('media.align', run_name='__main__')"
_MEMORY = 4 * 1024**3  # Of addresses, not of what is used.


@jobs.handler(COMPARISONS.bell)
def compare(row_id: int) -> None:
    """Look for the present file in the new one."""
    work(COMPARISONS, row_id, _compare, why)


def _compare(hold: Hold) -> None:
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        row = session.get_one(Replacement, hold.row_id)
        old, new = (_version(session, each) for each in (row.from_version_id, row.version_id))
    tasks = [
        (version, name, what, made) for version, name in ((old, "old"), (new, "new")) for what, made in _parts(version)
    ]
    asked = sum(drawn(sum(made.bytes for _what, made in _parts(each)), each.duration) for each in (old, new))
    hold.need_room(lambda session: room.missing(session, hold.config, asked))
    for number, (version, name, what, made) in enumerate(tasks):
        _draw(hold, version, made, what, name, (DRAWN * number / len(tasks), DRAWN / len(tasks)))
    hold.heard(DRAWN)
    limits = Limits(seconds=3600, stall_seconds=3600, memory_bytes=_MEMORY)
    durations = [str(version.duration or 0.0) for version in (new, old)]
    run([sys.executable, "-c", _START, str(ROOT), *durations], hold.folder, limits, hold.check)
    found: dict[str, Any] = json.loads((hold.folder / "found.json").read_text())
    hold.write(COMPARISONS.finish, Stage.FOUND, pieces=found["pieces"], sure=found["sure"])


def _parts(version: Version) -> list[tuple[str, Rendition]]:
    """The smallest of its sounds and of its pictures, and a larger one for its key frames, where it has any."""
    pictures = sorted((made for made in version.renditions if made.kind == "video"), key=lambda made: made.bytes)
    large = [made for made in pictures if (made.height or 0) <= _LOOKED_AT][-1:] or pictures
    sounds = [made for made in version.renditions if made.kind == "sound"]
    wanted = (("sound", sounds), ("stills", pictures), ("looks", large))
    return [(what, among[0]) for what, among in wanted if among]


def _draw(hold: Hold, version: Version, made: Rendition, what: str, name: str, part: tuple[float, float]) -> None:
    """Its sound, its stills or its key frames as plain numbers; since when and how much this is of the work."""
    source = _fetch(storage_for(hold.config), hold, made, hold.folder / f"{name}-{what}.mp4")
    before, options = {"sound": ((), _SOUND), "stills": (_ROUGH, _STILLS), "looks": (_KEYS, _LOOKS)}[what]
    raw = f"file:{hold.folder / f'{name}-{what}.raw'}"
    limits = Limits(seconds=7200, output_bytes=drawn(0, version.duration) + 64 * 1024**2)
    heard = clock(lambda at: hold.heard(part[0] + part[1] * share(at, version.duration)))
    argv = [program("ffmpeg", hold.config.ffmpeg), *QUIET, *before, *opening(source), *options, raw]
    run(argv, hold.folder, limits, heard)
    source.unlink()


def _fetch(storage: Storage, hold: Hold, made: Rendition, target: Path) -> Path:
    with storage.open(made.key) as opened, target.open("wb") as written:
        while block := opened.read(_BLOCK):
            written.write(block)
            hold.check()
    return target


def _version(session: Session, version_id: int) -> Version:
    asked = select(Version).where(Version.id == version_id).options(selectinload(Version.renditions))
    return session.scalars(asked).one()


@jobs.sweep
def ring_again(session: Session, now: datetime) -> None:
    """Ring for rows that nobody works on; one whose workers died time after time is given up."""
    COMPARISONS.give_up(session, Reason.INTERRUPTED, now)
    COMPARISONS.ring_again(session, now)
