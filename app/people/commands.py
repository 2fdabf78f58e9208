"""flask user …: the first administrator, tokens, codes and passwords from the command line.

What is printed is in the language of the terminal where that is offered, else in English, as the help texts are.
"""

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app import i18n
from app.db import db
from app.i18n import gettext
from app.people import codes, logins, passwords, queries
from app.people.actions import accounts
from app.people.actions.accounts import Details
from app.people.actions.codes import make_code
from app.people.models import Person
from app.people.sentences import WEAKNESSES
from app.terminal import Refused, spoken

cli = AppGroup("user", help="People: add, token, code, password, list.")


@cli.command("add")
@click.argument("login")
@click.option("--name", help="Shown name; the login when left out.")
@click.option("--admin", is_flag=True, help="May administer the installation.")
@click.option("--language", help="Spoken to this person, such as fr; what the browser asks for when left out.")
@spoken
def add(login: str, name: str | None, admin: bool, language: str | None) -> None:
    """Add the person LOGIN and print a one-time code to sign in with. A known person can become administrator."""
    now = datetime.now(UTC)
    if language is not None and language not in i18n.offered():
        codes_offered = ", ".join(i18n.offered())
        raise Refused(gettext("This language is not offered. Choose one of these: %(codes)s.", codes=codes_offered))
    with db.sessionmaker.begin() as session:
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
@spoken
def token(login: str, name: str | None) -> None:
    """Print a new API token for LOGIN, and nothing else."""
    with db.sessionmaker.begin() as session:
        person, made = _person(session, login), codes.new_token()
        accounts.make_token(session, person, made, name or gettext("command line"), datetime.now(UTC))
    click.echo(made)


@cli.command("code")
@click.argument("login")
@spoken
def code(login: str) -> None:
    """Print a one-time sign-in code for LOGIN."""
    with db.sessionmaker.begin() as session:
        made = make_code(session, _person(session, login), _key(), datetime.now(UTC), None)
    click.echo(codes.shown(made))


@cli.command("password")
@click.argument("login")
@click.option("--password", help="The new password; asked for when left out.")
@spoken
def password(login: str, password: str | None) -> None:
    """Ask for a new password for LOGIN and end all sessions of that person."""
    with db.sessionmaker() as reader:
        known = queries.login_words(reader, _person(reader, login))
    password = password or _asked()
    if weakness := passwords.weakness(password, known):
        raise Refused(WEAKNESSES[weakness])
    hashed = passwords.hashed(password)
    with db.sessionmaker.begin() as session:
        accounts.set_password(session, _person(session, login), hashed, datetime.now(UTC))
    click.echo(gettext("The password is changed."), err=True)


@cli.command("list")
@click.option("--search", default="", help="Part of a name or login.")
@spoken
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


def _person(session: Session, login: str) -> Person:
    person = queries.find_by_login(session, login)
    if person is None:
        raise Refused(gettext("Nobody signs in with this."))
    return person


def _key() -> str:
    return str(current_app.config["HOUSE"].secret_key)
