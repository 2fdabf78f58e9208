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
from app.search.models import ours
from app.text import fold

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
        context = MigrationContext.configure(connection, opts={"compare_type": _same_type, "include_name": ours})
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


def test_what_is_known_of_recordings_before_acts_were_kept_becomes_acts(empty: Flask) -> None:
    _db(empty, "upgrade", "0004")
    day = "'2026-01-01 00:00:00'"
    version = (
        "INSERT INTO recording_version (recording_id, number, public_id, file_name, origin, upload_metadata, received,"
        " state, state_at, put_away_at, reason, progress, attempt, created_at) VALUES (1, {0}, 'v{0}', '', 'sent', '',"
        " 0, '{1}', {2}, {3}, {4}, 0, 0, {2})"
    )
    with _connected(empty) as connection:
        for statement in (
            "INSERT INTO recording (id, public_id, title, folded, created_at, archived_at)"
            f" VALUES (1, 'film', '', '', {day}, {day})",
            version.format(1, "ready", day, "NULL", "NULL"),
            version.format(2, "cancelled", day, day, "NULL"),
            version.format(3, "cancelled", day, "NULL", "'expired'"),
            "INSERT INTO caption (version_id, language, label, body, at)"
            f" SELECT id, 'fr', '', 'kept', {day} FROM recording_version WHERE number < 3",
        ):
            connection.execute(sa.text(statement))
        connection.commit()
    _db(empty, "upgrade")
    with _connected(empty) as connection:
        acts = connection.execute(sa.text("SELECT act FROM recording_act WHERE by_id IS NULL ORDER BY act")).scalars()
        assert acts.all() == ["archived", "cancelled", "put_away"]
        names = connection.execute(sa.text("SELECT public_id FROM caption WHERE body = 'kept'")).scalars().all()
        assert len(set(names)) == 2 and all(re.fullmatch(r"[a-z0-9]{12}", name) for name in names)
        connection.execute(
            sa.text(
                "INSERT INTO caption (public_id, version_id, language, label, body, at, put_away_at)"
                f" SELECT 'away', version_id, 'fr', '', 'away', {day}, {day} FROM caption LIMIT 1"
            )
        )
        connection.commit()
    _db(empty, "downgrade", str(len(REVISIONS) - 4))  # A number says how many are taken back.
    with _connected(empty) as connection:
        assert connection.execute(sa.text("SELECT body FROM caption")).scalars().all() == ["kept"] * 2


def test_who_had_done_every_step_has_finished_module_and_cycle(empty: Flask) -> None:
    before = next(name for name in REVISIONS if name.endswith("keep_finished_modules_and_cycles"))
    _db(empty, "upgrade", f"{int(before[:4]) - 1:04d}")
    day = "'2026-01-01 00:00:00'"
    with _connected(empty) as connection:
        for statement in (
            *(
                "INSERT INTO person (id, public_id, name, folded, language, created_at)"
                f" VALUES ({n}, 'p{n}', '', '', 'fr', {day})"
                for n in (1, 2, 3)
            ),
            f"INSERT INTO cycle (id, public_id, created_at) VALUES (1, 'c', {day})",
            "INSERT INTO module (id, public_id, cycle_id, position, kind, created_at)"
            f" VALUES (1, 'm', 1, 1, 'recorded', {day})",
            f"INSERT INTO rule_version (id, module_id, number, terms, at) VALUES (1, 1, 1, '{{}}', {day})",
            *(
                "INSERT INTO step (id, public_id, module_id, position, kind, share, lang, created_at, archived_at)"
                f" VALUES ({n}, 's{n}', 1, {n}, 'page', 0.9, 'fr', {day}, {away})"
                for n, away in ((1, "NULL"), (2, "NULL"), (3, day))
            ),
            "INSERT INTO completion (id, person_id, step_id, rule_version_id, at, source) VALUES"
            f" (1, 1, 1, 1, {day}, 'page'), (2, 1, 2, 1, '2026-01-02 00:00:00', 'page'), (3, 2, 1, 1, {day}, 'page'),"
            f" (4, 3, 1, 1, {day}, 'page'), (5, 3, 2, 1, {day}, 'page')",
            f"INSERT INTO revocation (completion_id, at, why) VALUES (5, {day}, 'Erreur')",
        ):
            connection.execute(sa.text(statement))
        connection.commit()
    _db(empty, "upgrade")
    with _connected(empty) as connection:
        for table in ("module_completion", "cycle_completion"):
            found = connection.execute(sa.text(f"SELECT person_id, at FROM {table}")).all()
            assert [(row[0], str(row[1])[:10]) for row in found] == [(1, "2026-01-02")]


