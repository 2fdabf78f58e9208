"""flask user …: the first administrator, tokens, codes and passwords from the command line.

What is printed is in the language of the terminal where that is offered, else in English, as the help texts are.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from app import i18n
from app.db import db
from app.errors import DomainError
from app.i18n import gettext
from app.people import codes, logins, passwords, queries
from app.people.actions import accounts
from app.people.actions.accounts import Details
from app.people.actions.codes import make_code
from app.people.models import Person
from app.people.sentences import WEAKNESSES

cli = AppGroup("user", help="People: add, token, code, password, list.")


class Refused(click.ClickException):
    """A sentence on the error output, and exit code 1."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(str(sentence))
        self.first = gettext("Error:")  # Now: it is shown when no application is there to translate.

    def show(self, file: Any = None) -> None:
        """Say it after a word in the same language."""
        click.echo(f"{self.first} {self.message}", file=file, err=file is None)


def _spoken(command: Callable[..., None]) -> Callable[..., None]:
    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        with i18n.speaking(i18n.of_terminal(os.environ)):
            try:
                command(*args, **kwargs)
            except (OperationalError, ProgrammingError) as broken:
                raise Refused(
                    gettext("The database does not answer, or is not set up: ./run setup does so.")
                ) from broken

    return run


@cli.command("add")
@click.argument("login")
@click.option("--name", help="Shown name; the login when left out.")
@click.option("--admin", is_flag=True, help="May administer the installation.")
@click.option("--language", help="Spoken to this person, such as fr; what the browser asks for when left out.")
@_spoken
def add(login: str, name: str | None, admin: bool, language: str | None) -> None:
    """Add the person LOGIN and print a one-time code to sign in with. A known person can become administrator."""
    now = datetime.now(UTC)
    if language is not None and language not in i18n.offered():
        codes_offered = ", ".join(i18n.offered())
        raise Refused(gettext("This language is not offered. Choose one of these: %(codes)s.", codes=codes_offered))
    with _writing() as session:
        person = queries.find_by_login(session, login)
        if person is not None and not admin:
            raise Refused(gettext("There is somebody with this login already."))
        if person is None:
            details = Details(name=name or login, language=language)
            person = accounts.add_person(session, details, [(logins.guess(login), login)], now)
        if admin:
            accounts.make_administrator(session, person, now, None)
        code = make_code(session, person, _key(), now, None)
    click.echo(codes.shown(code))
    click.echo(gettext("One-time code: write it at /code within seven days, then choose a password."), err=True)


@cli.command("token")
@click.argument("login")
@click.option("--name", help="What the token is for; the command line when left out.")
@_spoken
def token(login: str, name: str | None) -> None:
    """Print a new API token for LOGIN, and nothing else."""
    with _writing() as session:
        person, made = _person(session, login), codes.new_token()
        accounts.make_token(session, person, made, name or gettext("command line"), datetime.now(UTC))
    click.echo(made)


@cli.command("code")
@click.argument("login")
@_spoken
def code(login: str) -> None:
    """Print a one-time sign-in code for LOGIN."""
    with _writing() as session:
        made = make_code(session, _person(session, login), _key(), datetime.now(UTC), None)
    click.echo(codes.shown(made))


@cli.command("password")
@click.argument("login")
@click.option("--password", help="The new password; asked for when left out.")
@_spoken
def password(login: str, password: str | None) -> None:
    """Ask for a new password for LOGIN and end all sessions of that person."""
    with db.sessionmaker() as reader:
        known = queries.login_words(reader, _person(reader, login))
    password = password or _asked()
    if weakness := passwords.weakness(password, known):
        raise Refused(WEAKNESSES[weakness])
    hashed = passwords.hashed(password)
    with _writing() as session:
        accounts.set_password(session, _person(session, login), hashed, datetime.now(UTC))
    click.echo(gettext("The password is changed."), err=True)


@cli.command("list")
@click.option("--search", default="", help="Part of a name or login.")
@_spoken
def list_people(search: str) -> None:
    """List people: public id, logins, name, separated by tabs."""
    with db.sessionmaker() as session:
        number = pages = 1
        while number <= pages:
            page = queries.people(session, search, number=number)
            for line in page.lines:
                shown = ", ".join(login.shown for login in line.logins)
                click.echo(f"{line.person.public_id}\t{shown}\t{line.person.name}{' (admin)' if line.is_admin else ''}")
            number, pages = number + 1, page.pages


def _asked() -> str:
    first, again = (
        str(click.prompt(words, hide_input=True, err=True))
        for words in (gettext("New password"), gettext("The new password once more"))
    )
    if first != again:
        raise Refused(gettext("The two passwords differ: write the new one twice."))
    return first


@contextmanager
def _writing() -> Iterator[Session]:
    """A transaction of the command's own; a refusal ends the program with its sentence."""
    try:
        with db.sessionmaker.begin() as session:
            yield session
    except DomainError as refused:
        sentences = getattr(refused, "fields", {}).values() or [refused.sentence]
        raise Refused(" ".join(str(sentence) for sentence in sentences)) from refused


def _person(session: Session, login: str) -> Person:
    person = queries.find_by_login(session, login)
    if person is None:
        raise Refused(gettext("Nobody signs in with this."))
    return person


def _key() -> str:
    return str(current_app.config["HOUSE"].secret_key)
