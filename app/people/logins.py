"""What a person may type to be recognised: e-mail, user name, staff number or phone, folded to one spelling."""

import re
import unicodedata
from enum import StrEnum

import idna
from email_validator import EmailNotValidError, validate_email

LONGEST = 254
_USERNAME = re.compile(r"[^\W_][\w.\-’']{0,58}[^\W_]")
_STAFF = re.compile(r"[^\W_](?:[\w .\-/°]{0,58}[\w°])?")
_PHONE_MARKS = re.compile(r"[\s.\-()/\u2010-\u2015\u2212]")
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")


class Kind(StrEnum):
    """The kinds of login a person may have."""

    EMAIL = "email"
    USERNAME = "username"
    STAFF = "staff"
    PHONE = "phone"


class Flaw(StrEnum):
    """Why a login cannot be taken; `sentences` says it in words."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    EMAIL = "email"
    USERNAME = "username"
    STAFF = "staff"
    PHONE = "phone"
    PHONE_COUNTRY = "phone_country"


def fold(kind: Kind, text: str) -> str:
    """The one spelling under which this login is kept and looked up."""
    if kind is Kind.PHONE:
        return _fold_phone(text)
    folded = _fold_text(text)
    return _fold_domain(folded) if "@" in folded else folded


def spellings(text: str) -> list[str]:
    """What a login typed at the door may have been folded to, the likeliest first."""
    found = [fold(Kind.EMAIL if "@" in text else Kind.USERNAME, text[:LONGEST])]
    phone = _fold_phone(text[:LONGEST])
    return [*found, phone] if _PHONE.fullmatch(phone) else found


def guess(text: str) -> Kind:
    """The kind a login most likely has when nobody said it."""
    if "@" in text:
        return Kind.EMAIL
    phone = _fold_phone(text)
    if _PHONE.fullmatch(phone) or (text.strip().startswith("+") and phone[1:].isdecimal()):
        return Kind.PHONE
    if not any(letter.isalpha() for letter in text):
        return Kind.STAFF
    numbered = any(letter.isdigit() for letter in text) and flaw(Kind.USERNAME, text) and not flaw(Kind.STAFF, text)
    return Kind.STAFF if numbered else Kind.USERNAME


def shown(text: str) -> str:
    """The login as it is shown: as typed, without the invisible marks that address books put around a number."""
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf").strip()


def flaw(kind: Kind, text: str) -> Flaw | None:
    """What is wrong with this login, or None."""
    text = shown(text)
    if not text:
        return Flaw.EMPTY
    if len(text) > LONGEST:
        return Flaw.TOO_LONG
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        return Flaw(kind.value)
    return _CHECKS[kind](text)


def _fold_text(text: str) -> str:
    """Compatible letters, western digits, small letters, no spaces and no invisible marks."""
    text = unicodedata.normalize("NFKC", text)
    kept = "".join(_western(c) for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))
    return unicodedata.normalize("NFKC", kept.casefold())


def _western(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter


def _fold_domain(folded: str) -> str:
    local, _, domain = folded.rpartition("@")
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii').lower()}"
    except (idna.IDNAError, UnicodeError):
        return folded


def _fold_phone(text: str) -> str:
    """Digits after a plus: `00` becomes `+`, and a bracketed trunk zero is dropped."""
    folded = _fold_text(text).removeprefix("tel:")
    folded = _PHONE_MARKS.sub("", folded.replace("(0)", ""))
    return "+" + folded[2:] if folded.startswith("00") else folded


def _flaw_of_email(text: str) -> Flaw | None:
    try:
        validate_email(_fold_text(text), check_deliverability=False)
    except EmailNotValidError:
        return Flaw.EMAIL
    return None


def _flaw_of_username(text: str) -> Flaw | None:
    return None if _USERNAME.fullmatch(unicodedata.normalize("NFKC", text)) else Flaw.USERNAME


def _flaw_of_staff(text: str) -> Flaw | None:
    return None if _STAFF.fullmatch(unicodedata.normalize("NFKC", text)) else Flaw.STAFF


def _flaw_of_phone(text: str) -> Flaw | None:
    folded = _fold_phone(text)
    if _PHONE.fullmatch(folded):
        return None
    return Flaw.PHONE_COUNTRY if folded.isdecimal() and len(folded) >= 6 else Flaw.PHONE


_CHECKS = {
    Kind.EMAIL: _flaw_of_email,
    Kind.USERNAME: _flaw_of_username,
    Kind.STAFF: _flaw_of_staff,
    Kind.PHONE: _flaw_of_phone,
}
