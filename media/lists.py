"""The administrator's list. Its statements are composed once, and there are as many however much it holds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from app.config import Config
from app.db import fetch, within
from app.text import fold
from media import uploads, uses
from media.holds import still
from media.models import Recording, Version
from media.queries import newest_number
from media.rules import RUNNING, Origin, State

PAGE = 20
MOST_WORDS = 12
_COLUMNS = """
    id public_id file_name origin size received state state_at reason progress eta_s duration width height key
    shown_at sha256 multipart
""".split()


class Listed(NamedTuple):
    """A recording with the facts of its newest file, under that file's own names."""

    recording_id: int
    recording_public_id: str
    title: str
    archived_at: datetime | None
    id: int
    public_id: str
    file_name: str
    origin: Origin
    size: int | None
    received: int
    state: State
    state_at: datetime
    reason: str | None
    progress: float
    eta_s: float | None
    duration: float | None
    width: int | None
    height: int | None
    key: str | None
    shown_at: datetime | None
    sha256: str | None
    multipart: str | None
    place: int | None
    kept: bool  # An earlier file is what steps show.


@dataclass(frozen=True)
class Page:
    """One page of the list, newest first."""

    rows: Sequence[Listed]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class Counts:
    """How many recordings, but archived ones, are sent, paused, made here, wait, are worked on, failed, ready; all."""

    sending: int
    paused: int
    drawing: int
    waiting: int
    working: int
    failed: int
    ready: int
    all: int


def page_of(
    session: Session, *, search: str = "", number: int = 1, archived: bool = False, total: int | None = None
) -> Page:
    """The list; who knows already how many it holds saves a statement."""
    words = fold(search).split()[:MOST_WORDS]
    values: dict[str, Any] = {f"word{place}": _pattern(word) for place, word in enumerate(words)}
    if total is None:
        total = int(fetch(session, _count(len(words), archived), values)[0][0])
    number, pages = within(number, total, PAGE)
    values |= {"offset": (number - 1) * PAGE}
    return Page(fetch(session, _page(len(words), archived), values), number, pages, total)


def counts(session: Session, config: Config, now: datetime) -> Counts:
    """The first sentence of the page is made of this."""
    rows = fetch(session, _COUNTS)
    found: Counter[State] = Counter()
    for state, _, number in rows:
        found[state] += number
    drawing = sum(number for state, origin, number in rows if (state, origin) == (State.UPLOADING, Origin.SERVER))
    begun = found[State.UPLOADING] - drawing
    paused = _paused(session, config, now) if begun else 0
    return Counts(
        sending=begun - paused,
        paused=paused,
        drawing=drawing,
        waiting=found[State.RECEIVED],
        working=sum(found[state] for state in RUNNING),
        failed=found[State.FAILED],
        ready=found[State.READY],
        all=sum(found.values()),
    )


def _paused(session: Session, config: Config, now: datetime) -> int:
    arrived = [uploads.standing(config, row) for row in fetch(session, _BEGUN)]
    return sum(still(found[1], now) for found in arrived if found)


def listed(session: Session, recording: Recording) -> Listed:
    """The same facts of a recording that is loaded."""
    version = recording.newest
    own = (recording.id, recording.public_id, recording.title, recording.archived_at)
    place = fetch(session, _place(), {"id": recording.id})[0][0]
    facts = [getattr(version, name) for name in _COLUMNS]
    return Listed(*own, *(*facts, place, recording.earlier is not None))


def _kept() -> Any:
    own = aliased(Version)
    shown = select(own.id).where(own.recording_id == Recording.id, own.shown_at.is_not(None), own.id != Version.id)
    return and_(Version.shown_at.is_(None), shown.correlate(Recording, Version).exists()).label("kept")


def _listed() -> Select[Any]:
    facts = (getattr(Version, name) for name in _COLUMNS)
    own = (Recording.id.label("recording_id"), Recording.public_id.label("recording_public_id"))
    place = uses.place_of(Recording.id).label("place")
    return (
        select(*own, Recording.title, Recording.archived_at, *facts, place, _kept())
        .join(Version, Version.recording_id == Recording.id)
        .where(Version.number == newest_number())
    )


@lru_cache(maxsize=1)
def _place() -> Any:
    return select(uses.place_of(Recording.id)).where(Recording.id == bindparam("id"))


@lru_cache(maxsize=64)
def _page(words: int, archived: bool) -> Any:
    newest_first = _among(_listed(), words, archived).order_by(Recording.created_at.desc(), Recording.id.desc())
    return newest_first.limit(PAGE).offset(bindparam("offset"))


@lru_cache(maxsize=64)
def _count(words: int, archived: bool) -> Any:
    return _among(select(func.count()).select_from(Recording), words, archived)


def _among(statement: Any, words: int, archived: bool) -> Any:
    told = [Recording.folded.like(bindparam(f"word{place}"), escape="/") for place in range(words)]
    return statement.where(Recording.archived_at.is_not(None) if archived else Recording.archived_at.is_(None), *told)


def _pattern(word: str) -> str:
    return "%" + word.replace("/", "//").replace("%", "/%").replace("_", "/_") + "%"


_SHOWN = (
    select(Version.state, Version.origin, func.count())
    .join(Recording, Recording.id == Version.recording_id)
    .where(Recording.archived_at.is_(None), Version.number == newest_number())
)
_COUNTS = _SHOWN.group_by(Version.state, Version.origin)
_BEGUN = _SHOWN.with_only_columns(Version.public_id, Version.multipart, Version.received, Version.state_at).where(
    Version.state == State.UPLOADING, Version.origin == Origin.SENT
)
