"""The report of a programme for machines: the same figures, hidden where the page hides them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from app import i18n
from app.web.access import viewer
from app.web.api import In, validate
from app.web.incoming import Text
from app.web.session import session
from modules import access
from modules.api import bp
from modules.queries.programme import DIMENSIONS, Group, programme
from modules.rules.masking import Hidden
from modules.rules.programme import Line
from modules.words.programme import name

FIGURES = {
    "enrolled": "enrolled", "begun": "begun", "finished": "finished", "hours": "hours", "presences": "presences",
    "median_days": "days",
}  # fmt: skip


class GroupOut(BaseModel):
    """A group of learners. `hidden` names the figures that are not shown, for they or others are small."""

    id: str | None
    name: str
    enrolled: int | None
    begun: int | None
    finished: int | None
    hours: float | None
    presences: int | None
    median_days: float | None
    hidden: list[str]


class GroupsOut(BaseModel):
    """A table of the report: its groups, and their sum where the groups share nobody."""

    by: str
    groups: list[GroupOut]
    total: GroupOut | None


class ProgrammeOut(BaseModel):
    """The report of a programme; `counted_at`: when its oldest figures were counted."""

    cycle: str
    counted_at: datetime | None
    tables: list[GroupsOut]


class ProgrammeAsked(In):
    """Which cycle (the newest, if none is named), and people who came in which whole months."""

    cycle: Annotated[Text, Field(max_length=32)] = ""
    since: Annotated[Text, Field(max_length=7)] = ""
    until: Annotated[Text, Field(max_length=7)] = ""


@bp.get("/programme")
@validate({200: ProgrammeOut}, query=ProgrammeAsked, tags=("progress",))
def read_programme(query: ProgrammeAsked) -> Any:
    """Who learns, has begun, has finished, by module, cohort, country, kind of institution and gender; for
    administrators, and for observers of their own cohorts. Figures under 5 are hidden."""
    wanted = access.programme_of(session(), viewer(), query.cycle, query.since, query.until)
    lang = i18n.current()
    report = programme(session(), wanted, lang)
    return ProgrammeOut(
        cycle=wanted.cycle.public_id,
        counted_at=report.at,
        tables=[
            GroupsOut(
                by=by,
                groups=[_group(group.line, name(by, group, lang), _id(by, group)) for group in report.groups[by]],
                total=_group(total, "", None) if (total := report.totals[by]) else None,
            )
            for by in DIMENSIONS
        ],
    )


def _id(by: str, group: Group) -> str | None:
    return group.public_id or (group.name if by in ("country", "gender") else None) or None


def _group(line: Line, said: str, public_id: str | None) -> GroupOut:
    values = {name: getattr(line, own) for name, own in FIGURES.items()}
    hidden = [name for name, value in values.items() if isinstance(value, Hidden)]
    return GroupOut(id=public_id, name=said, hidden=hidden, **values | dict.fromkeys(hidden))
