"""`flask media …`: import, look at a recording, try again."""

import json
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from app.db import db
from app.errors import DomainError
from media import actions
from media.import_command import import_files
from media.models import Recording, Version
from media.replace_command import replace_file

cli = AppGroup("media", help="Recordings.")
cli.add_command(import_files)
cli.add_command(replace_file)


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
