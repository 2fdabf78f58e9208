"""Secrets that people carry: one-time sign-in codes to read aloud, and tokens for machines. The database alone gives
none of them away."""

import hashlib
import hmac
import secrets
import unicodedata
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

# No 0 O, 1 I L, 2 Z, 5 S, 8 B, G 6 nor U V look-alikes, and no B D G V N that sound like P T M on a bad line.
LETTERS = "ACEFHJKMPRTWXY34679"
LENGTH = 8
VALID_FOR = timedelta(days=7)
SHOWN_FOR = timedelta(minutes=30)  # To who made it: to load the page again, to print it once more.
TOKEN_PREFIX = "alga_"


def new_seed() -> str:
    """What a fresh code grows from; worth nothing without the key of the house."""
    return secrets.token_hex(16)


def code_of(seed: str, key: str) -> str:
    """The code of a seed, eight letters and digits (34 bits): short because tries are counted and it lives a week."""
    number = int.from_bytes(hmac.new(key.encode(), b"seed of a sign-in code:" + seed.encode(), hashlib.sha256).digest())
    return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(LENGTH))


def shown(code: str) -> str:
    """The code in two groups, as it is printed."""
    return f"{code[:4]}-{code[4:]}"


def still_shown(made_at: datetime, now: datetime) -> bool:
    """Whether who made a code or token may still read it again."""
    return made_at > now - SHOWN_FOR


def read_code(typed: str) -> str:
    """The code in what somebody typed: capitals, western digits, no separators."""
    text = unicodedata.normalize("NFKC", typed).upper()
    digits = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)
    return "".join(letter for letter in digits if letter in LETTERS)[: LENGTH + 1]


def hash_code(code: str, key: str) -> str:
    """The keyed hash of a code: a stolen database alone does not give 34 bits away."""
    return hmac.new(key.encode(), b"sign-in code:" + code.encode(), hashlib.sha256).hexdigest()


def new_token() -> str:
    """A fresh bearer token (256 bits)."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def token_of(seed: str, person_id: int, name: str, key: str) -> str:
    """The token that a form makes for this person, the same however often the form arrives."""
    grown = hmac.new(key.encode(), b"seed of a token:" + repr((seed, person_id, name)).encode(), hashlib.sha256)
    return TOKEN_PREFIX + urlsafe_b64encode(grown.digest()).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    """The hash of a token; 256 bits that nobody can guess need no key."""
    return hashlib.sha256(token.encode()).hexdigest()
