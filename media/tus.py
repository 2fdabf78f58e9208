"""The words of tus 1.0: what the headers of a request say, and when they say it wrongly. No Flask, no database."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from app.errors import DomainError, WrongType
from app.i18n import lazy

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,creation-defer-length,checksum,concatenation,termination,expiration"
ALGORITHMS = ("sha256", "sha1", "sha512", "md5")  # The best first, as Tus-Checksum-Algorithm names them.
CONTENT_TYPE = "application/offset+octet-stream"
LONGEST_METADATA = 16 * 1024


class Headers(Protocol):
    """The headers of a request, whatever the server keeps them in."""

    def get(self, key: str, default: str, /) -> str:
        """The value of a header, or the default."""


class WrongVersion(DomainError):
    """The client speaks another protocol, or none."""

    status = 412
    sentence = lazy("This address speaks tus 1.0.0.")


class NotBytes(WrongType):
    """The body is not what tus sends."""

    sentence = lazy("The body must be of the type application/offset+octet-stream.")


class Malformed(DomainError):
    """A header is missing or unreadable."""

    status = 400
    sentence = lazy("A header of the upload is missing or wrong.")


class WrongOffset(DomainError):
    """The client is at another place than the server."""

    status = 409
    sentence = lazy("The server has another number of bytes of this file.")

    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset


class WrongBytes(DomainError):
    """What came is not what was sent."""

    status = 460
    sentence = lazy("These bytes arrived with errors, and none of them was kept. Send them again.")


@dataclass(frozen=True)
class Creation:
    """What a POST asks for. `piece`: a part of a file, sent beside others; `pieces`: the file is made of these."""

    size: int | None
    metadata: str
    named: Mapping[str, str] = field(default_factory=dict)
    piece: bool = False
    pieces: tuple[str, ...] = ()


class Check:
    """The sum that a client told of the bytes of one request."""

    def __init__(self, algorithm: str, told: bytes) -> None:
        self.told, self.found = told, hashlib.new(algorithm, usedforsecurity=False)

    def watched(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The same blocks; after the last one, a refusal where they are not what was told."""
        for block in blocks:
            self.found.update(block)
            yield block
        if self.found.digest() != self.told:
            raise WrongBytes


def check_version(headers: Headers) -> None:
    """Every request but OPTIONS says which protocol it speaks."""
    if headers.get("Tus-Resumable", "") != VERSION:
        raise WrongVersion


def check_type(headers: Headers) -> None:
    """Bytes come under one content type only."""
    if headers.get("Content-Type", "").partition(";")[0].strip() != CONTENT_TYPE:
        raise NotBytes


def creation(headers: Headers) -> Creation:
    """Read the headers of a POST."""
    deferred, told = headers.get("Upload-Defer-Length", ""), headers.get("Upload-Length", "")
    kind, _, addresses = headers.get("Upload-Concat", "").strip().partition(";")
    pieces = tuple(address.rstrip("/").rpartition("/")[2] for address in addresses.split())
    metadata = headers.get("Upload-Metadata", "").strip()
    if kind == "final":
        if deferred or told or not pieces or len(set(pieces)) != len(pieces):
            raise Malformed
        return Creation(None, metadata, named(metadata), pieces=pieces)
    if bool(deferred) == bool(told) or deferred not in {"", "1"} or kind not in {"", "partial"} or pieces:
        raise Malformed
    return Creation(_count(told) if told else None, metadata, named(metadata), piece=kind == "partial")


def check(headers: Headers) -> Check | None:
    """What a request says of the bytes that it brings."""
    told = headers.get("Upload-Checksum", "")
    if not told:
        return None
    algorithm, _, value = told.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise Malformed(lazy("This server does not know this kind of checksum."))
    try:
        return Check(algorithm, base64.b64decode(value.strip(), validate=True))
    except binascii.Error:
        raise Malformed from None


def promised_sum(told: Mapping[str, str]) -> str | None:
    """The SHA-256 that a client tells of its whole file under `checksum`, in hexadecimal digits or as tus writes it."""
    text = told.get("checksum", "").strip()
    if not text:
        return None
    value = re.sub(r"^sha-?256[ :]\s*", "", text, flags=re.IGNORECASE)
    if re.fullmatch(r"[0-9a-fA-F]{64}", value):
        return value.lower()
    try:
        found = base64.b64decode(value, validate=True)
    except binascii.Error:
        found = b""
    if len(found) != hashlib.sha256().digest_size:
        raise Malformed(lazy("Write the checksum of the file as sha256 and its 64 hexadecimal digits."))
    return found.hex()


def told_metadata(headers: Headers) -> dict[str, str]:
    """What a PATCH says of its file, beyond the protocol: who resumes it may have typed another title."""
    return named(headers.get("Upload-Metadata", ""))


def offset(headers: Headers) -> int:
    """Where a PATCH begins."""
    return _count(headers.get("Upload-Offset", ""))


def told_size(headers: Headers, known: int | None) -> int | None:
    """The size that a PATCH tells, once; a second one must be the same. It counts when the bytes sent with it fit."""
    told = headers.get("Upload-Length", "")
    if not told:
        return known
    size = _count(told)
    if known is not None and size != known:
        raise Malformed(lazy("The size of this file is already known and cannot change."))
    return size


def named(metadata: str) -> dict[str, str]:
    """The pairs of Upload-Metadata; the first of two equal keys counts."""
    if len(metadata) > LONGEST_METADATA:
        raise Malformed
    pairs: dict[str, str] = {}
    for pair in filter(None, (piece.strip() for piece in metadata.split(","))):
        key, _, value = pair.partition(" ")
        try:
            decoded = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Malformed from None
        if "\0" in decoded:
            raise Malformed
        pairs.setdefault(key, decoded)
    return pairs


def retold(metadata: str, **values: str) -> str:
    """The same Upload-Metadata with other values."""
    pairs = named(metadata) | values
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}".rstrip() for key, value in pairs.items())


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Malformed
    return int(text)
