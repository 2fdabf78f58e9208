"""The migrations make exactly the models' tables, and each can be taken back and made again, on both databases."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from app.config import ROOT, Config
from app.db import Base, Instant
from app.factory import create_app

FOLDER = ROOT / "migrations"
REVISIONS = sorted(path.stem for path in FOLDER.glob("[0-9]*.py"))
SECRET = "only for tests, never anywhere else"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database without a single table."""
    url = ""
    if request.param == "postgresql":
        server = os.environ.get("TEST_DATABASE_URL") or os.environ.get("TEST_POSTGRES_URL", "")
        if not server:
            pytest.skip("needs TEST_POSTGRES_URL")
        url = _fresh_postgresql(server)
    app = create_app(Config(secret_key=SECRET, data_dir=tmp_path, database_url=url, log_level="error"), testing=True)
    yield app
    if url:
        _drop(url)


def test_upgrade_makes_what_the_models_say(empty: Flask) -> None:
    _db(empty, "upgrade")
    with _connected(empty) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": _same_type})
        differences = compare_metadata(context, Base.metadata)
    assert not differences, differences


def test_each_migration_goes_down_and_up(empty: Flask) -> None:
    _db(empty, "upgrade")
    for _ in REVISIONS:
        _db(empty, "downgrade")
    with _connected(empty) as connection:
        assert set(sa.inspect(connection).get_table_names()) <= {"alembic_version"}
    for _ in REVISIONS:
        _db(empty, "upgrade", "+1")
    with _connected(empty) as connection:
        assert set(Base.metadata.tables) <= set(sa.inspect(connection).get_table_names())


def test_head_names_the_newest_migration() -> None:
    assert (FOLDER / "HEAD").read_text().strip() == REVISIONS[-1]


def test_migrations_are_numbered_without_a_gap_and_import_none_of_our_packages() -> None:
    for number, name in enumerate(REVISIONS, start=1):
        assert name.startswith(f"{number:04}_"), name
        text = (FOLDER / f"{name}.py").read_text()
        assert not re.search(r"^\s*(?:from|import) (?:app|media|modules|quizzes)\b", text, re.MULTILINE), name


def _db(app: Flask, *arguments: str) -> None:
    with app.app_context():  # Of its own: the connection stays open to its end.
        done = app.test_cli_runner().invoke(args=["db", *arguments])
    assert done.exit_code == 0, (arguments, done.output, done.exception)


def _connected(app: Flask) -> sa.Connection:
    return sa.create_engine(app.config["HOUSE"].database_url, poolclass=sa.NullPool).connect()


def _same_type(_context: object, _inspected: object, _metadata: object, found: object, wanted: object) -> bool | None:
    """Our moments are plain DateTime in the database; None leaves the rest to Alembic."""
    if isinstance(wanted, Instant):
        return not isinstance(found, sa.DateTime)
    return None


def _fresh_postgresql(server: str) -> str:
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    own = url.set(database=f"{url.database}_migrations_{os.getpid()}")  # Processes run side by side.
    _statements(
        url.set(database="postgres"),
        f'DROP DATABASE IF EXISTS "{own.database}" WITH (FORCE)',
        f'CREATE DATABASE "{own.database}"',
    )
    return own.render_as_string(hide_password=False)


def _drop(own: str) -> None:
    url = sa.make_url(own)
    server = url.set(database="postgres")
    _statements(server, f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)')


def _statements(url: sa.URL, *statements: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
