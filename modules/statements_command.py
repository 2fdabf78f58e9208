"""`flask modules statements` and `flask modules import-statements`: watching as other systems write it, out and in."""

import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click
from flask import current_app
from flask.cli import with_appcontext

from app.db import db
from app.i18n import gettext
from app.terminal import Refused, spoken
from modules import actions, words
from modules.queries import exported
from modules.statement_files import things


@click.command()
@with_appcontext
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File; `-` for the output.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what came on this day or later (UTC).")
@click.option("--cohort", help="Only of the learners of this cohort, by its id.")
@spoken
def statements(out: Path, since: datetime | None, cohort: str | None) -> None:
    """Write what was watched as statements of the xAPI video profile, one a line. A name that ends in .gz is packed."""
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        cohort_id = exported.cohort_named(session, cohort) if cohort else None
        if cohort and cohort_id is None:
            raise Refused(gettext("There is no cohort with this id."))
        wanted = exported.Wanted(since and since.replace(tzinfo=UTC), cohort_id)
        with _opened(out) as file:
            many = 0
            for one in exported.statements(session, home(), wanted):
                file.write(json.dumps(one, ensure_ascii=False) + "\n")
                many += 1
    click.echo(gettext("%(num)s statements written.", num=many), err=True)


@click.command("import-statements")
@with_appcontext
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Say what would be kept, and keep nothing.")
@click.option("--person", "people", multiple=True, metavar="NAME=LOGIN", help="Who an account of the file is here.")
@click.option("--step", "steps", multiple=True, metavar="ACTIVITY=ID", help="Which step an activity of the file is.")
@spoken
def import_statements(file: IO[bytes], dry_run: bool, people: Iterable[str], steps: Iterable[str]) -> None:
    """Take in what FILE (JSON, JSON lines, packed or not) says of watching. Ends with 1 where a line was refused."""
    mapped = actions.Mapped(home(), _pairs(people), _pairs(steps))
    with db.sessionmaker.begin() as session:
        lines, now = actions.read_all(things(file)), datetime.now(UTC)
        if dry_run:
            found = actions.tried(session, lines, mapped, now=now)
        else:
            found = actions.take_in(session, lines, mapped, now=now)
    for number, why, what in found.refused:
        click.echo(words.refused_line(number, why, what), err=True)
    if found.refused_in_all > len(found.refused):
        click.echo(gettext("… and %(num)s more.", num=found.refused_in_all - len(found.refused)), err=True)
    for line in words.imported_lines(found):
        click.echo(line)
    if found.refused_in_all:
        raise SystemExit(1)


def home() -> str:
    """The address by which other systems know this installation."""
    config = current_app.config["HOUSE"]
    return (config.base_url or f"http://{config.host}:{config.port}").rstrip("/")


@contextmanager
def _opened(out: Path) -> Iterator[IO[str]]:
    if str(out) == "-":
        yield sys.stdout
    elif out.suffix == ".gz":
        with gzip.open(out, "wt", encoding="utf-8") as file:
            yield file
    else:
        with out.open("w", encoding="utf-8") as file:
            yield file


def _pairs(given: Iterable[str]) -> dict[str, str]:
    """NAME=VALUE each; an activity may hold = itself, ids and logins do not."""
    found = {}
    for one in given:
        name, equals, value = one.rpartition("=")
        if not (name and equals and value):
            raise Refused(gettext("“%(said)s” is no NAME=VALUE.", said=one))
        found[name] = value
    return found
