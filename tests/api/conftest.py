"""Who speaks to the API by machine."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.people.codes import hash_token, new_token
from app.people.models import ApiToken


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
