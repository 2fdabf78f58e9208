"""The link that ends all mail to one person without signing in: signed, and good for nothing else."""

from itsdangerous import BadSignature, URLSafeSerializer

_SALT = "notices.unsubscribe"


def token(key: str, person_id: str) -> str:
    """What the link of this person ends with."""
    return str(URLSafeSerializer(key, salt=_SALT).dumps(person_id))


def person_of(key: str, token: str) -> str | None:
    """Whose link it is; None where we did not make it."""
    try:
        return str(URLSafeSerializer(key, salt=_SALT).loads(token))
    except BadSignature:
        return None
