"""`flask media replace RECORDING`: send another file, look at what waits, answer, bring one back."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.db import db, new_public_id
from app.i18n import gettext
from app.terminal import Refused, spoken
from media import imports, replacing, writers
from media.models import Recording, Version
from media.review import Review, facts, review


@click.command("replace")
@with_appcontext
@click.argument("public_id")
@click.option("--file", type=click.Path(path_type=Path), help="A corrected file that lies on this server.")
@click.option("--cuts", type=click.Path(path_type=Path), help="A list of what was changed, instead of the comparison.")
@click.option("--accept", metavar="UPLOAD", help="Use the file of this upload, which waits for a yes.")
@click.option("--keep", metavar="UPLOAD", help="Keep the present file instead of the one of this upload.")
@click.option("--back", type=int, help="Use the file of this number again.")
@spoken
def replace_file(
    public_id: str, file: Path | None, cuts: Path | None, accept: str | None, keep: str | None, back: int | None
) -> None:
    """Replace the file of a recording; without options tell what waits for a yes: `upload` names it."""
    if sum(said is not None for said in (file, accept, keep, back)) > 1:
        raise Refused(gettext("Say only one of --file, --accept, --keep and --back."))
    listed = _read(cuts) if cuts else None
    if file:
        _send(public_id, file)
    with db.sessionmaker.begin() as session:
        recording = recording_named(session, public_id)
        if back is not None:
            return _back(session, recording, back)
        if listed is not None:
            _list(session, _waiting(session, recording), listed)
        if upload := accept or keep:
            return _answer(session, recording, upload, use=bool(accept))
        if not file:
            told = facts(_waiting(session, recording))
            click.echo(json.dumps(told, indent=1, ensure_ascii=False, default=str))


def recording_named(session: Session, public_id: str) -> Recording:
    """The recording of which somebody typed the id, or that of an upload."""
    versions = selectinload(Recording.versions)
    asked = select(Recording).join(Recording.versions).where(
        (Recording.public_id == public_id) | (Version.public_id == public_id)
    )  # fmt: skip
    loaded = asked.options(versions.selectinload(Version.renditions), versions.selectinload(Version.captions))
    recording = session.scalars(loaded).unique().first()
    if recording is None:
        raise Refused(gettext("No recording and no upload has the id %(id)s.", id=public_id))
    return recording


def _read(cuts: Path) -> str:
    imports.check(cuts)
    try:
        return cuts.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(gettext("This list is not written in UTF-8: save it so, and try again.")) from None


def _send(public_id: str, file: Path) -> None:
    imports.check(file)
    config, upload = current_app.config["HOUSE"], new_public_id()
    with db.sessionmaker() as session:
        recording_id = recording_named(session, public_id).id
    seen = writers.look(file.resolve())
    imports.begin(config, file, upload, datetime.now(UTC), recording_id=recording_id)
    for _here in imports.bring(config, file, upload, datetime.now(UTC), seen):
        pass
    click.echo(upload)


def _list(session: Session, found: Review, text: str) -> None:
    old, new = found.old.duration or 0.0, found.new.duration or 0.0
    wrong = replacing.list_cuts(session, found.row, text, old, new, datetime.now(UTC))
    if wrong:
        raise Refused("\n".join(str(sentence) for sentence in wrong))


def _answer(session: Session, recording: Recording, upload: str, *, use: bool) -> None:
    found, now = _waiting(session, recording), datetime.now(UTC)
    if found.new.public_id != upload:
        raise Refused(gettext(
            "What waits for a yes is the upload %(id)s (%(file)s), not %(other)s.",
            id=found.new.public_id, file=found.new.file_name, other=upload,
        ))  # fmt: skip
    if use:
        replacing.accept(session, recording, found.row, found.print, None, now)
    else:
        replacing.keep(session, recording, found.row, None, now)
    file = found.new.file_name
    click.echo(
        gettext("The new file is in use: %(file)s.", file=file) if use else
        gettext("The present file stays, and %(file)s is not used.", file=file)
    )  # fmt: skip


def _back(session: Session, recording: Recording, number: int) -> None:
    found = next((version for version in recording.versions if version.number == number), None)
    if found is None:
        raise Refused(gettext("This recording has no file of the number %(number)d.", number=number))
    replacing.bring_back(session, recording, found, None, datetime.now(UTC))
    click.echo(gettext("The file of the number %(number)d is in use.", number=number))


def _waiting(session: Session, recording: Recording) -> Review:
    found = review(session, recording)
    if found is None:
        raise Refused(gettext("No file of this recording waits for a yes."))
    return found
