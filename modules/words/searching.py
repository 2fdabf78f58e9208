"""Where a result of the search leads."""

from typing import Any

from flask import url_for


def at_second(step_public_id: str, second: float, language: str | None = None) -> str:
    """The step at this second: `t` for the page, the fragment for players that read it themselves.

    The page says what is said there, in this language if it is not its own.
    """
    at = int(second)
    asked: Any = {"in": language, "t": at}
    return url_for("modules.step", public_id=step_public_id, **asked, _anchor=f"t={at}")
