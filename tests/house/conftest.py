"""The furnished house, and everybody who may knock."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.db import db
from app.people.codes import hash_token, new_token
from app.people.models import ApiToken
from tests.house.doors import ROLES
from tests.house.rooms import Rooms, furnish
from tests.world import World


@pytest.fixture
def rooms(app: Flask, session: Session, house: World) -> Rooms:
    """The small house with a row of every kind in it."""
    return furnish(session, house, app.config["HOUSE"], datetime.now(UTC))


@pytest.fixture
def everybody(
    app: Flask, session: Session, house: World, sign_in: Callable[[Any], FlaskClient]
) -> dict[str, dict[str, FlaskClient]]:
    """For each role, who may least first, a client of the pages and one of the API."""
    clients = {"nobody": {"pages": app.test_client(), "api": app.test_client()}}
    for role in ROLES[1:]:
        person, secret = getattr(house, role), new_token()
        session.add(ApiToken(person_id=person.id, hash=hash_token(secret), name="test", made_at=datetime.now(UTC)))
        by_token = app.test_client()
        by_token.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        clients[role] = {"pages": sign_in(person), "api": by_token}
    session.commit()
    return clients


@pytest.fixture
def asked(app: Flask) -> Iterator[list[str]]:
    """The statements that the database was asked."""
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", note)
