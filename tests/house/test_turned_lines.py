"""No door keeps a name or title that turns the direction of what stands beside it."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.db import Base
from tests.house.rooms import Rooms

TURNED = "Nom\u202egpj\u2066"
KEPT = "Nomgpj"
ADDRESSES = {  # One field of one line at each; the others are given below.
    "/people/new": ("name", "institution"),
    "/people/{learner}/details": ("name", "institution"),
    "/cohorts/new": ("name",),
    "/people/institutions/{institution}/names": ("name",),
    "/account/tokens": ("name",),
    "/manage/cycles/new": ("title_fr", "title_en"),
    "/manage/cycles/{cycle}/modules/new": ("title_fr",),
    "/manage/modules/{module}/steps/new/page": ("title_fr",),
    "/cases/new": ("title",),
    "/cases/{case}/threads/new": ("title",),
    "/posts/{post}/hiding": ("reason",),
    "/recordings/{recording}/title": ("title",),
}
ALSO = {
    "name": "Nom", "title_fr": "Titre", "title": "Titre", "zone": "Bamako", "login": "new9", "kind": "",
    "language": "fr", "lang": "fr", "body": "Texte", "number": "9", "country": "BJ", "consent": "cohort", "stage": "",
}  # fmt: skip
KINDS = {"/manage/cycles/{cycle}/modules/new": "recorded"}


@pytest.mark.parametrize(("address", "field"), [(url, field) for url, fields in ADDRESSES.items() for field in fields])
def test_what_turns_is_left_out_of_every_line_that_is_kept(
    app: Flask, rooms: Rooms, session: Session, sign_in: Any, address: str, field: str
) -> None:
    house = rooms.house
    ids = {
        "learner": house.learner, "cycle": house.cycle, "module": house.module, "case": rooms.case, "post": rooms.post,
        "institution": rooms.institution, "recording": rooms.recording,
    }  # fmt: skip
    url = address.format(**{name: row.public_id for name, row in ids.items()})
    client = sign_in(house.trainer if url.startswith(("/cases", "/posts")) else house.admin)
    answer = client.post(url, data={**ALSO, "kind": KINDS.get(address, ""), field: TURNED})
    assert answer.status_code == (200 if address == "/account/tokens" else 303), answer.text[:2000]
    found = _texts(session)
    assert KEPT in found
    assert not [text for text in found if "\u202e" in text or "\u2066" in text]


def _texts(session: Session) -> set[str]:
    """Every text of every table."""
    found: set[str] = set()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, sa.String):
                found.update(text for text in session.scalars(sa.select(column)) if text)
    return found
