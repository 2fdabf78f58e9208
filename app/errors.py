"""What a rule says when it refuses. One handler (app.web.errors) makes the page or the problem document."""

from collections.abc import Mapping
from typing import Any

from app.i18n import lazy


class DomainError(Exception):
    """A refusal with a sentence for the person and an HTTP status."""

    status = 422
    sentence: Any = lazy("This cannot be done.")

    def __init__(self, sentence: Any = None) -> None:
        super().__init__(sentence if sentence is not None else self.sentence)
        if sentence is not None:
            self.sentence = sentence


class NotFound(DomainError):
    """Not there, or not yours: both look the same."""

    status = 404
    sentence = lazy("This does not exist, or it is not open to you.")


class Forbidden(DomainError):
    """The person is known and may not do this."""

    status = 403
    sentence = lazy("Your role does not allow this.")


class Conflict(DomainError):
    """Not as things stand: somebody was faster, or it is over; what is there now must be looked at first."""

    status = 409
    sentence = lazy("Something changed in the meantime.")


class Invalid(DomainError):
    """What was sent breaks a rule; `fields` names each field with its sentence."""

    status = 422
    sentence = lazy("Some fields need to be corrected.")

    def __init__(self, sentence: Any = None, fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.fields = dict(fields or {})


class WrongType(DomainError):
    """The body is not of a type that this address reads."""

    status = 415
    sentence = lazy("What was sent is not of a type that this address reads.")


class TooLarge(DomainError):
    """More bytes than the server takes."""

    status = 413
    sentence = lazy("This is too large for this server.")


class TooMany(DomainError):
    """Too many tries; `retry_after` says in how many seconds it is worth trying again."""

    status = 429
    sentence = lazy("Too many tries. Wait a little.")

    def __init__(self, sentence: Any = None, retry_after: int = 60) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
