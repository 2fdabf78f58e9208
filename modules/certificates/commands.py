"""flask certificates: the keys, and whether something certifies."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.db import db
from app.i18n import gettext
from app.terminal import spoken
from modules.certificates import keys
from modules.certificates.queries.records import published
from modules.certificates.rules.signing import key_id, pem_of
from modules.certificates.verifying import verify

cli = AppGroup("certificates", help="Certificates: the keys that sign them, and whether one holds.")
cli.add_command(verify)


@cli.command()
@click.option("--new", is_flag=True, help="Sign with a new key from now on; the one before stays published.")
@spoken
def key(new: bool) -> None:
    """Print all public keys, the one that signs now first; it is made if there is none."""
    config = current_app.config["HOUSE"]
    public = (keys.renewed(config) if new else keys.signing_key(config)).public_key()
    click.echo(gettext("Signs now: %(key)s, in %(file)s", key=key_id(public), file=keys.place(config)), err=True)
    with db.sessionmaker() as session:
        known = dict(published(session))
    known.pop(key_id(public), None)
    click.echo("".join(pem_of(each) for each in [public, *known.values()]), nl=False)


def commands(_app: Flask) -> tuple[AppGroup, None]:
    """What the command line loads when it is asked for."""
    return cli, None
