"""`flask media replace RECORDING`: send another file, look at what waits, answer, bring one back."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.db import db, new_public_id
from app.errors import DomainError
from media import imports, replacing
from media.models import Recording, Version
from media.review import Review, facts, review


@click.command("replace")
@with_appcontext
@click.argument("public_id")
@click.option("--file", type=click.Path(path_type=Path, exists=True), help="A corrected file that lies on this server.")
@click.option("--cuts", type=click.File(), help="A list of what was changed, instead of the comparison.")
@click.option("--accept", is_flag=True, help="Use the file that waits.")
@click.option("--keep", is_flag=True, help="Keep the present file.")
@click.option("--back", type=int, help="Use the file of this number again.")
def replace_file(
    public_id: str, file: Path | None, cuts: IO[str] | None, accept: bool, keep: bool, back: int | None
) -> None:
    """Replace the file of a recording; without options tell what waits for a yes."""
    if accept and keep:
        raise click.UsageError("Say --accept or --keep.")
    try:
        if file:
            _send(public_id, file)
        with db.sessionmaker.begin() as session:
            recording = _recording(session, public_id)
            if back is not None:
                return _back(session, recording, back)
            if cuts is not None:
                _list(session, _waiting(session, recording), cuts.read())
            if accept or keep:
                return _answer(session, recording, accept)
            if not file:
                told = facts(_waiting(session, recording))
                click.echo(json.dumps(told, indent=1, ensure_ascii=False, default=str))
    except DomainError as refusal:
        raise click.ClickException(str(refusal.sentence)) from refusal


def _send(public_id: str, file: Path) -> None:
    config, upload = current_app.config["HOUSE"], new_public_id()
    with db.sessionmaker() as session:
        recording_id = _recording(session, public_id).id
    imports.begin(config, file, upload, datetime.now(UTC), recording_id=recording_id)
    for _here in imports.bring(config, file, upload, datetime.now(UTC)):
        pass
    click.echo(upload)


def _list(session: Session, found: Review, text: str) -> None:
    wrong = replacing.list_cuts(session, found.row, text, found.old.duration or 0.0, found.new.duration or 0.0)
    if wrong:
        raise click.ClickException("\n".join(str(sentence) for sentence in wrong))


def _answer(session: Session, recording: Recording, accept: bool) -> None:
    row, now = _waiting(session, recording).row, datetime.now(UTC)
    if accept:
        replacing.accept(session, recording, row, replacing.print_of(row), None, now)
    else:
        replacing.keep(session, recording, row, None, now)
    click.echo("the new file is in use" if accept else "the present file stays")


def _back(session: Session, recording: Recording, number: int) -> None:
    found = next((version for version in recording.versions if version.number == number), None)
    if found is None:
        raise click.ClickException(f"No file {number}")
    replacing.bring_back(session, recording, found, None, datetime.now(UTC))
    click.echo(f"file {number} is in use")


def _waiting(session: Session, recording: Recording) -> Review:
    found = review(session, recording)
    if found is None:
        raise click.ClickException("No file waits for a yes")
    return found


def _recording(session: Session, public_id: str) -> Recording:
    versions = selectinload(Recording.versions)
    asked = select(Recording).join(Recording.versions).where(
        (Recording.public_id == public_id) | (Version.public_id == public_id)
    )  # fmt: skip
    loaded = asked.options(versions.selectinload(Version.renditions), versions.selectinload(Version.captions))
    recording = session.scalars(loaded).unique().first()
    if recording is None:
        raise click.ClickException(f"No recording {public_id}")
    return recording
