"""What is said in the recordings that somebody may open, found by words; three statements a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import search
from app.db import fetch
from app.i18n import Said
from media import indexing
from media.models import Version
from modules.models import Module, Step
from modules.queries.statements import LANG, newest_version, visible
from modules.queries.titles import Titled

EVERYWHERE = ""


@dataclass(frozen=True)
class Found:
    """A passage, in pieces that say whether they were looked for, with the step in which it is said and when: first of
    what the pieces show."""

    step_public_id: str
    step: Said
    module: Said
    module_number: int | None
    pieces: Sequence[tuple[str, bool]]
    language: str
    seconds: Sequence[float]
    is_chapter: bool

    @property
    def text(self) -> str:
        """The passage alone."""
        return "".join(text for text, _ in self.pieces)


@dataclass(frozen=True)
class Results:
    """One page of what was found. `module`: the title of the only module that was searched."""

    query: search.Query
    found: Sequence[Found]
    number: int = 1
    pages: int = 1
    total: int = 0
    module: Said | None = None
    recordings: int = 0  # In how many recordings was looked.


def results(
    session: Session, person: Any, typed: str, lang: str, now: datetime, *, number: int = 1, module: str = EVERYWHERE
) -> Results:
    """The passages in which all of the words are said, in recordings of one module, or of all where it has none that is
    open."""
    query = search.Query.of(typed)
    rows = fetch(session, _open(), {"person": person.id, "now": now, "lang": lang})
    within = [row for row in rows if module == row.module_public_id] or rows
    places = {row.version_id: row for row in reversed(within)}  # The first step that shows it.
    page = search.find(session, query, [indexing.audience(version_id) for version_id in places], number)
    found = [_found(hit, places[indexing.version_of(hit)]) for hit in page.hits]
    only = within[0].module if within is not rows else None
    return Results(query, found, page.number, page.pages, page.total, only, len(places))


@cache
def _open() -> Any:
    """The recordings that a person may open now, in their order. Parameters: person, now, lang."""
    step, module = Titled(Step, LANG), Titled(Module, LANG)
    asked = (
        sa.select(
            Version.id.label("version_id"), Step.public_id, step.text().label("step"), module.text().label("module"),
            Module.public_id.label("module_public_id"), Module.number,
        )
        .select_from(Step)
        .join(Module, Module.id == Step.module_id)
        .join(Version, Version.id == newest_version())
        .where(
            Step.kind == "recording", Step.archived_at.is_(None), Module.archived_at.is_(None), visible(waiting=True)
        )
        .order_by(Module.cycle_id, Module.position, Module.id, Step.position, Step.id)
    )  # fmt: skip
    return step.join(module.join(asked))


def _found(hit: search.Hit, place: Any) -> Found:
    return Found(
        place.public_id, place.step, place.module, place.number, hit.pieces, hit.language, hit.seconds,
        hit.kind == indexing.CHAPTER,
    )  # fmt: skip
