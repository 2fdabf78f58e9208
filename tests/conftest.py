"""One application per test process, an empty database per test, and a small house with people in it."""

import contextvars
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import html5lib
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session, object_session

from app.config import ROOT, Config
from app.db import Base, db
from app.factory import create_app
from app.people.models import Person
from modules.models import Sitting
from tests.machine import mounts
from tests.s3 import s3, s3_url  # noqa: F401 - fixtures
from tests.world import World, build, signed_in

SECRET = "only for tests, never anywhere else"
SHARED = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data"))
SILENT = {"hidden", "submit", "button"}

# A busy machine is no fault of the code: speed is measured by ./run bench, not by tests.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of shared inputs, and of small disks, are deselected, and said so, where the machine has none."""
    for mark, here, lacking in (
        ("shared", SHARED.is_dir, f"{SHARED} is not here"),
        ("mounts", mounts, "this machine allows no mount"),
    ):
        left_out = [item for item in items if item.get_closest_marker(mark)]
        if left_out and not here():
            items[:] = [item for item in items if not item.get_closest_marker(mark)]
            config.hook.pytest_deselected(items=left_out)
            print(f"{len(left_out)} tests left out: {lacking}")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of inputs that nobody here wrote."""
    return SHARED


class ApartClient(FlaskClient):
    """Each request gets an application context of its own, although the test holds one open for its session."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def the_app(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Flask]:
    """The application of this test process, with tables and without rows."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    if url:
        url = own_database(url, worker_id)
    config = Config(
        secret_key=SECRET, data_dir=tmp_path_factory.mktemp("data"), database_url=url, demonstration=True,
        log_level="error", shared_data=SHARED, ffmpeg=os.environ.get("FFMPEG", ""),
    )  # fmt: skip
    app = create_app(config, testing=True)
    app.test_client_class = ApartClient
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(the_app: Flask) -> Iterator[Flask]:
    """The application on an empty database."""
    the_app.config["WTF_CSRF_ENABLED"] = True  # whatever the test before needed
    with the_app.app_context():
        with db.engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
                for table in reversed(Base.metadata.sorted_tables):
                    connection.execute(table.delete())
            else:
                # TRUNCATE makes every file of every table anew: 70 ms a test where this takes 2.
                rows = "; ".join(f'DELETE FROM "{table.name}"' for table in Base.metadata.sorted_tables)
                connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {rows}")
                connection.exec_driver_sql("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'")
    yield the_app


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of the test's own; the test commits."""
    with app.app_context():
        own = db.sessionmaker()
        try:
            yield own
        finally:
            own.rollback()
            own.close()


@pytest.fixture
def house(session: Session) -> World:
    """One cycle, two cohorts, a step of each kind, and people named by their role (see tests/world.py)."""
    world = build(session, datetime.now(UTC))
    session.commit()
    return world


@pytest.fixture
def day_before(house: World, session: Session) -> None:
    """The day in person of the house was yesterday."""
    at = datetime.now(UTC) - timedelta(days=1)
    session.execute(sa.update(Sitting).values(day=at.date(), starts_at=at))
    session.commit()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who has not signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Any], FlaskClient]:
    """`sign_in(person)` gives a client that is signed in; forms need no CSRF token in it."""
    app.config["WTF_CSRF_ENABLED"] = False

    def enter(person: Any) -> FlaskClient:
        client, own = app.test_client(), object_session(person)
        if own is None:
            with db.sessionmaker.begin() as apart:
                credential = signed_in(apart, apart.get_one(Person, person.id))
        else:  # A second writer would wait for this one.
            credential = signed_in(own, person)
            own.commit()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = credential
            cookie["_fresh"] = True
        return client

    return enter


@pytest.fixture
def statements(app: Flask) -> Callable[[Callable[[], Any]], int]:
    """`statements(do)` says how many statements the database is asked while it runs."""

    def count(do: Callable[[], Any]) -> int:
        said: list[str] = []

        def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
                said.append(statement)

        with app.app_context():
            engine = db.engine
        sa.event.listen(engine, "before_cursor_execute", hear)
        try:
            do()
        finally:
            sa.event.remove(engine, "before_cursor_execute", hear)
        return len(said)

    return count


@pytest.fixture
def page() -> Callable[..., Any]:
    """`page(client, url)` gets a page, checks what every page owes, and gives its tree (html5lib, no namespace)."""

    def check(client: FlaskClient, url: str, status: int = 200, **options: Any) -> Any:
        response = client.get(url, **options)
        assert response.status_code == status, (url, response.status_code)
        return checked(response)

    return check


def checked(response: Any) -> Any:
    """What every page owes: sound HTML, a language, a title, one h1, labels, and a nonce on each script."""
    text = response.get_data(as_text=True)
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(text)
    faults = [error for error in parser.errors if error[1] != "non-void-element-with-trailing-solidus"]
    assert not faults, faults[:5]
    html = tree if tree.tag == "html" else tree.find("html")
    assert html.get("lang") and html.get("dir") in {"ltr", "rtl"}
    assert (html.findtext("head/title") or "").strip()
    assert len(html.findall(".//h1")) == 1, "a page has one h1"
    labels = {label.get("for") for label in html.iter("label")}
    wrapped = {control for label in html.iter("label") for control in label.iter() if control is not label}
    for control in (*html.iter("input"), *html.iter("select"), *html.iter("textarea")):
        named = control.get("id") in labels or control in wrapped or control.get("aria-label")
        assert control.get("type") in SILENT or named, dict(control.attrib)
    assert all(script.get("nonce") for script in html.iter("script"))
    assert not any(name == "style" or name.startswith("on") for node in html.iter() for name in node.attrib)
    ids = [node.get("id") for node in html.iter() if node.get("id")]
    assert len(ids) == len(set(ids)), "an id stands once"
    goals = [(link.get("href") or "")[1:] for link in html.findall(".//div[@class='notice bad summary']//a")]
    assert goals == sorted(goals, key=ids.index), "the summary has the order of the page"
    return html


def own_database(url: str, worker: str) -> str:
    """Each test process has a database of its own beside the one that is named."""
    parsed = sa.make_url(url).set(drivername="postgresql+psycopg")
    name = f"{parsed.database}_{worker}"
    engine = sa.create_engine(parsed.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return parsed.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """The name of this test process, also without xdist."""
    return getattr(request.config, "workerinput", {}).get("workerid", "alone")
