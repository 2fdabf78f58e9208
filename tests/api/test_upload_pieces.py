"""Checksums of what arrives, and files that are sent as several uploads at once."""

import base64
import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.config import Config
from app.db import db
from app.operations.leases import Stopped
from app.people.models import Administrator, Person
from media import leftovers, originals, pieces, uploads
from media.models import Piece, Version
from media.processes import Refused
from media.rules import Reason, State
from tests.api.sending import TUS, URL, Machine
from tests.world import World


def _sum(algorithm: str, body: bytes) -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, body).digest()).decode()}"


def _bytes(app: Flask, url: str) -> bytes:
    return uploads.part(app.config["HOUSE"], url.rpartition("/")[2]).read_bytes()


def test_the_algorithms_are_named(admin: Machine) -> None:
    told = admin.send("OPTIONS", URL, {}).headers
    assert {"sha1", "sha256"} <= set(told["Tus-Checksum-Algorithm"].split(","))
    assert {"checksum", "concatenation"} <= set(told["Tus-Extension"].split(","))


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512", "md5"])
def test_bytes_that_do_not_match_their_checksum_are_not_kept(app: Flask, admin: Machine, algorithm: str) -> None:
    url = admin.create(10).headers["Location"]
    assert admin.append(url, 0, b"01234", **{"Upload-Checksum": _sum(algorithm, b"01234")}).status_code == 204
    refused = admin.append(url, 5, b"5678X", **{"Upload-Checksum": _sum(algorithm, b"56789")})
    assert (refused.status_code, refused.mimetype) == (460, "application/problem+json")
    assert refused.headers["Upload-Offset"] == "5" and _bytes(app, url) == b"01234"
    assert admin.append(url, 5, b"56789", **{"Upload-Checksum": _sum(algorithm, b"56789")}).status_code == 204
    assert _bytes(app, url) == b"0123456789"


def test_a_cut_request_with_a_checksum_keeps_nothing_and_one_without_what_came(app: Flask, admin: Machine) -> None:
    url = admin.create(10).headers["Location"]
    cut = {"Content-Length": "10"}
    assert admin.append(url, 0, b"0123", **cut, **{"Upload-Checksum": _sum("sha1", b"0123456789")}).status_code == 460
    assert _bytes(app, url) == b""
    admin.append(url, 0, b"0123", **cut)
    assert _bytes(app, url) == b"0123"


@pytest.mark.parametrize("told", ["crc32 AAAA", "sha1", "sha1 not-base64!", "sha256 QUJD"])
def test_a_checksum_that_cannot_be_read_or_cannot_fit_is_refused(app: Flask, admin: Machine, told: str) -> None:
    url = admin.create(10).headers["Location"]
    assert admin.append(url, 0, b"0123456789", **{"Upload-Checksum": told}).status_code in {400, 460}
    assert admin.send("HEAD", url, TUS).headers["Upload-Offset"] == "0"


def test_bytes_of_a_killed_server_count_only_once_their_checksum_was_seen(app: Flask, admin: Machine) -> None:
    url = admin.create(10, b"01234").headers["Location"]
    config, public_id = app.config["HOUSE"], url.rpartition("/")[2]
    child = os.fork()
    if not child:
        with uploads.part(config, public_id).open("r+b") as opened:
            opened.seek(0, os.SEEK_END)
            with uploads.unsure(config, public_id, opened):
                opened.write(b"XYZ")
                opened.flush()
                os._exit(0)
    os.waitpid(child, 0)
    assert _bytes(app, url) == b"01234XYZ"
    assert admin.send("HEAD", url, TUS).headers["Upload-Offset"] == "5"
    assert admin.append(url, 5, b"56789").status_code == 204
    assert _bytes(app, url) == b"0123456789"


def test_the_checksum_of_the_whole_file_is_known_and_compared(app: Flask, admin: Machine, session: Session) -> None:
    body = os.urandom(5_000_000)
    right, hexadecimal = hashlib.sha256(body), hashlib.sha256(body).hexdigest()
    spellings = [f"sha256 {hexadecimal.upper()}", hexadecimal, f"sha256 {base64.b64encode(right.digest()).decode()}"]
    for told in spellings:
        version = _sent(admin, session, body, told)
        assert originals.ready(app.config["HOUSE"], version.id, lambda: None)[1] == hexadecimal
    version = _sent(admin, session, body, f"sha256 {hashlib.sha256(b'another').hexdigest()}")
    with pytest.raises(Refused) as refused:
        originals.ready(app.config["HOUSE"], version.id, lambda: None)
    assert refused.value.reason is Reason.OTHER_BYTES
    assert admin.create(5, checksum="sha256 none").status_code == 400


def _sent(admin: Machine, session: Session, body: bytes, told: str) -> Version:
    url = admin.create(len(body), body, checksum=told).headers["Location"]
    version = session.scalars(select(Version).where(Version.public_id == url.rpartition("/")[2])).one()
    session.expunge(version)
    session.rollback()
    return version


def _piece(admin: Machine, body: bytes, sent: int | None = None) -> str:
    made = admin.send("POST", URL, {**TUS, "Upload-Concat": "partial", "Upload-Length": str(len(body))})
    assert made.status_code == 201
    url = str(made.headers["Location"])
    assert admin.append(url, 0, body[:sent]).status_code == 204
    return url


