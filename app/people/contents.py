"""The title page: what the cycle is called and what it holds, told by whoever knows it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, current_app
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class ContentsLine:
    """One module: its number (or a short word), its dye from 1 to 6, its title, its measure ("38 min")."""

    numeral: str
    dye: int
    title: str
    note: str = ""


@dataclass(frozen=True)
class Contents:
    """What stands on the title page; `over` is the small line above the title."""

    title: str
    over: str = ""
    lines: list[ContentsLine] = field(default_factory=list)


def provide(app: Flask, source: Callable[[Session], Contents | None]) -> None:
    """Let a room above tell the contents of the title page in the language of the request."""
    app.extensions["contents"] = source


def contents(session: Session) -> Contents | None:
    """The contents, or None while nobody tells them or there is no cycle."""
    source = current_app.extensions.get("contents")
    return source(session) if source else None
