"""The name that an answer bears while its author is hidden."""

from hashlib import sha256

LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"


def code(attempt: str, position: int) -> str:
    """ "7K-2Q": the same on every page, and nothing in it says who wrote."""
    number = int.from_bytes(sha256(f"{attempt}.{position}".encode()).digest()[:8])
    letters = ""
    for _ in range(4):
        number, place = divmod(number, len(LETTERS))
        letters += LETTERS[place]
    return f"{letters[:2]}-{letters[2:]}"
