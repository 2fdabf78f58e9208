"""What waits for a yes, as an administrator looks at it: the map, what was changed, what that means for learners."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy.orm import Session

from app.people.models import Person
from media import carrying, marks, passages, replacing, uses
from media.captions import cues_of
from media.models import Recording, Replacement, Version
from media.passages import Passage
from media.uses import Change, Effect, Named

SHORTEST = 0.3  # What is shorter than the comparison is exact is not worth a line.


@dataclass(frozen=True)
class Line:
    """A passage of the new file and what stands for it in the present one: the same, or what was there instead."""

    same: bool
    new: Passage | None
    old: Passage | None

    @property
    def as_long(self) -> bool:
        """Whether another passage of the same length stands there, which somebody may know to be the same."""
        return not self.same and self.new is not None and self.old is not None and marks.as_long(self.old, self.new)


@dataclass(frozen=True)
class Review:
    """One of them. `print`: what the answer names."""

    row: Replacement
    old: Version
    new: Version
    lines: Sequence[Line]
    changed: Sequence[Passage]
    gone: Sequence[Passage]
    effects: Sequence[Effect]
    to_check: int  # Subtitles in what was changed: they go along, marked.
    gone_cues: int  # Subtitles in what was taken out: they stay with the present file alone.
    gone_chapters: Sequence[str]  # Chapters of which nothing is left: they do as well.
    lost: Sequence[Named]  # What names a second that the new file does not hold.
    print: str
    marked_by: str  # Who last marked a passage by hand; empty where nobody did, or the account is erased.

    @property
    def lengths(self) -> tuple[float, float]:
        """How long the present file lasts, and the new one."""
        return self.old.duration or 0.0, self.new.duration or 0.0

    @property
    def under_way(self) -> bool:
        """Whether the two files are still compared."""
        return self.row.stage in replacing.UNDER_WAY

    @property
    def kept(self) -> list[Passage]:
        """The passages of the present file that go on."""
        return [(start, end) for start, end, _ in self.row.pieces]

    @property
    def came(self) -> list[Passage]:
        """Where they lie in the new one."""
        return [(to, to + end - start) for start, end, to in self.row.pieces]

    @property
    def seconds(self) -> float:
        """How much of the new file is asked again."""
        return passages.length(self.changed)

    @property
    def left_out(self) -> float:
        """How much of the present file is not in the new one."""
        return passages.length(self.gone)


def review(session: Session, recording: Recording) -> Review | None:
    """Of the file of this recording that waits; None where none does."""
    row = replacing.of(session, recording.id)
    if row is None:
        return None
    by_id = {version.id: version for version in recording.versions}
    old, new = by_id[row.from_version_id], by_id[row.version_id]
    duration, known = new.duration or 0.0, row.stage in replacing.SETTLED
    to_check, gone_cues = _cues(old, row.pieces, duration) if known else (0, 0)
    return Review(
        row=row,
        old=old,
        new=new,
        lines=lines(row.pieces, old.duration or 0.0, duration) if known else (),
        changed=told(passages.changed(row.pieces, duration)),
        gone=told(passages.gone(row.pieces, old.duration or 0.0)),
        effects=uses.effect(session, Change(recording.id, new.id, duration, row.pieces)) if known else (),
        to_check=to_check,
        gone_cues=gone_cues,
        gone_chapters=_chapters(old, row.pieces, duration) if known else (),
        lost=_lost(session, recording.id, row.pieces) if known else (),
        print=replacing.print_of(row),
        marked_by=_name(session, row.marked_by_id),
    )


def facts(found: Review) -> dict[str, Any]:
    """As the API and the command line tell them."""
    row = found.row
    pieces = row.pieces if row.stage in replacing.SETTLED else []
    return {
        "id": str(row.id),
        "upload": found.new.public_id,
        "instead_of": found.old.public_id,
        "stage": row.stage,
        "progress": round(row.progress, 4),
        "map": found.print,
        "pieces": [tuple(piece) for piece in pieces],
        "sure": row.sure,
        "marked_at": row.marked_at.isoformat() if row.marked_at else None,
        "changed": passages.changed(pieces, found.new.duration or 0.0),
        "gone": passages.gone(pieces, found.old.duration or 0.0),
        "to_check": found.to_check,
        "gone_chapters": list(found.gone_chapters),
        "lost": [{"second": each.second, "what": each.what} for each in found.lost],
        "gone_cues": found.gone_cues,
        "cuts": row.cuts,
        "effects": [_effect(line) for line in found.effects],
    }


def _name(session: Session, person_id: int | None) -> str:
    found = session.get(Person, person_id) if person_id else None
    return found.name if found and found.erased_at is None else ""


def _chapters(old: Version, pieces: Sequence[Sequence[float]], duration: float) -> list[str]:
    told = [cues_of(each.body) for each in old.shown("chapters")]
    left = [{cue.text for cue in carrying.chapters(found, pieces, old.duration or 0.0, duration)} for found in told]
    return [cue.line for found, here in zip(told, left, strict=True) for cue in found if cue.text not in here]


def _lost(session: Session, recording_id: int, pieces: Sequence[Sequence[float]]) -> list[Named]:
    return [each for each in uses.named(session, recording_id) if passages.moved(each.second, pieces) is None]


def _cues(old: Version, pieces: Sequence[Sequence[float]], duration: float) -> tuple[int, int]:
    files = old.duration or 0.0, duration
    carried = [carrying.cues(cues_of(each.body), pieces, *files) for each in old.captions_shown]
    return sum(each.to_check for each in carried), sum(len(each.gone) for each in carried)


def _effect(line: Effect) -> dict[str, Any]:
    return {each.name: getattr(line, each.name) for each in fields(line)} | {"step": str(line.step)}


def told(found: Sequence[Passage]) -> list[Passage]:
    """The passages that are long enough to be spoken of."""
    return [passage for passage in found if passage[1] - passage[0] >= SHORTEST]


def lines(pieces: Sequence[Sequence[float]], old: float, new: float) -> list[Line]:
    """The new file from its beginning to its end, and what was left out of the present one where it stood."""
    found: list[Line] = []
    at_old = at_new = 0.0
    for start, end, to in sorted(pieces, key=lambda piece: piece[2]):
        found += _between((at_old, start), (at_new, to))
        found.append(Line(True, (to, to + end - start), (start, end)))
        at_old, at_new = end, to + end - start
    return found + _between((at_old, old), (at_new, new))


def _between(old: Passage, new: Passage) -> list[Line]:
    was, came = (passage if passage[1] - passage[0] >= SHORTEST else None for passage in (old, new))
    return [Line(False, came, was)] if was or came else []
