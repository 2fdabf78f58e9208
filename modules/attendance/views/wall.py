"""The wall: a code of the half that is on, anew every minute, as a QR and as six letters to type."""

from datetime import UTC, datetime

from flask import current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import i18n
from app.web.session import session
from modules.attendance import rules, words
from modules.attendance.queries.halves import to_note
from modules.attendance.views.pages import bp
from modules.attendance.views.qr import drawn
from modules.attendance.views.roll import opened
from modules.queries import overview


def key() -> str:
    """The key of the house."""
    return str(current_app.config["HOUSE"].secret_key)


@bp.get("/cohorts/<public_id>/days/<step_id>/wall")
def wall(public_id: str, step_id: str) -> ResponseReturnValue:
    """To be projected: the page asks for its next code by itself, without scripts."""
    roll, now = opened(public_id, step_id), datetime.now(UTC)
    code = rules.wall_code(key(), roll.half.public_id, rules.period(now)) if roll.half else ""
    address = url_for("here.show", code=code, _external=True)
    answer = make_response(
        render_template(
            "attendance/wall.html", cohort=roll.cohort, step=roll.step, half=roll.half, halves=to_note(roll.rows),
            code=code, qr=drawn(address, address), words=words, address=url_for("here.show", _external=True),
            there=sum(line.noted.present is True for line in roll.lines), all=len(roll.lines),
            title=overview.step_title(session(), roll.step, i18n.current()),
        )
    )  # fmt: skip
    if roll.half:
        half = request.args.get("half")
        again = url_for(".wall", public_id=public_id, step_id=step_id, half=half)
        answer.headers["Refresh"] = f"{rules.remaining(now)}; url={again}"
    return answer
