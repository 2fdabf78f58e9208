"""Whatever is sent to the API, it answers as its description says, and never with 5xx."""

import os
from contextvars import Context
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from sqlalchemy.orm import Session

from app.people.codes import hash_token, new_token
from app.people.models import ApiToken
from tests.house.rooms import Rooms, furnish
from tests.world import World

# A rule may refuse what a schema cannot: an interval that ends before it starts, a kind that this case does not take.
TOO_STRICT = [positive_data_acceptance]
# tus refuses with 412, which this check does not take for a refusal.
OF_UPLOADS = [*TOO_STRICT, negative_data_rejection]
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "12"))


@pytest.fixture
def described(app: Flask) -> Any:
    """The API as it describes itself."""
    app.config["WTF_CSRF_ENABLED"] = True

    def apart(environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # Its WSGI client does not unpack.
        return Context().run(app, environ, start_response)  # Nothing of one request may be left for the next.

    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", apart)


@pytest.fixture
def rooms(app: Flask, session: Session, house: World) -> Rooms:
    """A row of every kind, so that half of the ids that are sent exist."""
    return furnish(session, house, app.config["HOUSE"], datetime.now(UTC))


@pytest.fixture
def tokens(session: Session, house: World) -> list[str]:
    """Bearer tokens of a learner and of an administrator."""
    secrets = []
    for owner in (house.learner, house.admin):
        secrets.append(new_token())
        hashed = hash_token(secrets[-1])
        session.add(ApiToken(person_id=owner.id, hash=hashed, name="test", made_at=datetime.now(UTC)))
    session.commit()
    return secrets


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_one_that_is_documented(
    described: Any, rooms: Rooms, tokens: list[str], mode: GenerationMode
) -> None:
    found = {}
    for operation in (result.ok() for result in described.get_all_operations()):
        try:
            _try(operation, rooms, tokens, mode)
        except (AssertionError, BaseExceptionGroup, Failure) as failure:
            found[operation.label] = f"{failure!r}\n{failure}"
    assert not found, "\n\n".join(f"{label}: {text[:3000]}" for label, text in found.items())


def _try(operation: Any, rooms: Rooms, tokens: list[str], mode: GenerationMode) -> None:
    @given(case=operation.as_strategy(generation_mode=mode), token=st.sampled_from(tokens), real=st.booleans())
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def asked(case: Any, token: str, real: bool) -> None:
        if real and case.path_parameters:
            case.path_parameters = dict.fromkeys(case.path_parameters, rooms.id_for(operation.path))
        excluded = OF_UPLOADS if operation.path.startswith("/api/v1/uploads") else TOO_STRICT
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=excluded)

    try:
        asked()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "nothing can be sent to it"


def test_the_description_names_every_operation_of_the_api(app: Flask) -> None:
    described = app.test_client().get("/api/v1/openapi.json").json["paths"]
    said = {(path, method.upper()) for path, operations in described.items() for method in operations}
    there = {
        (rule.rule.replace("<", "{").replace(">", "}"), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "api.openapi"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert there <= said, sorted(there - said)
