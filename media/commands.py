"""`flask media …`: import, look at a recording, try again, sweep."""

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from app import jobs
from app.db import db, new_public_id
from app.errors import DomainError
from media import actions, imports
from media.models import Recording, Version
from media.reasons import STATES, sentence
from media.rules import UNFINISHED, State

PATIENCE = 15  # seconds until a file that no worker takes is told

cli = AppGroup("media", help="Recordings.")


@cli.command("show")
@click.argument("public_id")
def show(public_id: str) -> None:
    """Print what is known about a recording, by its id or the id of an upload."""
    with db.sessionmaker() as session:
        recording = _found(session, public_id)
        click.echo(json.dumps(_facts(recording), indent=1, ensure_ascii=False, default=str))


@cli.command("retry")
@click.argument("public_id")
def retry(public_id: str) -> None:
    """Try the conversion of the newest file once more."""
    with db.sessionmaker.begin() as session:
        recording = _found(session, public_id)
        try:
            actions.retry(session, current_app.config["HOUSE"], recording.newest, None, datetime.now(UTC))
        except DomainError as refusal:
            raise click.ClickException(str(refusal.sentence)) from refusal
    click.echo(f"{recording.public_id} waits for a worker")


@cli.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--title", default="", help="Title of the recording; of several, each is named after its file.")
@click.option("--copy", is_flag=True, help="Copy also where one file could have a second name (it will be written to).")
@click.option("--wait", is_flag=True, help="Until the worker has made all recordings.")
def import_files(files: tuple[Path, ...], title: str, copy: bool, wait: bool) -> None:
    """Make recordings of FILES that lie on this server. Ends with 1 where one was refused."""
    if title and len(files) > 1:
        raise click.UsageError("--title is for one file.")
    begun = {file: _imported(file, title, copy) for file in files}
    refused = sum(public_id is None for public_id in begun.values())
    if wait:
        refused += sum(not _waited(file, public_id) for file, public_id in begun.items() if public_id)
    if refused:
        raise SystemExit(1)


def _imported(file: Path, title: str, copy: bool) -> str | None:
    config, public_id, name = current_app.config["HOUSE"], new_public_id(), actions.shown_name(file.name)
    try:
        size = imports.begin(config, file, public_id, datetime.now(UTC), title=title, copy=copy)
        with click.progressbar(length=size, label=name, file=sys.stderr) as bar:
            for here in imports.bring(config, file, public_id):
                bar.update(here - bar.pos)
            bar.update(size - bar.pos)
    except (DomainError, OSError) as refusal:
        click.echo(f"{name}: {_said(refusal)}", err=True)
        return None
    except KeyboardInterrupt:
        imports.cancel(config, public_id, datetime.now(UTC))
        raise
    click.echo(public_id)
    return public_id


def _waited(file: Path, public_id: str) -> bool:
    """Whether it became a recording."""
    asked, begun, name = _standing(public_id), time.monotonic(), actions.shown_name(file.name)
    with click.progressbar(length=1000, label=name, file=sys.stderr) as bar:
        while asked.state in UNFINISHED:
            if asked.state is State.RECEIVED and time.monotonic() - begun > PATIENCE:
                click.echo(f"{name} waits for a worker (python -m app.worker)", err=True)
                begun = float("inf")
            time.sleep(1)
            asked = _standing(public_id)
            bar.update(int(asked.progress * 1000) - bar.pos)
    ready: bool = asked.state is State.READY
    click.echo(f"{name}: {STATES[asked.state]}{'' if ready else '. ' + sentence(asked.reason or '')}", err=not ready)
    return ready


def _standing(public_id: str) -> Any:
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        asked = select(Version.state, Version.reason, Version.progress).where(Version.public_id == public_id)
        return session.execute(asked).one()


def _said(refusal: Exception) -> str:
    return str(refusal.sentence) if isinstance(refusal, DomainError) else os.strerror(getattr(refusal, "errno", 0) or 0)


@cli.command("sweep")
def sweep() -> None:
    """Ring for what is due, end what nobody goes on with, remove what the dead left; the worker does so by itself."""
    jobs.run_sweeps()
    click.echo("swept")


def _found(session: Session, public_id: str) -> Recording:
    asked = (
        select(Recording)
        .join(Recording.versions)
        .where(or_(Recording.public_id == public_id, Version.public_id == public_id))
        .options(selectinload(Recording.versions).selectinload(Version.renditions))
    )
    recording = session.scalars(asked).unique().first()
    if recording is None:
        raise click.ClickException(f"No recording {public_id}")
    return recording


def _facts(recording: Recording) -> dict[str, object]:
    names = ("public_id", "number", "file_name", "size", "received", "sha256", "state", "state_at", "reason",
             "progress", "attempt", "next_try_at", "lease_until", "duration", "width", "height", "key")  # fmt: skip
    return {
        "recording": recording.public_id,
        "title": recording.title,
        "archived_at": recording.archived_at,
        "versions": [
            {name: getattr(version, name) for name in names}
            | {"renditions": {made.name: made.bytes for made in version.renditions}}
            for version in recording.versions
        ],
    }