def test_a_summary_of_several_classes_becomes_one_for_each_made_from_its_facts(empty: Flask) -> None:
    before = next(name for name in REVISIONS if name.endswith("count_evidence_by_its_class"))
    _db(empty, "upgrade", f"{int(before[:4]) - 1:04d}")
    day = "'2026-01-01 00:00:00'"
    fact = "INSERT INTO watching (person_id, step_id, version_id, segments, klass, marks, position, received_at) VALUES"
    with _connected(empty) as connection:
        for statement in (
            "INSERT INTO person (id, public_id, name, folded, language, created_at)"
            f" VALUES (1, 'p', '', '', 'fr', {day})",
            f"INSERT INTO cycle (id, public_id, created_at) VALUES (1, 'c', {day})",
            "INSERT INTO module (id, public_id, cycle_id, position, kind, created_at)"
            f" VALUES (1, 'm', 1, 1, 'recorded', {day})",
            f"INSERT INTO recording (id, public_id, title, folded, created_at) VALUES (1, 'r', '', '', {day})",
            "INSERT INTO recording_version (id, recording_id, number, public_id, file_name, origin, upload_metadata,"
            " received, state, state_at, progress, attempt, created_at)"
            f" VALUES (1, 1, 1, 'v', '', 'sent', '', 0, 'ready', {day}, 0, 0, {day})",
            *(
                "INSERT INTO step (id, public_id, module_id, position, kind, share, lang, created_at)"
                f" VALUES ({n}, 's{n}', 1, {n}, 'recording', 0.9, 'fr', {day})"
                for n in (1, 2, 3)
            ),
            f"{fact} (1, 1, 1, '[[0, 10]]', 'online', '[]', 10, {day})",
            f"{fact} (1, 1, 1, '[[5, 30]]', 'equivalent reading', '[]', NULL, {day})",
            f"{fact} (1, 2, 1, '[[0, 7]]', 'equivalent reading', '[]', NULL, {day})",
            "INSERT INTO coverage (person_id, step_id, version_id, ranges, seconds, position) VALUES"
            " (1, 1, 1, '[[0, 30]]', 30, 10), (1, 2, 1, '[[0, 7]]', 7, NULL), (1, 3, 1, '[]', 0, NULL)",
        ):
            connection.execute(sa.text(statement))
        connection.commit()
    kept = sa.text("SELECT * FROM coverage ORDER BY step_id, seconds").columns(ranges=sa.JSON())
    _db(empty, "upgrade")
    with _connected(empty) as connection:
        rows = [(row.step_id, row.klass, row.ranges, row.seconds, row.position) for row in connection.execute(kept)]
    assert rows == [
        (1, "online", [[0, 10]], 10, 10),
        (1, "equivalent reading", [[5, 30]], 25, None),
        (2, "equivalent reading", [[0, 7]], 7, None),
        (3, "online", [], 0, None),
    ]
    _db(empty, "downgrade", str(len(REVISIONS) - int(before[:4]) + 1))
    with _connected(empty) as connection:
        joined = [(row.step_id, row.ranges, row.seconds) for row in connection.execute(kept)]
    assert joined == [(1, [[0, 30]], 30), (2, [[0, 7]], 7), (3, [], 0)]


