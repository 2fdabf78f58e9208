"""flask modules: coverage of given segments, and the summary made again from the facts."""

import json
from datetime import UTC, datetime
from typing import Any

import click
from flask.cli import AppGroup

from app.db import db
from modules import actions, rules

cli = AppGroup("modules", help="Learning modules: what was seen and what is done.")


@cli.command()
@click.argument("lines", type=click.File("r", encoding="utf-8"), default="-")
def coverage(lines: Any) -> None:
    """Read {"duration": s, "segments": [[a, b], …]} a line, print {"covered", "missing", "fraction"} for each."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            click.echo(json.dumps(_covered(number, line)))


@cli.command()
def rebuild() -> None:
    """Make every coverage again from the facts, say whether it was equal, and complete what was seen to its end."""
    with db.sessionmaker.begin() as session:
        odd = 0
        total = 0
        for person, step, equal in actions.rebuild(session):
            total += 1
            if not equal:
                odd += 1
                click.echo(f"person {person}, step {step}: differed, made again")
        done = actions.finish(session, now=datetime.now(UTC))
    click.echo(f"{total} summaries, {odd} differed" if odd else f"{total} summaries, all equal")
    if done:
        click.echo(f"{done} completions added")


def _covered(number: int, line: str) -> dict[str, Any]:
    try:
        given = json.loads(line)
        duration, segments = given["duration"], given["segments"]
        if duration is not None and not 0 < duration < float("inf"):
            raise ValueError("duration is not a length")
        batch = rules.read(segments, None, duration)
    except rules.Refused as refusal:
        return {"error": f"line {number}: {refusal.why}"}
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        return {"error": f"line {number}: {error!r}"}
    return {
        "covered": rules.covered(batch.ranges),
        "missing": rules.missing(batch.ranges, duration),
        "fraction": round(rules.fraction(batch.ranges, duration), 6),
    }
