"""The people room by machine: who the token belongs to."""

from typing import Any

from flask import Blueprint, Response, g, request
from flask_login import current_user
from pydantic import BaseModel

from app import i18n
from app.db import db
from app.people import queries
from app.people.actions import accounts as actions
from app.web import clock
from app.web.access import api_signed_in, viewer
from app.web.api import validate
from app.web.session import session

bp = Blueprint("people_api", __name__, url_prefix="/api/v1")
bp.before_request(api_signed_in)


class RoleOut(BaseModel):
    """A role in a cohort."""

    cohort: str
    name: str
    roles: list[str]


class MeOut(BaseModel):
    """Whose token or session this is."""

    id: str
    name: str
    language: str
    zone: str | None
    administrator: bool
    cohorts: list[RoleOut]


@bp.get("/me")
@validate({200: MeOut}, tags=("people",))
def me() -> Any:
    """Who asks, and in which cohorts."""
    person = viewer()
    cohorts = queries.cohorts_by_id(session(), list(person.roles))
    return MeOut(
        id=person.public_id,
        name=person.name,
        language=person.language or i18n.current(),
        zone=person.zone,
        administrator=person.is_admin,
        cohorts=[
            RoleOut(cohort=cohort.public_id, name=cohort.name, roles=sorted(person.roles[cohort.id]))
            for cohort in cohorts
        ],
    )


def stamp_token(response: Response) -> Response:
    """Note that a token is still in use, in a transaction of its own after the answer."""
    if g.get("by_token") and current_user.is_authenticated:
        token = request.headers.get("Authorization", "").partition(" ")[2].strip()
        with db.sessionmaker.begin() as own:
            actions.stamp_token(own, token, clock.now())
    return response
