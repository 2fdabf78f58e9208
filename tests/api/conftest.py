"""Who speaks to the API by machine."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.config import Config
from app.people.codes import hash_token, new_token
from app.people.models import ApiToken, Person
from tests.api.sending import Machine
from tests.world import World


@pytest.fixture
def speak(app: Flask, session: Session) -> Callable[[Any], FlaskClient]:
    """`speak(person)` gives a client that carries a bearer token of the person."""

    def enter(person: Any) -> FlaskClient:
        secret = new_token()
        row = ApiToken(person_id=person.id, hash=hash_token(secret), name="test", made_at=datetime.now(UTC))
        session.add(row)
        session.commit()
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return client

    return enter


@pytest.fixture
def token_of(session: Session, house: World) -> Callable[[Person], str]:
    """A bearer token of a person."""

    def make(person: Person) -> str:
        token = new_token()
        session.add(ApiToken(person_id=person.id, hash=hash_token(token), name="t", made_at=datetime.now(UTC)))
        session.commit()
        return token

    return make


@pytest.fixture
def admin(app: Flask, house: World, token_of: Callable[[Person], str]) -> Machine:
    """The administrator's program."""
    return Machine(app.test_client(), token_of(house.admin))


@pytest.fixture
def limited(app: Flask) -> Iterator[Callable[..., None]]:
    """`limited(max_upload_bytes=…)` changes a setting for this test."""
    before: Config = app.config["HOUSE"]
    yield lambda **values: app.config.update(HOUSE=replace(before, **values))
    app.config["HOUSE"] = before
