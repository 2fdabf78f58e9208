"""flask i18n: compile and check the catalogues."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.i18n.catalogues import compile_catalogues
from app.i18n.extract import missing
from app.i18n.languages import DEFAULT, SOURCE
from app.i18n.pseudo import write_pseudo

cli = AppGroup("i18n", help="Texts in the languages of the interface.")


@cli.command("compile")
def compile_command() -> None:
    """Merge the rooms' .po files into one catalogue per language."""
    for code, count in compile_catalogues(SOURCE, SOURCE).items():
        click.echo(f"{code}: {count} texts")


@cli.command()
@click.argument("code", default=DEFAULT)
def check(code: str) -> None:
    """List the texts of code and templates that have no translation."""
    lacking = missing(SOURCE.parent.parent, SOURCE / code)
    for text in lacking:
        click.echo(text)
    if lacking:
        raise SystemExit(1)


@cli.command()
@click.argument("target", type=click.Path(path_type=Path))
def pseudo(target: Path) -> None:
    """Write a long, right-to-left catalogue under TARGET, for tests."""
    click.echo(f"{write_pseudo(SOURCE / DEFAULT, target)} texts")
