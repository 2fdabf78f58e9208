"""Commands in the language of the terminal, where it is offered; a refusal is one sentence and exit code 1."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from app import i18n
from app.errors import DomainError
from app.i18n import gettext


class Refused(click.ClickException):
    """A sentence on the error output, and exit code 1."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(str(sentence))
        self.first = gettext("Error:")  # Now: it is shown when no application is there to translate.

    def show(self, file: Any = None) -> None:
        """Say it after a word in the same language."""
        click.echo(f"{self.first} {self.message}", file=file, err=file is None)


def spoken(command: Callable[..., None]) -> Callable[..., None]:
    """Run the command in the terminal's language; a refused action or a missing database is Refused."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        with i18n.speaking(i18n.of_terminal(os.environ)):
            try:
                command(*args, **kwargs)
            except DomainError as refusal:
                raise Refused(said(refusal)) from refusal
            except (OperationalError, ProgrammingError) as broken:
                raise Refused(
                    gettext("The database does not answer, or is not set up: ./run setup does so.")
                ) from broken

    return run


def said(refusal: DomainError) -> str:
    """All that a refusal says."""
    sentences = getattr(refusal, "fields", {}).values() or [refusal.sentence]
    return " ".join(str(sentence) for sentence in sentences)
