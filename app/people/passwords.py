"""Passwords: what makes one acceptable, and its slow hash."""

import os
import unicodedata
from enum import StrEnum
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST = 10
LONGEST = 200
_COMMON = ("password", "motdepasse", "azerty", "qwerty", "123456", "abcdef", "letmein", "bienvenue", "welcome")
_hasher = PasswordHasher()
# A hash takes 64 MiB and all the cores it gets: more at once would be no faster, and sixty take four gigabytes.
AT_ONCE = max(2, os.cpu_count() or 1)
_room = BoundedSemaphore(AT_ONCE)
# Checked when there is nobody to check, so that an unknown login takes as long as a wrong password.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$wT1ZMIaR7kSMp+KPwNWnpQ$myDs7Swnki9sboAXh1iQfM3c48wlUHUUc+qR+sbt/nk"


class Weakness(StrEnum):
    """Why a password is not accepted."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    PERSONAL = "personal"


def weakness(password: str, known: list[str]) -> Weakness | None:
    """What is wrong with a new password; `known` are the name and the logins of its owner."""
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(_normal(password)) > LONGEST:  # As it is verified: composing can make it longer.
        return Weakness.LONG
    small = password.casefold()
    if len(set(small)) < 4 or any(small.replace(word, "").isdecimal() or small == word for word in _COMMON):
        return Weakness.COMMON
    if any(small.replace(" ", "") == word.casefold().replace(" ", "") for word in known):
        return Weakness.PERSONAL
    return None


def hashed(password: str) -> str:
    """The hash that is stored."""
    with _room:
        return _hasher.hash(_normal(password))


def verified(stored: str | None, password: str) -> bool:
    """Whether this is the password; takes as long when nothing is stored."""
    try:
        with _room:
            return _hasher.verify(stored or _NOBODY, _normal(password)[: LONGEST * 2]) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def outdated(stored: str | None) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return stored is not None and _hasher.check_needs_rehash(stored)


def _normal(password: str) -> str:
    """One spelling for letters that keyboards compose in different ways."""
    return unicodedata.normalize("NFC", password)
