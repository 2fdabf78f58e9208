"""What each way to take a recording in weighs, segment by segment: for players that tell prices while they play."""

import gzip
from datetime import UTC, datetime
from typing import Any

from flask import Response, after_this_request, request

from app import i18n
from app.errors import NotFound
from app.web.access import viewer
from app.web.api import validate
from app.web.session import session
from modules import access
from modules.api import bp
from modules.queries.player import weighed
from modules.queries.steps import step_page
from modules.schemas import FormatOut, FormatsOut


@bp.get("/steps/<public_id>/formats")
@validate({200: FormatsOut}, tags=("watching",))
def read_formats(public_id: str) -> Any:
    """The formats of a recording with the bytes of each segment; in stretches of some where the asking
    person has seen it."""
    now, person = datetime.now(UTC), viewer()
    row = access.step_for(session(), person, public_id, now=now)
    found = weighed(session(), step_page(session(), row, person, i18n.current(), now).step)
    if found is None:
        raise NotFound
    after_this_request(_packed)
    return FormatsOut(
        version=found.version, duration=found.duration, formats=[FormatOut(**each) for each in found.formats]
    )


def _packed(response: Response) -> Response:
    """Small where the client reads that: numbers that repeat themselves shrink to a fifth."""
    if response.status_code == 200 and request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(response.get_data(), mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
