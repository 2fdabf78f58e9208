"""Where a result of the search leads."""

from typing import Any

from flask import url_for

from app.i18n import Said, clock


def found_at(title: Any, second: float) -> Said:
    """The name of a result: two of one recording must not have the same."""
    return Said(f"{title} · {clock(second)}", getattr(title, "lang", ""))


def at_second(step_public_id: str, second: float, language: str | None = None) -> str:
    """The step at this second: `t` for the page, the fragment for players that read it themselves.

    The page says what is said there, in this language if it is not its own.
    """
    at = int(second)
    asked: Any = {"in": language, "t": at}
    return url_for("modules.step", public_id=step_public_id, **asked, _anchor=f"t={at}")
