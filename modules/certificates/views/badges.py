"""Open Badges: the credential for its person, and what anyone needs to check it. What signs is loaded on demand."""

import importlib
from typing import Any

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from app import i18n
from app.errors import NotFound
from app.web import clock
from app.web.access import viewer
from app.web.session import session
from modules.certificates import access, words
from modules.certificates.models import Certificate
from modules.certificates.queries import records
from modules.certificates.status import SIZE
from modules.certificates.views.own import bp as own
from modules.certificates.views.public import bp as public
from modules.certificates.views.site import key, site

JWT = "application/vc+jwt"


@own.get("/<public_id>/badge.jwt")
def credential(public_id: str) -> ResponseReturnValue:
    """The signed credential."""
    row, found = _credential(public_id)
    return _file(_badges().signed(found, key()), JWT, f"{row.number}.jwt")


@own.get("/<public_id>/badge.svg")
def picture(public_id: str) -> ResponseReturnValue:
    """The same in its picture, which wallets take."""
    row, found = _credential(public_id)
    return _file(_badges().baked(found, key(), row), "image/svg+xml", f"{row.number}.svg")


@public.get("/certificates/issuer")
def issuer() -> ResponseReturnValue:
    """The academy."""
    with i18n.speaking(i18n.DEFAULT):
        profile = _badges().issuer(site(), words.academy()).to_dict()
    return jsonify({**profile, "jwks_uri": f"{site()}/certificates/keys.json"})


@public.get("/certificates/achievements/<public_id>")
def achievement(public_id: str) -> ResponseReturnValue:
    """What was certified at least once: a cycle or a module."""
    title = records.certified(session(), public_id)
    if title is None:
        raise NotFound
    with i18n.speaking(i18n.DEFAULT):
        return jsonify(_badges().achievement(site(), public_id, title, words.criteria()).to_dict())


@public.get("/certificates/status/<int:number>")
def status(number: int) -> ResponseReturnValue:
    """Which hold no longer."""
    places = [place - number * SIZE for place in records.revoked(session()) if place // SIZE == number]
    return Response(_badges().ended(site(), number, places, key(), clock.now()), mimetype=JWT)


def _credential(public_id: str) -> tuple[Certificate, Any]:
    row = access.readable(session(), viewer(), public_id)
    found = records.by_number(session(), row.number)
    assert found
    with i18n.speaking(row.lang):
        return row, _badges().credential(row, site(), found.of, words.criteria())


def _badges() -> Any:
    return importlib.import_module("modules.certificates.badges")


def _file(data: str | bytes, kind: str, name: str) -> Response:
    answer = Response(data, mimetype=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
