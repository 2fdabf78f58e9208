"""Open Badges 3.0: checked as a stranger would, who knows the standard and our published keys."""

import base64
import gzip
import json
import re
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask.testing import FlaskClient
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import OB3Verifier
from sqlalchemy.orm import Session

from modules.certificates.models import Certificate
from tests.actions.test_certificates import finish
from tests.web.test_certificates import SignIn, issue, only
from tests.world import World

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]


@pytest.fixture
def row(session: Session, house: World, sign_in: SignIn) -> Certificate:
    """A certificate of the learner."""
    finish(session, house, house.learner)
    session.commit()
    issue(sign_in(house.trainer), house)
    return only(session)


def bytes_of(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def opened(token: str, keys: list[dict[str, str]]) -> dict[str, Any]:
    """The payload of a JWT that one of the published keys has signed (RFC 7515, RFC 8037)."""
    head, body, signature = token.split(".")
    header = json.loads(bytes_of(head))
    assert header["alg"] == "EdDSA"
    (known,) = [key for key in keys if key["x"] == header["jwk"]["x"]]
    Ed25519PublicKey.from_public_bytes(bytes_of(known["x"])).verify(bytes_of(signature), f"{head}.{body}".encode())
    payload: dict[str, Any] = json.loads(bytes_of(body))
    return payload


def published(client: FlaskClient) -> list[dict[str, str]]:
    keys: list[dict[str, str]] = client.get("/certificates/keys.json").get_json()["keys"]
    return keys


def test_a_stranger_verifies_the_credential_and_finds_all_that_the_standard_asks_for(
    row: Certificate, house: World, sign_in: SignIn, client: FlaskClient
) -> None:
    answer = sign_in(house.learner).get(f"/certificates/{row.public_id}/badge.jwt")
    assert answer.mimetype == "application/vc+jwt"
    token = answer.get_data(as_text=True)
    said = opened(token, published(client))
    assert said["@context"][:2] == CONTEXTS and said["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", said["id"]) and said["jti"] == said["id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said["validFrom"]) and isinstance(said["nbf"], int)
    assert said["issuer"]["type"] == ["Profile"] and said["iss"] == said["issuer"]["id"]
    subject = said["credentialSubject"]
    assert subject["type"] == ["AchievementSubject"]
    (identity,) = subject["identifier"]
    assert (identity["type"], identity["identityHash"], identity["identityType"], identity["hashed"]) == (
        "IdentityObject", "learner", "name", False,
    )  # fmt: skip
    asked = subject["achievement"]
    assert asked["type"] == ["Achievement"] and asked["name"] == row.title and asked["description"]
    assert asked["criteria"]["narrative"] and asked["achievementType"] == "Certificate"
    for public in (said["issuer"]["id"], asked["id"]):
        there = client.get(public.removeprefix("http://localhost"))
        assert there.status_code == 200 and there.get_json()["id"] == public
    head, body, signature = token.split(".")
    forged = base64.urlsafe_b64encode(bytes_of(body).replace(b"learner", b"lerner!")).decode().rstrip("=")
    with pytest.raises(InvalidSignature):
        opened(f"{head}.{forged}.{signature}", published(client))
    assert sign_in(house.other_learner).get(f"/certificates/{row.public_id}/badge.jwt").status_code == 404


def test_the_picture_carries_the_credential_for_wallets(
    row: Certificate, house: World, sign_in: SignIn, client: FlaskClient
) -> None:
    svg = sign_in(house.learner).get(f"/certificates/{row.public_id}/badge.svg").data
    assert b"https://purl.imsglobal.org/ob/v3p0" in svg and b"<script" not in svg
    token = OB3Verifier.extract_token_from_svg(svg)
    verifier = OB3Verifier(client.get("/certificates/keys").data.split(b"\n\n")[0])
    assert verifier.verify(token).name == row.title
    with pytest.raises(LibOpenBadgesException):
        verifier.verify(token[:-8] + "AAAAAAAA")


def test_the_status_list_says_which_hold_no_longer(
    row: Certificate, house: World, session: Session, sign_in: SignIn, client: FlaskClient
) -> None:
    token = sign_in(house.learner).get(f"/certificates/{row.public_id}/badge.jwt").get_data(as_text=True)
    entry = opened(token, published(client))["credentialStatus"]
    assert (entry["type"], entry["statusPurpose"]) == ("BitstringStatusListEntry", "revocation")

    def set_now() -> bool:
        listed = client.get(entry["statusListCredential"].removeprefix("http://localhost")).get_data(as_text=True)
        said = opened(listed, published(client))
        assert said["id"] == entry["statusListCredential"] and "BitstringStatusListCredential" in said["type"]
        bits = gzip.decompress(bytes_of(said["credentialSubject"]["encodedList"][1:]))
        place = int(entry["statusListIndex"])
        return bool(bits[place // 8] & 0x80 >> place % 8)

    assert not set_now()
    sign_in(house.trainer).post(f"/certificates/{row.public_id}/revoke", data={"why": "Texte d’exemple"})
    assert set_now()
    assert client.get("/certificates/achievements/unknown").status_code == 404
