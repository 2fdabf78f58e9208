"""Whether the process lives, and whether it can serve."""

import os

import sqlalchemy as sa
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app.web.access import open_to_all
from app.web.session import session

bp = Blueprint("health", __name__)
bp.before_request(open_to_all)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """The database answers, its tables are there, and the data folder can be written."""
    try:
        session().execute(sa.text("SELECT version_num FROM alembic_version")).one()
    except SQLAlchemyError:
        return jsonify(status="database"), 503
    if not os.access(current_app.config["HOUSE"].data_dir, os.W_OK | os.X_OK):
        return jsonify(status="folder"), 503
    return jsonify(status="ok")
