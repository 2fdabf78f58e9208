"""flask modules: coverage of given segments, and the summary made again from the facts."""

import json
from datetime import UTC, datetime
from typing import Any

import click
from flask.cli import AppGroup

from app.db import db
from modules import actions, rules

LONGEST = 1e9  # Seconds: thirty years; no file is longer.
WHY = {
    "not_a_number": "a time is not a number.",
    "ends_before_start": "a passage ends before it begins.",
    "too_many": "there are more than 20,000 passages.",
    "not_a_pair": "the segments are no list of pairs of a start and an end.",
}

cli = AppGroup("modules", help="Learning modules: what was seen and what is done.")


@cli.command()
@click.argument("lines", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
def coverage(lines: Any) -> None:
    """Read {"duration": s, "segments": [[a, b], …]} a line, print {"covered", "missing", "fraction"} for each.

    A line that cannot be read is named on the error output, the others are answered; the exit code is then 1.
    """
    unread = False
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                click.echo(json.dumps(_covered(line)))
            except Unread as why:
                unread = True
                click.echo(f"Line {number}: {why}", err=True)
    if unread:
        raise SystemExit(1)


@cli.command()
def rebuild() -> None:
    """Make every coverage again from the facts, say whether it was equal, complete what was seen to its end, note which
    modules and cycles are finished, and count all learners. The exit code is 1 where a summary differed."""
    odd = total = 0
    with db.sessionmaker() as reading:
        spans = list(actions.people_with_facts(reading))
    for first, last in spans:  # Each in a transaction of its own, so that nobody who watches has to wait.
        with db.sessionmaker.begin() as session:
            for person, step, equal in actions.rebuild(session, first, last):
                total += 1
                if not equal:
                    odd += 1
                    click.echo(f"person {person}, step {step}: differed, made again")
    with db.sessionmaker.begin() as session:
        done = actions.finish(session, now=datetime.now(UTC))
        added, unfounded = actions.settle_all(session, now=datetime.now(UTC))
        actions.tally_all(session, now=datetime.now(UTC))
    click.echo(f"{total} summaries, {odd} differed" if odd else f"{total} summaries, all equal")
    if done:
        click.echo(f"{done} completions added")
    if added:
        click.echo(f"{added} finished modules added")
    for person, module in unfounded:
        click.echo(f"person {person}, module {module}: finished, although a step that it needs is not done")
    if odd:
        raise SystemExit(1)


class Unread(ValueError):
    """A line that says nothing, and why, in a sentence."""


def _covered(line: str) -> dict[str, Any]:
    duration, segments = _read(line)
    try:
        batch = rules.read(segments, None, duration)
    except rules.Refused as refusal:
        raise Unread(WHY[refusal.why]) from refusal
    except (TypeError, OverflowError) as error:
        raise Unread(WHY["not_a_number"]) from error
    return {
        "covered": rules.covered(batch.ranges),
        "missing": rules.missing(batch.ranges, duration),
        "fraction": round(rules.fraction(batch.ranges, duration), 6),
    }


def _read(line: str) -> tuple[float | None, list[Any]]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Unread("this is no JSON.") from error
    if not isinstance(given, dict) or not given.keys() >= {"duration", "segments"}:
        raise Unread("it does not name a duration and segments.")
    duration, segments = given["duration"], given["segments"]
    if duration is not None and not (type(duration) in (int, float) and 0 < duration < LONGEST):
        raise Unread("the duration is no length in seconds.")
    if not isinstance(segments, list) or not all(isinstance(one, list) for one in segments):
        raise Unread(WHY["not_a_pair"])
    return duration, segments
