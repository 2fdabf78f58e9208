"""The signed text of a certificate: what its QR carries, and what holds without network.

TEXT = base32 of body and signature, without "="; signature = Ed25519 over the body, the last 64 bytes; the body is
JSON. Capitals and digits alone are dense in a QR, and stand in an address as they are.
"""

import base64
import binascii
import json
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

SIGNATURE = 64
LONGEST_BODY = 370  # Fits a QR of version 15, which a telephone reads when it is printed 30 mm wide.
SHORTEST_TITLE = 40
_TEXT = re.compile(r"[A-Z2-7]{150,4000}")


class Flaw(StrEnum):
    """Why a text certifies nothing."""

    UNREADABLE = "unreadable"  # It is no signed text of ours.
    OTHER_KEY = "other_key"
    ALTERED = "altered"


class NotCertified(ValueError):
    """The text certifies nothing, and why."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Claims:
    """What is signed. Hours are whole minutes; `days`: in person, of which no hours are known."""

    number: str
    name: str
    title: str
    academy: str
    issued: date
    online: int
    in_person: int
    days: int
    lang: str
    key: str


_MEMBERS = {
    "n": "number", "p": "name", "t": "title", "a": "academy", "d": "issued", "o": "online", "i": "in_person",
    "j": "days", "l": "lang", "k": "key",
}  # fmt: skip
_COUNTS = ("online", "in_person", "days")


def body_of(claims: Claims) -> bytes:
    """What is signed, as bytes. A title is cut where the QR would become too fine; a name never is."""
    body = _written(claims)
    while len(body) > LONGEST_BODY and len(claims.title) > SHORTEST_TITLE:
        claims = replace(claims, title=claims.title[:-2].rstrip(" …") + "…")
        body = _written(claims)
    return body


def composed(text: str) -> str:
    """The one way of writing a text that can be written with accents apart or together (NFC)."""
    return unicodedata.normalize("NFC", text)


def joined(body: bytes, signature: bytes) -> str:
    """The signed text."""
    return base64.b32encode(body + signature).decode().rstrip("=")


def parted(text: str) -> tuple[bytes, bytes]:
    """The body and the signature of a signed text."""
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        raise NotCertified(Flaw.UNREADABLE) from None
    return raw[:-SIGNATURE], raw[-SIGNATURE:]


def found_in(written: str) -> str | None:
    """The signed text in what somebody pasted: an address that ends with it, or itself, broken into lines or not."""
    lines = re.sub(r"\s+", "", written).upper()
    found = _TEXT.findall(lines)
    return found[-1] if found else None


def claims_of(body: bytes) -> Claims:
    """What a body says; whether it was signed is another question."""
    try:
        said = json.loads(body)
        values: dict[str, Any] = {name: said[short] for short, name in _MEMBERS.items()}
        values["issued"] = date.fromisoformat(values["issued"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotCertified(Flaw.UNREADABLE) from None
    texts = [value for name, value in values.items() if name not in (*_COUNTS, "issued")]
    if not all(type(values[name]) is int for name in _COUNTS) or not all(isinstance(text, str) for text in texts):
        raise NotCertified(Flaw.UNREADABLE)
    return Claims(**values)


def _written(claims: Claims) -> bytes:
    values = {short: getattr(claims, name) for short, name in _MEMBERS.items()} | {"d": claims.issued.isoformat()}
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return composed(text).encode()
