"""`flask jobs …`: what the page of operations shows and does, from the command line.

What is printed is in the language of the terminal where that is offered, else in English. Exit code 1: refused, or
(`workers`) nobody works.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app import jobs
from app.db import db
from app.i18n import gettext, moment, percent
from app.operations import acts, queries, words
from app.operations.kinds import KINDS, Line
from app.operations.rules import alive
from app.terminal import Refused, spoken

cli = AppGroup("jobs", help="Jobs of the workers: list, show, retry, cancel, sweep, workers.")
AT_ONCE = 500  # Lines in one statement.


@cli.command("list")
@spoken
def list_jobs() -> None:
    """List what runs, what waits in its turn and what failed in the last seven days: id, kind, state, part done, time
    left, subject, and why."""
    number = pages = 1
    while number <= pages:
        with _reading() as session:
            page = queries.page_of(session, jobs.time_of(session), number, AT_ONCE)
        for line in page.lines:
            click.echo("\t".join(_columns(line)))
        number, pages = number + 1, page.pages
    click.echo(words.headline(page.counts), err=True)


@cli.command("show")
@click.argument("job")
@spoken
def show(job: str) -> None:
    """Say all that is known of one JOB, by the id that `list` prints."""
    with _reading() as session:
        line = _found(session, job)
    left = words.left(line)
    for name, value in (
        (gettext("Job"), line.id),
        (gettext("Kind"), KINDS[line.kind].words),
        (gettext("Subject"), line.subject),
        (gettext("State"), words.state(line)),
        (gettext("Since"), moment(line.at)),
        (gettext("Done"), percent(line.part or 0) + (f", {left}" if left else "")),
        (gettext("Attempt"), line.attempt),
        (gettext("Worker"), line.worker or "–"),
        (gettext("Why"), words.why(line) or "–"),
    ):
        click.echo(f"{name}\t{value}")


@cli.command("retry")
@click.argument("job")
@spoken
def retry(job: str) -> None:
    """Try a JOB that failed, or that waits for its next try, now."""
    with db.sessionmaker.begin() as session:
        acts.retry(session, _found(session, job), None, datetime.now(UTC))
    click.echo(gettext("It is tried again when its turn has come."))


@cli.command("cancel")
@click.argument("job")
@spoken
def cancel(job: str) -> None:
    """Stop a JOB and delete what was made for it."""
    with db.sessionmaker.begin() as session:
        acts.cancel(session, _found(session, job), None, datetime.now(UTC))
    click.echo(gettext("This job is cancelled."))


@cli.command("sweep")
@spoken
def sweep() -> None:
    """Ring for what is due, end what nobody goes on with, delete what the dead left; workers do so by themselves."""
    jobs.run_sweeps()
    click.echo(gettext("Swept."))


@cli.command("workers")
@spoken
def workers() -> None:
    """List the workers: name, state, last sign, jobs at once, cores. Exit code 1 when none is alive."""
    with _reading() as session:
        now, found = jobs.time_of(session), queries.workers(session)
    for one in found:
        state = gettext("alive") if alive(one.seen_at, now) else gettext("no sign")
        click.echo("\t".join([one.name, state, moment(one.seen_at), str(one.at_once), str(one.cores)]))
    if not any(alive(one.seen_at, now) for one in found):
        raise Refused(gettext("No worker is alive."))


@contextmanager
def _reading() -> Iterator[Session]:
    """A look that keeps nobody from writing."""
    with db.sessionmaker() as session:
        session.connection(execution_options={"write": False})
        yield session


def _columns(line: Line) -> list[str]:
    kind, why = str(KINDS[line.kind].words), words.why(line)
    return [line.id, kind, words.state(line), percent(line.part or 0), words.left(line), line.subject, why]


def _found(session: Session, job: str) -> Line:
    now = jobs.time_of(session)
    lines = (queries.line(session, now, name, job) for name in KINDS)
    line = next((line for line in lines if line), None)
    if line is None:
        raise Refused(gettext("No job %(id)s runs, waits or failed in the last days.", id=job))
    return line
