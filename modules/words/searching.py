"""Where a result of the search leads."""

from flask import url_for


def at_second(step_public_id: str, second: float) -> str:
    """The step at this second: `t` for the page, the fragment for players that read it themselves."""
    at = int(second)
    return url_for("modules.step", public_id=step_public_id, t=at, _anchor=f"t={at}")
