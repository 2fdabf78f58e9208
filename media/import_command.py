"""`flask media import FILE…`."""

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app import jobs
from app.db import db, new_public_id
from app.errors import DomainError
from app.i18n import gettext
from app.terminal import Refused, said, spoken
from media import actions, imports, writers
from media.models import Version
from media.reasons import STATES, sentence
from media.rules import UNFINISHED, State

PATIENCE = 15  # seconds until a file that no worker takes is told


@click.command("import")
@with_appcontext
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--title", default="", help="Title of the recording; of several, each is named after its file.")
@click.option("--link", is_flag=True, help="Give each file a second name instead of a copy: never write into it again.")
@click.option("--wait", is_flag=True, help="Until the worker has made all recordings.")
@spoken
def import_files(files: tuple[Path, ...], title: str, link: bool, wait: bool) -> None:
    """Make recordings of FILES that lie on this server. Ends with 1 where one was refused."""
    if title and len(files) > 1:
        raise Refused(gettext("One title is for one file: leave --title out, and each is named after its file."))
    begun = {file: _imported(file, title, link) for file in files}
    refused = sum(public_id is None for public_id in begun.values())
    if wait:
        refused += sum(not _waited(file, public_id) for file, public_id in begun.items() if public_id)
    if refused:
        raise SystemExit(1)


def _imported(file: Path, title: str, link: bool) -> str | None:
    config, public_id, name = current_app.config["HOUSE"], new_public_id(), actions.shown_name(file.name or str(file))
    try:
        imports.check(file)
        seen = writers.look(file.resolve())
        size = imports.begin(config, file, public_id, _now(), title=title, link=link)
        with click.progressbar(length=size, label=name, file=sys.stderr) as bar:
            for here in imports.bring(config, file, public_id, _now(), seen):
                bar.update(here - bar.pos)
            bar.update(size - bar.pos)
    except (DomainError, OSError) as refusal:
        why = said(refusal) if isinstance(refusal, DomainError) else imports.trouble(refusal)
        click.echo(gettext("%(name)s: %(sentence)s", name=name, sentence=why), err=True)
        return None
    except KeyboardInterrupt:
        imports.cancel(config, public_id, _now())
        raise
    click.echo(public_id)
    return public_id


def _waited(file: Path, public_id: str) -> bool:
    """Whether it became a recording."""
    asked, begun, name = _standing(public_id), time.monotonic(), actions.shown_name(file.name or str(file))
    with click.progressbar(length=1000, label=name, file=sys.stderr) as bar:
        while asked.state in UNFINISHED:
            if asked.state is State.RECEIVED and time.monotonic() - begun > PATIENCE:
                told = gettext("No worker has taken it yet. Does one run (python -m app.worker)?")
                click.echo(gettext("%(name)s: %(sentence)s", name=name, sentence=told), err=True)
                begun = float("inf")
            time.sleep(1)
            asked = _standing(public_id)
            bar.update(int(asked.progress * 1000) - bar.pos)
    ready: bool = asked.state is State.READY
    told = STATES[asked.state] if ready else f"{STATES[asked.state]}. {sentence(asked.reason or '')}"
    click.echo(gettext("%(name)s: %(sentence)s", name=name, sentence=told), err=not ready)
    return ready


def _now() -> datetime:
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        return jobs.time_of(session)


def _standing(public_id: str) -> Any:
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        asked = select(Version.state, Version.reason, Version.progress).where(Version.public_id == public_id)
        return session.execute(asked).one()
