"""Connects texts and formats to an application."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask_babel import Babel

from app.i18n import commands, formats, languages, texts
from app.i18n.catalogues import compile_if_stale

_FORMATS = ("megabytes", "clock", "span", "day", "weekday", "hour", "moment", "when", "percent", "number", "patterns")


def init_app(app: Flask) -> None:
    """Load the catalogues; config MORE_TRANSLATIONS names further folders of compiled ones."""
    compile_if_stale(languages.SOURCE)
    folders = [languages.SOURCE, *map(Path, app.config.get("MORE_TRANSLATIONS", ()))]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(folder) for folder in folders)
    Babel(app, default_locale=languages.DEFAULT)
    texts.install(app)
    app.extensions["languages"] = languages.complete(folders)
    app.jinja_env.globals.update({name: getattr(formats, name) for name in _FORMATS})
    app.jinja_env.globals.update(text_direction=languages.direction, language=languages.current)
    app.jinja_env.filters["said"] = languages.said
    app.cli.add_command(commands.cli)
    tell_time_by(app, lambda: datetime.now(UTC))


def choose_by(app: Flask, choose: Callable[[], str | None]) -> None:
    """Let `choose` name the language of each request."""
    app.extensions["babel"].locale_selector = choose


def tell_time_by(app: Flask, now: Callable[[], datetime]) -> None:
    """Let `now` say which year is this one, whose dates need no year."""
    app.extensions["now"] = now
