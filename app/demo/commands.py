"""`flask demo`: fill an empty database with the demonstration, or with the content that benches measure."""

import json
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import AppGroup

from app import jobs
from app.db import db
from app.demo import bench, load
from app.errors import DomainError

cli = AppGroup("demo", help="Fill an empty database.")


@cli.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing when the database is not empty.")
def load_command(if_empty: bool) -> None:
    """The demonstration: a cycle, two cohorts, forty learners. The worker then makes the recordings."""
    with db.sessionmaker.begin() as session:
        if if_empty and not load.empty(session):
            return
        try:
            load.load(session, current_app.config["HOUSE"], datetime.now(UTC))
        except DomainError as refusal:
            raise click.ClickException(str(refusal)) from refusal
    click.echo("The demonstration is loaded. The worker makes its recordings now.")


@cli.command("bench")
def bench_command() -> None:
    """Ten modules with a five-minute video, a quiz and a thread of 50 posts; prints what a bench adapter needs."""
    config = current_app.config["HOUSE"]
    try:
        with db.sessionmaker.begin() as session:
            made = bench.write(session, config, datetime.now(UTC))
        with db.sessionmaker.begin() as session:
            bench.draw(session, config, datetime.now(UTC))
        jobs.drain()
        with db.sessionmaker.begin() as session:
            bench.share(session)
    except DomainError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(json.dumps(made))
