"""flask search …"""

import click
from flask.cli import AppGroup

from app.db import db
from app.search import index

cli = AppGroup("search", help="The index of all that can be searched.")


@cli.command("rebuild")
def rebuild() -> None:
    """Make the index again from the rows it is made of, and say whether it was equal."""
    with db.sessionmaker.begin() as session:
        made = index.rebuild(session)
    said = "it was equal" if not made.wrong else f"{made.wrong} of them were not as they should be"
    click.echo(f"{made.rows} texts with {made.passages} passages: {said}.")
