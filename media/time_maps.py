"""The maps that carry: made of all replacements that were accepted, from each file of a recording to each other."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from media.models import Replacement, TimeMap
from media.passages import Piece, compose, inverse

Way = tuple[int, int]


def write(session: Session, recording_id: int, by_id: int | None, now: datetime) -> None:
    """Write them again; those that stay the same keep their date. A map that was put in by hand stays where no
    replacement says another."""
    found = ways(accepted(session, recording_id))
    ids = {version for way in found for version in way}
    asked = select(TimeMap).where(or_(TimeMap.from_version_id.in_(ids), TimeMap.to_version_id.in_(ids)))
    kept = {(row.from_version_id, row.to_version_id): row for row in session.scalars(asked)}
    for way, pieces in found.items():
        laid = [list(piece) for piece in pieces]
        row = kept.get(way)
        if row is None:
            session.add(TimeMap(from_version_id=way[0], to_version_id=way[1], pieces=laid, at=now, by_id=by_id))
        elif row.pieces != laid:
            row.pieces, row.at, row.by_id = laid, now, by_id
    session.flush()


def accepted(session: Session, recording_id: int) -> Sequence[Replacement]:
    """In the order in which they were."""
    asked = select(Replacement).where(Replacement.recording_id == recording_id, Replacement.accepted.is_(True))
    return session.scalars(asked.order_by(Replacement.decided_at, Replacement.id)).all()


def ways(replacements: Sequence[Replacement]) -> dict[Way, list[Piece]]:
    """From each file to each other by the fewest steps; of two maps between the same files the later counts."""
    steps: dict[Way, list[Piece]] = {}
    for each in replacements:
        there = [(piece[0], piece[1], piece[2]) for piece in each.pieces]
        steps[each.from_version_id, each.version_id] = there
        steps[each.version_id, each.from_version_id] = inverse(there)
    found: dict[Way, list[Piece]] = {}
    for origin in {way[0] for way in steps}:
        reached: dict[int, list[Piece] | None] = {origin: None}
        for version in (queue := [origin]):
            for (start, end), pieces in steps.items():
                if start == version and end not in reached:
                    before = reached[version]
                    reached[end] = pieces if before is None else compose(before, pieces)
                    queue.append(end)
        found |= {(origin, version): pieces for version, pieces in reached.items() if pieces is not None}
    return found
