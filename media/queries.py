"""What pages and other rooms read about recordings. A list costs the same number of statements, however long."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ScalarSelect, Text, bindparam, cast, func, select
from sqlalchemy.orm import Session, aliased

from app.db import fetch
from media.models import Caption, Recording, Rendition, Version
from media.rules import State

_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_VERSIONS: Any = (
    select(
        Version.id,
        Version.recording_id,
        Version.public_id,
        Version.state,
        Version.duration,
        Version.width,
        Version.height,
        Version.key,
        Version.shown_at,
        Recording.archived_at,
    )
    .join(Version.recording)
    .where(Version.recording_id.in_(_IDS))
    .order_by(Version.shown_at.is_not(None), Version.shown_at, Version.number)
)
_RENDITIONS = (
    select(
        Rendition.version_id,
        Rendition.name,
        Rendition.kind,
        Rendition.width,
        Rendition.height,
        Rendition.bytes,
        Rendition.download_bytes,
        Rendition.key,
        Rendition.download_key,
    )
    .where(Rendition.version_id.in_(_IDS))
    .order_by(Rendition.kind.desc(), Rendition.height, Rendition.id)  # Pictures, then the sound.
)
_WEIGHTS = select(Rendition.version_id, Rendition.name, cast(Rendition.weights, Text)).where(
    Rendition.version_id.in_(_IDS)
)
_CAPTIONS = (
    select(Caption.version_id, Caption.language, Caption.label, func.length(Caption.body).label("signs"))
    .where(Caption.version_id.in_(_IDS), Caption.kind == "captions", Caption.put_away_at.is_(None))
    .order_by(Caption.language)
)


@dataclass(frozen=True)
class Playable:
    """The version of a recording that is shown to learners, with what each choice costs in true bytes."""

    version_id: int
    version_public_id: str
    state: State
    duration: float | None
    width: int | None
    height: int | None
    renditions: list[dict[str, Any]] = field(default_factory=list)
    captions: list[dict[str, Any]] = field(default_factory=list)
    key: str | None = None
    archived_at: datetime | None = None


def in_use(recording_id: Any) -> ScalarSelect[int]:
    """The recording's version that learners see, for a statement of any room that names its id."""
    own = aliased(Version)
    asked = select(own.id).where(own.recording_id == recording_id, own.shown_at.is_not(None))
    return asked.order_by(own.shown_at.desc(), own.number.desc()).limit(1).correlate_except(own).scalar_subquery()


def newest_number() -> ScalarSelect[int]:
    """The number of the newest file of the statement's Recording, but for those that were put away."""
    own = aliased(Version)
    asked = select(func.max(own.number)).where(own.recording_id == Recording.id, own.put_away_at.is_(None))
    return asked.correlate(Recording).scalar_subquery()


def playable(session: Session, recording_ids: Collection[int]) -> dict[int, Playable]:
    """For each recording its version in use, else its newest; three statements for any number."""
    if not recording_ids:
        return {}
    # The last version of each recording wins.
    chosen = {row.recording_id: row for row in fetch(session, _VERSIONS, {"ids": list(recording_ids)})}
    made = of_versions(session, list(chosen.values()))
    return {recording_id: made[row.id] for recording_id, row in chosen.items()}


def of_versions(session: Session, versions: Sequence[Any]) -> dict[int, Playable]:
    """The same for the facts of certain versions, by their row; two statements."""
    ids = [version.id for version in versions]
    captions = _by_version(fetch(session, _CAPTIONS, {"ids": ids}))
    renditions = renditions_of(session, ids)
    return {each.id: _playable(each, renditions.get(each.id, ()), captions.get(each.id, ())) for each in versions}


def renditions_of(session: Session, version_ids: Sequence[int]) -> dict[int, list[Any]]:
    """What was made of each version: the pictures, smallest first, then the sound."""
    return _by_version(fetch(session, _RENDITIONS, {"ids": list(version_ids)}))


def weights_of(session: Session, version_ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """What the segments of each rendition weigh, by its version and name, as JSON."""
    return {(version_id, name): text for version_id, name, text in fetch(session, _WEIGHTS, {"ids": list(version_ids)})}


def as_playable(version: Version) -> Playable:
    """What other rooms may know about a version that is loaded with its renditions and captions."""
    return _playable(version, version.renditions, version.captions_shown)


def _by_version(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.version_id, []).append(row)
    return found


def _playable(version: Any, renditions: Iterable[Any], captions: Iterable[Any]) -> Playable:
    return Playable(
        version_id=version.id,
        version_public_id=version.public_id,
        state=version.state,
        duration=version.duration,
        width=version.width,
        height=version.height,
        renditions=[
            {
                "name": made.name,
                "kind": made.kind,
                "width": made.width,
                "height": made.height,
                "bytes": made.bytes,
                "download_bytes": made.download_bytes,
                "file": made.key.rpartition("/")[2],
                "download": (made.download_key or "").rpartition("/")[2],
            }
            for made in renditions
        ],
        captions=[
            {"language": caption.language, "label": caption.label, "signs": getattr(caption, "signs", None)}
            for caption in captions
        ],
        key=version.key if version.state is State.READY or version.shown_at else None,
        archived_at=version.archived_at,
    )