def test_the_newest_ready_file_was_the_one_in_use(empty: Flask) -> None:
    _db(empty, "upgrade", "0010")
    states = ("ready", "ready", "failed")
    with _connected(empty) as connection:
        connection.execute(
            sa.text(
                "INSERT INTO recording (id, public_id, title, folded, created_at) VALUES (1, 'f', '', '', '2026-01-01')"
            )
        )
        for number, state in enumerate(states, start=1):
            connection.execute(
                sa.text(
                    "INSERT INTO recording_version (recording_id, number, public_id, file_name, origin,"
                    " upload_metadata, received, state, state_at, progress, attempt, created_at) VALUES"
                    " (1, :n, :id, '', 'sent', '', 0, :state, '2026-02-01', 0, 0, :begun)"
                ),
                {"n": number, "id": f"v{number}", "state": state, "begun": f"2026-01-0{number}"},
            )
        connection.commit()
    _db(empty, "upgrade")
    with _connected(empty) as connection:
        asked = "SELECT number FROM recording_version WHERE shown_at IS NOT NULL ORDER BY shown_at DESC"
        assert connection.execute(sa.text(asked)).scalars().all() == [2, 1], "and reports of the first still come in"


def test_modules_that_share_a_number_are_told_apart(empty: Flask) -> None:
    _db(empty, "upgrade", "0005")
    modules = [
        (1, "3", None),
        (2, "3", None),
        (3, "3", None),
        (4, "3 (2)", None),
        (5, "3", "2026-01-01"),
        (6, None, None),
    ]
    with _connected(empty) as connection:
        now = {"at": "2026-01-01 00:00:00"}
        connection.execute(sa.text("INSERT INTO cycle (id, public_id, created_at) VALUES (1, 'c', :at)"), now)
        for place, number, gone in modules:
            values = {"id": place, "public_id": f"m{place}", "number": number, "gone": gone, **now}
            connection.execute(
                sa.text(
                    "INSERT INTO module (id, public_id, cycle_id, position, number, kind, created_at, archived_at)"
                    " VALUES (:id, :public_id, 1, :id, :number, 'recorded', :at, :gone)"
                ),
                values,
            )
        connection.commit()
    _db(empty, "upgrade")
    with _connected(empty) as connection:
        numbers = connection.execute(sa.text("SELECT number FROM module ORDER BY id")).scalars().all()
    assert numbers == ["3", "3 (3)", "3 (4)", "3 (2)", "3", None]


def test_open_cohorts_that_share_a_name_are_told_apart(empty: Flask) -> None:
    _db(empty, "upgrade", "0006")
    _cohorts(empty, ["Mali", "Mali", "Mali (2)", "Mali", "Mali"], put_away=3)
    _db(empty, "upgrade", "0007")
    assert _cohort_names(empty) == ["Mali", "Mali (3)", "Mali (2)", "Mali", "Mali (4)"]


def test_open_cohorts_whose_names_fold_alike_are_told_apart(empty: Flask) -> None:
    _db(empty, "upgrade", "0009")
    _cohorts(empty, ["Région", "REGION", "region (2)", "Region", "Ré\u0301gion", "Bénin"], put_away=3)
    _db(empty, "upgrade")
    assert _cohort_names(empty) == ["Région", "REGION (3)", "region (2)", "Region", "Ré\u0301gion (4)", "Bénin"]
    with _connected(empty) as connection:
        rows = connection.execute(sa.text("SELECT name, folded FROM cohort")).all()
    assert all(folded == fold(name) for name, folded in rows)


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


def _cohorts(app: Flask, names: list[str], put_away: int) -> None:
    day = "2026-01-01 00:00:00"
    with _connected(app) as connection:
        for place, name in enumerate(names):
            values = {"id": place, "public_id": f"c{place}", "name": name, "at": day}
            connection.execute(
                sa.text(
                    "INSERT INTO cohort (id, public_id, name, zone, created_at, archived_at)"
                    f" VALUES (:id, :public_id, :name, 'UTC', :at, {':at' if place == put_away else 'NULL'})"
                ),
                values,
            )
        connection.commit()


def _cohort_names(app: Flask) -> list[str]:
    with _connected(app) as connection:
        return list(connection.execute(sa.text("SELECT name FROM cohort ORDER BY id")).scalars())


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
