"""`flask media …`: import, look at a recording, try again."""

import json
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import AppGroup

from app.db import db
from app.i18n import gettext
from app.terminal import spoken
from media import actions
from media.import_command import import_files
from media.models import Recording
from media.replace_command import recording_named, replace_file

cli = AppGroup("media", help="Recordings.")
cli.add_command(import_files)
cli.add_command(replace_file)


@cli.command("show")
@click.argument("public_id")
@spoken
def show(public_id: str) -> None:
    """Print what is known about a recording, by its id or the id of an upload."""
    with db.sessionmaker() as session:
        recording = recording_named(session, public_id)
        click.echo(json.dumps(_facts(recording), indent=1, ensure_ascii=False, default=str))


@cli.command("retry")
@click.argument("public_id")
@spoken
def retry(public_id: str) -> None:
    """Try the conversion of the newest file once more."""
    with db.sessionmaker.begin() as session:
        recording = recording_named(session, public_id)
        actions.retry(session, current_app.config["HOUSE"], recording.newest, None, datetime.now(UTC))
    click.echo(gettext("It is tried again when its turn has come."))


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