def _final(admin: Machine, urls: list[str], **named: str) -> Any:
    pairs = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in named.items())
    return admin.send("POST", URL, {**TUS, "Upload-Concat": f"final;{' '.join(urls)}", "Upload-Metadata": pairs})


def test_pieces_become_one_file_in_the_order_of_the_last_word(app: Flask, admin: Machine, session: Session) -> None:
    bodies = [os.urandom(size) for size in (300_000, 1, 70_000)]
    urls = [_piece(admin, body) for body in reversed(bodies)][::-1]
    assert admin.send("HEAD", urls[0], TUS).headers["Upload-Concat"] == "partial"
    assert session.scalars(select(Version)).all() == []
    session.rollback()
    made = _final(admin, urls, title="Module 5", filename="a.mp4")
    assert made.status_code == 201
    url = made.headers["Location"]
    head = admin.send("HEAD", url, TUS).headers
    assert head["Upload-Concat"] == "final;" + " ".join(urls)
    assert head["Upload-Length"] == head["Upload-Offset"] == str(sum(map(len, bodies)))
    assert admin.append(url, 0, b"x").status_code == 403
    assert _final(admin, urls).headers["Location"] == url, "asked again after a lost answer"
    version = session.scalars(select(Version)).one()
    session.expunge(version)
    session.rollback()
    assert version.state is State.RECEIVED
    file, found = originals.ready(app.config["HOUSE"], version.id, lambda: None)
    assert file.read_bytes() == b"".join(bodies) and found == hashlib.sha256(b"".join(bodies)).hexdigest()
    assert [uploads.offset(app.config["HOUSE"], u.rpartition("/")[2]) for u in urls] == [None] * 3


def test_what_is_no_whole_set_of_ones_own_pieces_is_refused(
    app: Flask, admin: Machine, house: World, session: Session, token_of: Callable[[Person], str]
) -> None:
    whole, half = _piece(admin, b"0123"), _piece(admin, b"0123", 2)
    assert _final(admin, [whole, half]).status_code == 409
    assert _final(admin, [whole, whole]).status_code == 400
    assert _final(admin, []).status_code == 400
    assert _final(admin, [whole, f"{URL}/nothing"]).status_code == 404
    session.add(Administrator(person_id=house.trainer.id, at=datetime.now(UTC)))
    session.commit()
    other = Machine(app.test_client(), token_of(house.trainer))
    assert _final(other, [whole]).status_code == 404
    assert other.send("HEAD", whole, TUS).status_code == 404
    assert admin.append(half, 2, b"23").status_code == 204
    assert _final(admin, [whole, half]).status_code == 201
    assert _final(admin, [half, whole]).status_code == 409, "they belong to a file already"
    assert admin.send("DELETE", whole, TUS).status_code == 409
    gone = _piece(admin, b"0123")
    assert admin.send("DELETE", gone, TUS).status_code == 204
    assert admin.send("HEAD", gone, TUS).status_code == 404


def test_pieces_are_joined_where_a_killed_worker_left_them_and_the_disk_never_holds_them_twice(
    app: Flask, admin: Machine, session: Session
) -> None:
    bodies = [os.urandom(1_000_000) for _ in range(4)]
    urls = [_piece(admin, body) for body in bodies]
    public_id = _final(admin, urls).headers["Location"].rpartition("/")[2]
    config: Config = app.config["HOUSE"]
    parts = [(url.rpartition("/")[2], 1_000_000) for url in urls]
    most = 0

    def killed() -> None:
        nonlocal most
        here = [uploads.offset(config, one) or 0 for one in (public_id, *(part for part, _ in parts))]
        most = max(most, sum(here))
        if sum(here[1:]) <= 2_000_000:
            raise Stopped

    with pytest.raises(Stopped):
        pieces.assemble(config, public_id, parts, killed)
    with uploads.part(config, public_id).open("r+b") as torn:
        torn.truncate(2_500_000)
    uploads.part(config, parts[2][0]).write_bytes(bodies[2])
    pieces.assemble(config, public_id, parts, lambda: None)
    assert uploads.part(config, public_id).read_bytes() == b"".join(bodies)
    assert most <= 5_000_000


def test_pieces_that_nobody_goes_on_with_are_swept_and_live_ones_never(
    app: Flask, admin: Machine, session: Session
) -> None:
    config: Config = app.config["HOUSE"]
    old, live, joined = (_piece(admin, b"0123", 2), _piece(admin, b"0123", 2), _piece(admin, b"0123"))
    assert "Upload-Expires" in admin.send("HEAD", old, TUS).headers
    _final(admin, [joined])
    past = datetime.now(UTC) - timedelta(days=8)
    ids = [url.rpartition("/")[2] for url in (old, live, joined)]
    session.execute(update(Piece).where(Piece.public_id.in_([ids[0], ids[2]])).values(state_at=past))
    session.commit()
    _swept()
    assert [uploads.offset(config, one) for one in ids] == [None, 2, 4]
    with db.sessionmaker.begin() as working:
        working.execute(update(Version).values(state=State.CANCELLED))
    _swept()
    assert [uploads.offset(config, one) for one in ids] == [None, 2, None]
    assert session.scalars(select(Piece.public_id)).all() == [ids[1]]


def _swept() -> None:
    with db.sessionmaker.begin() as session:
        leftovers.clear_pieces(session, datetime.now(UTC))
